package dev.fleetauth.host;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** What names this process to others, for the one who finds a lock held or an attempt unresolved. */
public final class ThisProcess {

    private ThisProcess() {}

    /** The process id. */
    public static long id() {
        return ProcessHandle.current().pid();
    }

    /** The machine's name, or {@code localhost} where it has none that can be had without asking the network. */
    public static String host() {
        String name = System.getenv("HOSTNAME");
        if (name == null || name.isEmpty()) {
            name = System.getenv("COMPUTERNAME");
        }
        if (name != null && !name.isEmpty()) {
            return name;
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /** The Java runtime and the system it runs on, such as {@code Java 25.0.3 (Eclipse Adoptium) on Linux amd64}. */
    public static String runtime() {
        return "Java " + System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ") on "
                + System.getProperty("os.name") + " " + System.getProperty("os.arch");
    }
}
