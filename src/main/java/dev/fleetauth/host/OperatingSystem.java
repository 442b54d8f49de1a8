package dev.fleetauth.host;

import java.util.Locale;

/** The operating system families that fleetauth distinguishes. */
public enum OperatingSystem {
    LINUX,
    MACOS,
    WINDOWS;

    /** The family for the JDK's {@code os.name}; an unknown system is treated like Linux. */
    static OperatingSystem named(String osName) {
        String name = osName.toLowerCase(Locale.ROOT);
        if (name.startsWith("windows")) {
            return WINDOWS;
        }
        return name.startsWith("mac") ? MACOS : LINUX;
    }
}
