package dev.fleetauth.host;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The programs that are started. */
final class ChildProcesses {

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private ChildProcesses() {}

    /**
     * Keeps our variables from a program, among which secrets may be: what it starts would inherit them, and a browser
     * lives long. The program gets back what the launcher kept from the JVM, and starts where the launcher was started.
     */
    static ProcessBuilder withoutOurVariables(ProcessBuilder builder) {
        Map<String, String> environment = builder.environment();
        String directory = environment.get(LauncherVariables.DIRECTORY);
        if (directory != null) {
            builder.directory(new File(directory));
        }
        Set<String> left = new HashSet<>();
        for (String kept : List.copyOf(environment.keySet())) {
            if (kept.startsWith(LauncherVariables.KEPT)) {
                String name = kept.substring(LauncherVariables.KEPT.length());
                String value = LauncherVariables.original(environment, name);
                if (value == null) {
                    environment.remove(name);
                } else if (LauncherVariables.isUndecoded(value)
                        && NAME.matcher(name).matches()) {
                    left.add(kept);
                    builder.command(restoring(name, kept, builder.command()));
                } else {
                    environment.put(name, value);
                }
            }
        }
        environment.keySet().removeIf(name -> isOurs(name) && !left.contains(name));
        return builder;
    }

    /** Whether a variable is one of this program's; Windows takes any case for the same name. */
    static boolean isOurs(String name) {
        return name.regionMatches(
                File.separatorChar == '\\', 0, LauncherVariables.OURS, 0, LauncherVariables.OURS.length());
    }

    /** Starts a program by way of a shell, which can give a variable bytes that are no text. */
    private static List<String> restoring(String name, String kept, List<String> words) {
        List<String> all = new ArrayList<>(List.of(
                "sh", "-c", name + "=${" + kept + "#.}; export " + name + "; unset " + kept + "; exec \"$@\"", "sh"));
        all.addAll(words);
        return all;
    }

    /** A program with these variables, but for ours, and no others. */
    @SuppressWarnings("ReferenceEquality") // The process's own are inherited as bytes, which need not be text.
    static ProcessBuilder withVariables(Map<String, String> variables, List<String> words) {
        ProcessBuilder builder = new ProcessBuilder(words);
        if (variables != System.getenv()) {
            builder.environment().clear();
            builder.environment().putAll(variables);
        }
        return withoutOurVariables(builder);
    }

    /** A command line for the system's shell, as git gives it its helpers. */
    static List<String> shell(OperatingSystem system, Map<String, String> variables, String line) {
        return system == OperatingSystem.WINDOWS
                ? List.of(windowsProgram(variables, "cmd.exe"), "/c", line)
                : List.of("sh", "-c", line);
    }

    /** The path of a program of Windows, which looks for a mere name in the current directory first. */
    static String windowsProgram(Map<String, String> variables, String name) {
        return variables.getOrDefault("SystemRoot", "C:\\Windows") + "\\System32\\" + name;
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
