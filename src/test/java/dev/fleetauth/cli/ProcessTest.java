package dev.fleetauth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.docs.Snippets;
import dev.fleetauth.model.Secret;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.testing.Program;
import dev.fleetauth.testing.Programs;
import dev.fleetauth.testing.ShellAndSandbox;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What only a separate process shows: signals, broken output, child processes, the terminal, loaded classes. */
@DisabledOnOs(OS.WINDOWS)
public class ProcessTest {

    @TempDir
    Path folder;

    @TempDir
    Path notes;

    @Test
    void anInterruptedLoginExitsWith130() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder)) {
            try (Program login = waitingLogin(fixture)) {
                login.signal("INT").exits(130);
            }
            fixture.shell.run("token").exits(3);
        }
    }

    @Test
    void aTerminatedLoginExitsWith143() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder);
                Program login = waitingLogin(fixture)) {
            login.signal("TERM").exits(143);
        }
    }

    @Test
    void theSandboxRunsUntilItIsInterrupted() {
        for (var signal : Map.of("INT", 130, "TERM", 143).entrySet()) {
            try (Program sandbox =
                    Program.start(notes, Map.of(), Program.commandLine(List.of(), "sandbox", "--strict"))) {
                sandbox.await(running -> running.out().contains("Press Ctrl-C to stop it."))
                        .signal(signal.getKey())
                        .exits(signal.getValue());
                assertThat(sandbox.err()).isEmpty();
            }
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFullDiskUnderStandardOutputIsReported() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.strict(folder).loggedIn();
                Program token = inShell(fixture, "exec \"$@\" >/dev/full", "token")) {
            token.exits(1);
            assertThat(token.err()).contains("fleetauth: error: the output could not be written");
        }
    }

    @Test
    void aClosedStandardOutputIsReported() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.strict(folder).loggedIn();
                Program token = inShell(fixture, "exec \"$@\" >&-", "token")) {
            token.exits(1);
            assertThat(token.err()).contains("fleetauth: error: the output could not be written");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"token", "status", "--help", "explain"})
    void aClosedPipeIsNotReported(String command) throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.strict(folder).loggedIn();
                Program program = inShell(fixture, "{ \"$@\"; echo \"left $?\" >&2; } | true", command)) {
            program.exits(0);
            assertThat(program.err()).isEqualTo("left 1\n");
        }
    }

    @Test
    void theBrowserIsGivenTheAddressAndNoSecret() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder)) {
            Path script = script(
                    "printf '%s\\n' \"$@\" >'" + notes + "/argv.part'; env >'" + notes + "/env'",
                    "ps -ef >'" + notes + "/ps' 2>/dev/null; mv '" + notes + "/argv.part' '" + notes + "/argv'");
            Path argv = notes.resolve("argv");
            try (Program login = Program.start(
                    notes,
                    variables(fixture, script.toString()),
                    Program.commandLine(List.of(), fixture.loginWords("-v")))) {
                login.await(running -> Files.exists(argv));
                List<String> arguments = Files.readAllLines(argv);
                assertThat(arguments).hasSize(1);
                Agent.allowing().visit(URI.create(arguments.get(0)));
                login.exits(0);
                assertThat(login.out()).isEmpty();
            }
            assertThat(Files.readString(notes.resolve("env"))).contains("PATH=").doesNotContain("FLEETAUTH_");
            fixture.token();
            for (Secret secret : fixture.sandbox.secretsSeen()) {
                for (Path note : files(notes)) {
                    assertThat(Files.readString(note).contains(secret.reveal()))
                            .as("a secret in %s", note.getFileName())
                            .isFalse();
                }
            }
        }
    }

    @Test
    void aBrowserThatDoesNotStartIsNotWaitedFor() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder);
                Program login = Program.start(
                        notes,
                        variables(fixture, "/no/such/browser"),
                        Program.commandLine(List.of(), fixture.loginWords()))) {
            login.await(running -> running.err().contains("\n" + fixture.issuer() + "/oauth2/v3/authorize?"));
            assertThat(login.err()).contains("No browser could be started.");
        }
    }

    @Test
    void printingAValidTokenLoadsNeitherTheHttpClientNorTheSdk() throws Exception {
        Predicate<String> heavy = Pattern.compile("(?:okhttp3|okio|kotlin|com\\.nimbusds\\.(?:oauth2|openid))\\..*")
                .asMatchPredicate();
        try (ShellAndSandbox fixture = ShellAndSandbox.strict(folder).loggedIn()) {
            List<String> loaded = loaded(fixture, "token");
            assertThat(loaded).as("the classes loaded").isNotEmpty();
            assertThat(loaded.contains("dev.fleetauth.cli.TokenCommand")).isTrue();
            assertThat(loaded.stream().filter(heavy)).isEmpty();
            // Proves that the filter finds such classes.
            assertThat(loaded(fixture, "refresh").stream().filter(heavy)).hasSizeGreaterThan(100);
        }
    }

    /** The names of the classes that a command loads. */
    private List<String> loaded(ShellAndSandbox fixture, String command) throws IOException {
        Path log = notes.resolve(command + ".log");
        try (Program program = Program.start(
                notes,
                fixture.shell.variables(),
                Program.commandLine(List.of("-Xlog:class+load=info:file=" + log), command))) {
            program.exits(0);
        }
        return Files.readAllLines(log).stream()
                .map(line -> line.substring(line.lastIndexOf(']') + 1).strip().split(" ", 2)[0])
                .toList();
    }

    @Test
    @Tag("host-program")
    @EnabledOnOs(OS.LINUX)
    void aPassphraseIsAskedForInsideASubstitution() throws Exception {
        Programs.require("script");
        String passphrase = "correct horse battery staple";
        try (ShellAndSandbox fixture = ShellAndSandbox.strict(folder)) {
            fixture.shell.variable("FLEETAUTH_KEY_FILE", null).variable("FLEETAUTH_PASSPHRASE", passphrase);
            fixture.loggedIn();
            String token = fixture.token();
            fixture.shell.variable("FLEETAUTH_PASSPHRASE", null);
            // The real stty, after a script that records its variables.
            Path stty = script("env >>'" + notes + "/env'; exec /bin/stty \"$@\"");
            Files.move(stty, stty.resolveSibling("stty"));
            List<String> words = Program.commandLine(List.of(), "token");
            Path command = notes.resolve("command");
            Files.writeString(
                    command,
                    "token=$("
                            + String.join(
                                    " ",
                                    words.stream().map(word -> "'" + word + "'").toList()) + ")\n"
                            + "printf '<%s>' \"$token\"\ntouch '" + notes + "/over'\n");
            Map<String, String> variables = new LinkedHashMap<>(fixture.shell.variables());
            variables.put(
                    "FLEETAUTH_CLIENT_SECRET", fixture.sandbox.clientSecret().reveal());
            variables.put("PATH", notes + ":" + System.getenv("PATH"));
            String typing = "while ! grep -q 'Passphrase for' '" + notes + "/screen'; do sleep 0.1; done; sleep 0.3;"
                    + " echo '" + passphrase + "'; " + untilItIsOver();
            try (Program program = Program.start(
                    notes,
                    variables,
                    List.of(
                            "sh",
                            "-c",
                            "touch '" + notes + "/screen'; (" + typing + ") | script -qfec 'sh " + command + "' '"
                                    + notes + "/screen'"))) {
                program.exits(0);
                String screen = Files.readString(notes.resolve("screen"));
                assertThat(screen)
                        .contains("Passphrase for ", "<" + token + ">")
                        .doesNotContain(passphrase);
            }
            assertThat(Files.readString(notes.resolve("env"))).contains("PATH=").doesNotContain("FLEETAUTH_");
        }
    }

    /** {@code HOME} counts, as in every shell; the JDK may use another directory. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void theHomeDirectoryComesFromTheVariable() {
        Map<String, String> variables = Map.of("HOME", folder.toString(), "XDG_STATE_HOME", "", "XDG_CONFIG_HOME", "");
        try (Program doctor = Program.start(notes, variables, Program.commandLine(List.of(), "doctor", "--no-input"))) {
            assertThat(doctor.result().out())
                    .contains(folder.resolve(".local/state/fleetauth").toString());
        }
    }

    @Test
    @Tag("host-program")
    @EnabledOnOs(OS.LINUX)
    void anInterruptedPromptRestoresTheTerminal() throws Exception {
        Programs.require("script");
        Path command = notes.resolve("command");
        Files.writeString(
                command,
                Snippets.quoted(Program.commandLine(
                                List.of(), "login", "--issuer", "http://127.0.0.1:9", "--client-id", "x"))
                        + "\necho \"<$?>\"\nstty -a | grep -o ' -*echo '\ntouch '" + notes + "/over'\n");
        String screen = "'" + notes + "/screen'";
        String typing = "await() { while ! grep -q \"$1\" " + screen + "; do sleep 0.1; done; sleep 0.3; };"
                + " await 'or file'; echo passphrase; await 'New passphrase'; printf '\\003'; " + untilItIsOver();
        try (Program program = Program.start(
                notes,
                Map.of("FLEETAUTH_HOME", folder.resolve("home").toString()),
                List.of(
                        "sh",
                        "-c",
                        "touch '" + notes + "/screen'; (" + typing + ") | script -qfec 'trap : INT; . " + command
                                + "' '" + notes + "/screen'"))) {
            program.exits(0);
            assertThat(Files.readString(notes.resolve("screen"))).containsPattern("\\n<130>\\s+echo");
        }
    }

    @ParameterizedTest
    @CsvSource({"40, false", "100, true"})
    @Tag("host-program")
    @EnabledOnOs(OS.LINUX)
    void theRemainingTimeIsShownOnlyIfTheLineFits(int columns, boolean rewritten) throws Exception {
        Programs.require("script");
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder)) {
            Path command = notes.resolve("command");
            Files.writeString(
                    command,
                    "stty cols " + columns + "\n"
                            + Snippets.quoted(Program.commandLine(List.of(), fixture.loginWords("--timeout", "4s"))));
            try (Program program = Program.start(
                    notes,
                    variables(fixture, script(":").toString()),
                    List.of(
                            "sh",
                            "-c",
                            "cd '" + notes
                                    + "' && touch screen && while ! grep -q 'gave up after' screen; do sleep 0.1; done"
                                    + " | script -qfec 'sh " + command + "' screen"))) {
                program.result();
            }
            String[] shown = Files.readString(notes.resolve("screen")).split("Or paste the address", -1);
            assertThat(shown.length > 2).isEqualTo(rewritten);
        }
    }

    /** Shell code that waits until the command is over: when the typing ends, the program sees the end of its input. */
    private String untilItIsOver() {
        return "until [ -e '" + notes + "/over' ]; do sleep 0.1; done";
    }

    /** A login whose browser does nothing. */
    private Program waitingLogin(ShellAndSandbox fixture) throws IOException {
        return Program.start(
                        notes,
                        variables(fixture, script(":").toString()),
                        Program.commandLine(List.of(), fixture.loginWords()))
                .await(running -> running.err().contains("waiting for it to return"));
    }

    private static Map<String, String> variables(ShellAndSandbox fixture, String browser) {
        Map<String, String> variables = new LinkedHashMap<>(fixture.shell.variables());
        variables.put("FLEETAUTH_CLIENT_SECRET", fixture.sandbox.clientSecret().reveal());
        variables.put("FLEETAUTH_BROWSER", browser);
        return variables;
    }

    private Program inShell(ShellAndSandbox fixture, String command, String... args) {
        List<String> words = new ArrayList<>(List.of("sh", "-c", command, "sh"));
        words.addAll(Program.commandLine(List.of(), args));
        return Program.start(notes, fixture.shell.variables(), words);
    }

    private Path script(String... lines) throws IOException {
        Path script = Files.createTempFile(
                notes,
                "script",
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return Files.writeString(script, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    }

    private static List<Path> files(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.toList();
        }
    }
}
