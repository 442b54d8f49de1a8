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
 * How profiles stand. One that is damaged does not hide the others.
 *
 * @param entries those that can be shown
 * @param unread why the others cannot be
 */
public record StatusReading(List<Status.Entry> entries, Map<ProfileName, Failure> unread) {

    /** What may be wrong with one profile while the others are well. */
    private static final Set<Kind> OF_ONE_PROFILE =
            Set.of(Kind.STORE_DAMAGED, Kind.STORE_UNREADABLE, Kind.STORE_EXPOSED, Kind.STORE_FOREIGN);

    /**
     * Looks at each profile.
     *
     * @param show shows one as the others will be: what cannot be shown, such as the time of a profile that this program has
     *     not made, fails here
     * @param progress told how many are done
     */
    public static StatusReading of(
            Status status, List<ProfileName> names, Consumer<Status.Entry> show, IntConsumer progress) {
        List<Status.Entry> entries = new ArrayList<>();
        Map<ProfileName, Failure> unread = new LinkedHashMap<>();
        for (ProfileName name : names) {
            try {
                Status.Entry entry = status.of(name);
                show.accept(entry);
                entries.add(entry);
            } catch (Failure e) {
                if (!OF_ONE_PROFILE.contains(e.kind())) {
                    throw e;
                }
                unread.put(name, e);
            } catch (RuntimeException e) {
                unread.put(
                        name,
                        Failure.because(
                                e, Kind.STORE_DAMAGED, status.location(name), "it holds a value that cannot be shown"));
            }
            progress.accept(entries.size() + unread.size());
        }
        return new StatusReading(entries, unread);
    }
}
