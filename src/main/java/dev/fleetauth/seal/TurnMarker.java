package dev.fleetauth.seal;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.ThisProcess;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.host.json.CanonicalJson;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A sealed marker of the process whose turn it is on a row of the database: a JWE of process, machine and start time.
 * Every marker is unique, so it also identifies the turn. {@code docs/store-format.md} specifies its header.
 */
public final class TurnMarker {

    private static final String TYPE = "fleetauth-turn";

    private TurnMarker() {}

    /** Creates a marker of this process. */
    public static String seal(StoreKeys keys, Environment env) {
        String content = CanonicalJson.write(Map.of(
                "holder",
                "process " + ThisProcess.id() + " on " + env.host(),
                "since",
                env.clock().instant().truncatedTo(ChronoUnit.SECONDS).toString()));
        return keys.seal(TYPE, content.getBytes(StandardCharsets.UTF_8), env.random());
    }

    /**
     * A failure because something is in use, with what is known about its holder.
     *
     * @param kind a kind with the fields of {@code LOCK_HELD}
     * @param turn the sealed marker
     * @param keys the store's keys, if they are open
     */
    public static Failure held(Kind kind, Object what, String turn, @Nullable StoreKeys keys) {
        try {
            if (keys != null) {
                String content = new String(keys.open(TYPE, turn), StandardCharsets.UTF_8);
                Map<String, Object> members = CanonicalJson.object(content);
                return Failure.of(kind, what, JsonFields.text(members, "holder"), JsonFields.text(members, "since"));
            }
        } catch (MalformedException e) {
            // The marker cannot be opened.
        }
        return Failure.of(kind, what, "another process", "unknown");
    }
}
