package dev.fleetauth.host;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The names of this program's variables, and the values of those that its launcher keeps from the JVM. */
final class LauncherVariables {

    /** What all variables of this program begin with. */
    static final String OURS = "FLEETAUTH_";

    /**
     * What the launcher puts before the name of a variable that it keeps from the JVM; a dot goes before its value, and
     * nothing is there where it was not set.
     */
    static final String KEPT = OURS + "KEPT_";

    /** Leads to the directory that the launcher was started in, where no JVM can start. */
    static final String DIRECTORY = OURS + "DIRECTORY";

    private LauncherVariables() {}

    /** A variable as it was before the launcher kept it from the JVM; null if it was not set. */
    static @Nullable String original(Map<String, String> variables, String name) {
        String kept = variables.get(KEPT + name);
        if (kept == null) {
            return variables.get(name);
        }
        return kept.isEmpty() ? null : kept.substring(1);
    }

    /** Whether a text came from bytes that the JVM's encoding does not have: which ones they were cannot be told. */
    static boolean isUndecoded(String text) {
        return text.indexOf('\uFFFD') >= 0;
    }
}
