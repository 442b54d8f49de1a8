package dev.fleetauth.docs;

import dev.fleetauth.testing.Program;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs the code of pages in a shell that finds {@code fleetauth} on its path. */
public final class Snippets {

    private final Path bin;
    private final Map<String, String> variables;

    /**
     * Creates a shell with the variables of {@code fixture}.
     *
     * @param folder for the programs on its path
     */
    Snippets(Path folder, ShellAndSandbox fixture) throws IOException {
        this(folder, fixture.shell, List.of());
        variables.put("API", fixture.issuer());
    }

    /**
     * Creates a shell with the variables of another shell.
     *
     * @param folder for the programs on its path
     * @param jvmOptions options for the JVM of {@code fleetauth}, in addition to the launcher's
     */
    Snippets(Path folder, TestShell shell, List<String> jvmOptions) throws IOException {
        bin = Files.createDirectories(folder.resolve("bin"));
        variables = new LinkedHashMap<>(shell.variables());
        variables.put("PATH", bin + ":" + System.getenv("PATH"));
        List<String> options = new ArrayList<>(Program.LAUNCHER_OPTIONS);
        options.addAll(jvmOptions);
        program("fleetauth", "exec " + quoted(Program.commandLine(options)) + " \"$@\"");
    }

    /** A login whose access token has expired, also by the system's clock, which other processes use. */
    static ShellAndSandbox expired(Path folder) throws IOException {
        ShellAndSandbox fixture = ShellAndSandbox.tesla(Files.createDirectory(folder.resolve("fixture")));
        fixture.shell.clock().advance(Duration.ofHours(-9));
        fixture.loggedIn();
        fixture.shell.clock().advance(Duration.ofHours(9));
        return fixture;
    }

    /** Puts a shell script with these lines on the path. */
    Snippets program(String name, String... lines) throws IOException {
        Path program = bin.resolve(name);
        Files.writeString(program, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        if (!program.toFile().setExecutable(true)) {
            throw new IOException("cannot make " + program + " executable");
        }
        return this;
    }

    /** Sets a variable. */
    Snippets variable(String name, String value) {
        variables.put(name, value);
        return this;
    }

    Snippets without(String name) {
        variables.remove(name);
        return this;
    }

    /** Starts a script in a folder. */
    Program start(Path folder, String shell, String code) throws IOException {
        Path script = Files.createTempFile(bin, "script", ".sh");
        Files.writeString(script, code);
        return Program.start(
                bin,
                variables,
                List.of(
                        "sh",
                        "-c",
                        "cd \"$1\" && exec \"$2\" \"$3\"",
                        "sh",
                        folder.toString(),
                        shell,
                        script.toString()));
    }

    public static String quoted(List<String> words) {
        return String.join(
                " ",
                words.stream()
                        .map(word -> "'" + word.replace("'", "'\\''") + "'")
                        .toList());
    }
}
