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

/** Prepares child processes, which get none of fleetauth's variables, and feeds and kills them. */
final class ChildProcesses {

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private ChildProcesses() {}

    /**
     * Removes fleetauth's variables from a child's environment, since they may contain secrets: the child's own
     * children would inherit them, and a browser keeps running. The child gets back what the launcher withheld from the
     * JVM, and starts in the directory that the launcher was started in, even if that was deleted.
     */
    static ProcessBuilder withoutOwnVariables(ProcessBuilder builder) {
        Map<String, String> environment = builder.environment();
        String directory = environment.get(LauncherVariables.DIRECTORY);
        if (directory != null) {
            builder.directory(new File(directory));
        }
        Set<String> left = new HashSet<>();
        for (String withheld : List.copyOf(environment.keySet())) {
            if (withheld.startsWith(LauncherVariables.WITHHELD)) {
                String name = withheld.substring(LauncherVariables.WITHHELD.length());
                String value = LauncherVariables.original(environment, name);
                if (value == null) {
                    environment.remove(name);
                } else if (LauncherVariables.isUndecoded(value)
                        && NAME.matcher(name).matches()) {
                    left.add(withheld);
                    builder.command(restoring(name, withheld, builder.command()));
                } else {
                    environment.put(name, value);
                }
            }
        }
        environment.keySet().removeIf(name -> isOwn(name) && !left.contains(name));
        return builder;
    }

    /** Whether a variable is one of fleetauth's; on Windows names are case-insensitive. */
    static boolean isOwn(String name) {
        return name.regionMatches(
                File.separatorChar == '\\', 0, LauncherVariables.PREFIX, 0, LauncherVariables.PREFIX.length());
    }

    /** The arguments to start a program through a shell, which can set a variable to bytes that are not valid text. */
    private static List<String> restoring(String name, String withheld, List<String> words) {
        List<String> all = new ArrayList<>(List.of(
                "sh",
                "-c",
                name + "=${" + withheld + "#.}; export " + name + "; unset " + withheld + "; exec \"$@\"",
                "sh"));
        all.addAll(words);
        return all;
    }

    /** A builder for a program with exactly these variables, except fleetauth's. */
    @SuppressWarnings("ReferenceEquality") // This process's variables are inherited as bytes, which need not be text.
    static ProcessBuilder withVariables(Map<String, String> variables, List<String> words) {
        ProcessBuilder builder = new ProcessBuilder(words);
        if (variables != System.getenv()) {
            builder.environment().clear();
            builder.environment().putAll(variables);
        }
        return withoutOwnVariables(builder);
    }

    /** The arguments that run a command line in the system's shell, as git runs its helpers. */
    static List<String> shell(OperatingSystem system, Map<String, String> variables, String line) {
        return system == OperatingSystem.WINDOWS
                ? List.of(windowsProgram(variables, "cmd.exe"), "/c", line)
                : List.of("sh", "-c", line);
    }

    /** The path of a Windows program; a mere name would be looked up in the current directory first. */
    static String windowsProgram(Map<String, String> variables, String name) {
        return variables.getOrDefault("SystemRoot", "C:\\Windows") + "\\System32\\" + name;
    }

    /**
     * Writes to a program's standard input and closes it. The program need not read it: its exit code shows whether it
     * needed the input.
     */
    static void feed(Process process, byte[] input) {
        try (OutputStream in = process.getOutputStream()) {
            in.write(input);
        } catch (IOException e) {
            // It may have ended without reading everything.
        }
    }

    /** Kills a program and its descendants. */
    static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
