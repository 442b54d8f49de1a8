package dev.fleetauth.host;

import java.util.Locale;

/** The families of operating systems that differ in something fleetauth does. */
public enum OperatingSystem {
    LINUX,
    MACOS,
    WINDOWS;

    /** The family of a system by the JDK's {@code os.name}; an unknown one is taken for a Unix like Linux. */
    static OperatingSystem named(String osName) {
        String name = osName.toLowerCase(Locale.ROOT);
        if (name.startsWith("windows")) {
            return WINDOWS;
        }
        return name.startsWith("mac") ? MACOS : LINUX;
    }
}
