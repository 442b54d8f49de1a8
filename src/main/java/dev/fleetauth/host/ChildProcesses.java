package dev.fleetauth.host;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;

/** The programs that are started. */
final class ChildProcesses {

    private ChildProcesses() {}

    /**
     * Keeps our variables from a program, among which secrets may be: what it starts would inherit them, and a browser
     * lives long.
     */
    static ProcessBuilder withoutOurVariables(ProcessBuilder builder) {
        builder.environment().keySet().removeIf(ChildProcesses::isOurs);
        return builder;
    }

    /** Whether a variable is one of ours. */
    static boolean isOurs(String name) {
        return name.startsWith("FLEETAUTH_");
    }

    /** A program with these variables, but for ours, and no others. */
    static ProcessBuilder withVariables(Map<String, String> variables, List<String> words) {
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().clear();
        builder.environment().putAll(variables);
        return withoutOurVariables(builder);
    }

    /** A command line for the system's shell, as git gives it its helpers. */
    static List<String> shell(OperatingSystem system, String line) {
        return system == OperatingSystem.WINDOWS ? List.of("cmd", "/c", line) : List.of("sh", "-c", line);
    }

    /** Gives a program its standard input and then no more. It need not read it: its exit code tells whether that is right. */
    static void feed(Process process, byte[] input) {
        try (OutputStream in = process.getOutputStream()) {
            in.write(input);
        } catch (IOException e) {
            // It may well have ended without having read it all.
        }
    }

    /** Kills a program and what it started. */
    static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
