package dev.fleetauth.cli.print;

import dev.fleetauth.flow.report.Status;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.ProfileName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * The state of profiles. A damaged profile does not hide the others.
 *
 * @param entries the profiles that can be displayed
 * @param unreadable why the others cannot be displayed
 */
public record StatusReading(List<Status.Entry> entries, Map<ProfileName, Failure> unreadable) {

    /** Failures that concern one profile only and leave the others usable. */
    private static final Set<Kind> OF_ONE_PROFILE = Set.of(
            Kind.STORE_DAMAGED,
            Kind.VERSION_UNSUPPORTED,
            Kind.STORE_UNREADABLE,
            Kind.STORE_EXPOSED,
            Kind.STORE_FOREIGN);

    /**
     * Reads each profile.
     *
     * @param show renders a profile without printing it; fails for a value that cannot be displayed, such as a time out
     *     of range
     * @param progress receives the number of profiles read
     */
    public static StatusReading of(
            Status status, List<ProfileName> names, Consumer<Status.Entry> show, IntConsumer progress) {
        List<Status.Entry> entries = new ArrayList<>();
        Map<ProfileName, Failure> unreadable = new LinkedHashMap<>();
        for (ProfileName name : names) {
            try {
                Status.Entry entry = status.of(name);
                show.accept(entry);
                entries.add(entry);
            } catch (Failure e) {
                if (!OF_ONE_PROFILE.contains(e.kind())) {
                    throw e;
                }
                unreadable.put(name, e);
            } catch (RuntimeException e) {
                unreadable.put(
                        name,
                        Failure.because(
                                e,
                                Kind.STORE_DAMAGED,
                                status.location(name),
                                "it contains a value that cannot be displayed"));
            }
            progress.accept(entries.size() + unreadable.size());
        }
        return new StatusReading(entries, unreadable);
    }
}
