package dev.fleetauth.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What names this process to others, for the one who finds a lock held or an attempt unresolved. */
public final class ThisProcess {

    private static final Path SELF = Path.of("/proc/self");
    private static final Path KERNEL = Path.of("/proc/sys/kernel/hostname");

    private ThisProcess() {}

    /** The process id. */
    public static long id() {
        try {
            // What the JDK has for it gets ready to wait for other processes first: 4 ms of a refresh.
            return Long.parseLong(Files.readSymbolicLink(SELF).toString());
        } catch (IOException | NumberFormatException e) {
            return ProcessHandle.current().pid();
        }
    }

    /**
     * The machine's name, or {@code localhost} where it has none. No name server is asked: it is wanted while a lock is held,
     * and one that is out of reach takes seconds to say nothing.
     */
    public static String host() {
        return host(System.getenv(), KERNEL);
    }

    static String host(Map<String, String> variables, Path kernel) {
        for (String variable : List.of("HOSTNAME", "COMPUTERNAME")) {
            String name = variables.getOrDefault(variable, "");
            if (!name.isEmpty()) {
                return name;
            }
        }
        String name;
        try {
            name = Files.readString(kernel).strip();
        } catch (IOException e) {
            // No Linux.
            name = printed();
        }
        return name.isEmpty() ? "localhost" : name;
    }

    private static String printed() {
        try {
            Process uname = ChildProcesses.withoutOurVariables(new ProcessBuilder("uname", "-n"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            uname.getOutputStream().close();
            return new String(uname.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** The Java runtime and the system it runs on, such as {@code Java 25.0.3 (Eclipse Adoptium) on Linux amd64}. */
    public static String runtime() {
        return "Java " + System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ") on "
                + System.getProperty("os.name") + " " + System.getProperty("os.arch");
    }
}
