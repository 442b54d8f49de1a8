package dev.fleetauth.host;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The variables that the launcher sets, and the original values of the variables that it withholds from the JVM. */
final class LauncherVariables {

    /** The prefix of all of fleetauth's variables. */
    static final String PREFIX = "FLEETAUTH_";

    /**
     * The prefix that the launcher gives to a variable that it withholds from the JVM. The original value follows a
     * dot; if there was none, the variable is empty.
     */
    static final String WITHHELD = PREFIX + "KEPT_";

    /** Names the deleted directory that the launcher was started in, where no JVM can start. */
    static final String DIRECTORY = PREFIX + "DIRECTORY";

    private LauncherVariables() {}

    /** The value that a variable had before the launcher withheld it from the JVM; null if it was not set. */
    static @Nullable String original(Map<String, String> variables, String name) {
        String withheld = variables.get(WITHHELD + name);
        if (withheld == null) {
            return variables.get(name);
        }
        return withheld.isEmpty() ? null : withheld.substring(1);
    }

    /** Whether a string contains the character that replaces bytes that the JVM could not decode. */
    static boolean isUndecoded(String text) {
        return text.indexOf('\uFFFD') >= 0;
    }
}
