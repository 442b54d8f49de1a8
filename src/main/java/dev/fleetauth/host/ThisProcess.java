package dev.fleetauth.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Identifies this process to other processes that find a lock held or an attempt unresolved. */
public final class ThisProcess {

    private static final Path SELF = Path.of("/proc/self");
    private static final Path KERNEL = Path.of("/proc/sys/kernel/hostname");

    private ThisProcess() {}

    /** The process id, from {@code /proc} where available. */
    public static long id() {
        try {
            // The JDK's own API first prepares to wait for other processes, which takes 4 ms of a refresh.
            return Long.parseLong(Files.readSymbolicLink(SELF).toString());
        } catch (IOException | NumberFormatException e) {
            return ProcessHandle.current().pid();
        }
    }

    /**
     * The machine's name, or {@code localhost} if it has none. No name server is queried: the name is needed while a
     * lock is held, and an unreachable server takes seconds.
     */
    static String host() {
        return Host.NAME;
    }

    /** Initialized on first use. */
    private static final class Host {
        private static final String NAME = host(KERNEL);
    }

    static String host(Path kernel) {
        String name;
        try {
            name = Files.readString(kernel).strip();
        } catch (IOException e) {
            // Not Linux. On Windows no program is started, since Windows would look it up in the current directory
            // first; COMPUTERNAME, which Environment prefers, is always set there.
            boolean isWindows = OperatingSystem.named(System.getProperty("os.name")) == OperatingSystem.WINDOWS;
            name = isWindows ? "" : printed();
        }
        return name.isEmpty() ? "localhost" : name;
    }

    private static String printed() {
        try {
            Process uname = ChildProcesses.withoutOwnVariables(new ProcessBuilder("uname", "-n"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                return uname.waitFor(1, TimeUnit.SECONDS)
                        ? new String(uname.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip()
                        : "";
            } finally {
                uname.destroyForcibly();
            }
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    /** The Java runtime and the system, such as {@code Java 25.0.3 (Eclipse Adoptium) on Linux amd64}. */
    public static String runtime() {
        return "Java " + System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ") on "
                + System.getProperty("os.name") + " " + System.getProperty("os.arch");
    }
}
