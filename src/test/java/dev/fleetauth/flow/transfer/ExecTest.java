package dev.fleetauth.flow.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.testing.Program;
import dev.fleetauth.testing.Programs;
import dev.fleetauth.testing.SessionFolder;
import dev.fleetauth.testing.ShellAndSandbox;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code exec}, with real processes: what the program gets, and that signals, exit codes and the terminal are its own. */
@DisabledOnOs(OS.WINDOWS)
@Tag("any-jdk")
class ExecTest {

    @TempDir
    Path folder;

    @TempDir
    Path notes;

    private ShellAndSandbox fixture;

    @BeforeEach
    void aProfile() throws IOException {
        fixture = ShellAndSandbox.strict(Files.createDirectory(folder.resolve("fixture")))
                .loggedIn();
    }

    @AfterEach
    void end() throws IOException {
        fixture.close();
    }

    private Program exec(String... command) {
        return Program.start(notes, variables(), words(command));
    }

    /** {@code exec} by the launcher: a shell that replaces itself with the program once it has the token. */
    private static List<String> words(String... command) {
        return launcher(of(List.of("exec", "--"), command));
    }

    private static List<String> launcher(List<String> line) {
        return launcher(Program.LAUNCHER_OPTIONS, line);
    }

    private static List<String> launcher(List<String> options, List<String> line) {
        Path launcher =
                Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolve("src/build/launcher");
        List<String> words = new ArrayList<>(
                List.of("sh", "-c", """
                . "$0/exec.sh"
                run_java() { exec %s "$@"; }
                if runs_program "$@"; then run_program "$@"; fi
                run_java "$@"
                """.formatted(quoted(Program.commandLine(options))), launcher.toString()));
        words.addAll(line);
        return words;
    }

    /** {@code exec} without the launcher: Java starts the program as a child process. */
    private static List<String> direct(String... command) {
        return Program.commandLine(
                Program.LAUNCHER_OPTIONS, of(List.of("exec", "--"), command).toArray(String[]::new));
    }

    private static List<String> of(List<String> first, String... others) {
        List<String> all = new ArrayList<>(first);
        all.addAll(List.of(others));
        return all;
    }

    private Map<String, String> variables() {
        Map<String, String> variables = new LinkedHashMap<>(fixture.shell.variables());
        variables.put("FLEETAUTH_CLIENT_SECRET", "not-for-the-program");
        variables.put("OTHER", "theirs");
        return variables;
    }

    @Test
    void theTokenIsTheOnlyVariableOfFleetauth() {
        try (Program run = exec("sh", "-c", "env; printf '%s\\n' \"$@\"", "sh", "-v", "a b")) {
            List<String> lines = run.exits(0).out().lines().toList();
            assertThat(lines).contains("OTHER=theirs", "FLEETAUTH_ACCESS_TOKEN=" + fixture.token());
            assertThat(lines.stream().filter(line -> line.startsWith("FLEETAUTH_")))
                    .hasSize(1);
            assertThat(lines).endsWith("-v", "a b");
            assertThat(run.err()).isEmpty();
        }
    }

    @Test
    void theTokensOfProfilesAreInTheRequestedVariables() {
        fixture.shell.browser(Agent.allowing());
        fixture.login("-p", "other").exits(0);
        List<String> line = List.of(
                "exec", "--env", "ONE", "--env=TWO=other", "--env", "THREE=other", "--", "sh", "-c", "env; exit 5");
        try (Program run = Program.start(notes, variables(), launcher(line))) {
            List<String> lines = run.exits(5).out().lines().toList();
            String other = fixture.token("-p", "other");
            assertThat(lines).contains("ONE=" + fixture.token(), "TWO=" + other, "THREE=" + other);
            assertThat(lines).noneMatch(variable -> variable.startsWith("FLEETAUTH_"));
        }
        fixture.expire();
        fixture.shell
                .run("exec", "--env", "ONE", "--env", "TWO=other", "--env", "THREE=other", "--", "true")
                .exits(0);
        assertThat(fixture.posts("refresh_token")).isEqualTo(2);
    }

    @Test
    void aProfileWithoutATokenIsNamedAndNothingIsStarted() {
        Path mark = notes.resolve("mark");
        fixture.shell
                .run("exec", "--env", "ONE", "--env", "TWO=none", "--", "touch", mark.toString())
                .exits(3)
                .says("'none'");
        fixture.shell.browser(Agent.allowing());
        fixture.login("-p", "other").exits(0);
        fixture.expire();
        fixture.sandbox.enqueue("503");
        fixture.shell
                .run("exec", "--env", "ONE=other", "--env", "TWO", "--", "touch", mark.toString())
                .exits(6)
                .says("error: profile 'other': ");
        assertThat(mark).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "=other",
                "A-B",
                "1A",
                "A B",
                "FLEETAUTH_ACCESS_TOKEN",
                "fleetauth_x",
                "fa_code",
                "LD_PRELOAD",
                "DYLD_INSERT_LIBRARIES",
                "LC_ALL",
                "PATH",
                "IFS",
                "OPTIND",
                "UID",
                "JAVA_TOOL_OPTIONS",
                "A=",
                "A=../x"
            })
    void aReservedNameIsRejected(String name) {
        for (String option : List.of("--env", "--token-file-env")) {
            fixture.shell.run("exec", option, name, "--", "true").exits(2).says("fleetauth: error: ");
        }
        fixture.shell
                .run("exec", "--env", "TOKEN", "--token-file-env", "TOKEN", "--", "true")
                .exits(2)
                .says("TOKEN is named twice");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aTokenFileIsPrivateAndRemovedWhenTheProgramEnds() throws IOException {
        try (SessionFolder session = new SessionFolder()) {
            String program =
                    "stat -c %a \"$FILE\"; printf '%s\\n' \"$FILE\"; cat \"$FILE\"; cat >/dev/null \"$OTHER\" && exit 7";
            List<String> line =
                    List.of("exec", "--token-file-env", "FILE", "--token-file-env=OTHER", "--", "sh", "-c", program);
            try (Program run = Program.start(notes, variables(session), launcher(line))) {
                List<String> lines = run.exits(7).out().lines().toList();
                assertThat(lines.get(0)).isEqualTo("600");
                assertThat(lines.get(1)).startsWith(session.path());
                assertThat(lines.get(2)).isEqualTo(fixture.token());
                assertThat(run.out()).endsWith(fixture.token());
                assertThat(Path.of(lines.get(1))).doesNotExist();
            }
            assertThat(session.files()).isEmpty();
            try (Program killed = Program.start(
                            notes,
                            variables(session),
                            launcher(List.of("exec", "--token-file-env", "FILE", "--", "sh", "-c", "kill -KILL $$")));
                    Program none = Program.start(
                            notes,
                            variables(session),
                            launcher(List.of("exec", "--token-file-env", "FILE", "--", "no-such-program")))) {
                killed.exits(128 + 9);
                none.exits(127);
            }
            assertThat(session.files()).isEmpty();
        }
    }

    /** Java outlives the program to remove the file, and forwards signals to it. */
    @ParameterizedTest
    @EnabledOnOs(OS.LINUX)
    @ValueSource(strings = {"INT", "HUP", "TERM", "USR1", "ALRM", "WINCH", "CONT"})
    void signalsReachAProgramWithATokenFile(String signal) throws IOException {
        try (SessionFolder session = new SessionFolder()) {
            List<String> words = new ArrayList<>(List.of("setsid", "-w"));
            words.addAll(launcher(List.of(
                    "exec",
                    "--token-file-env",
                    "FILE",
                    "--",
                    "sh",
                    "-c",
                    "echo $PPID >'" + notes + "/id'; " + SLOW_TO_END.formatted(signal))));
            try (Program run = Program.start(notes, variables(session), words)) {
                run.await(running -> running.out().contains("ready"));
                assertThat(session.files()).hasSize(1);
                signal(signal, notes.resolve("id"));
                run.exits(7);
                assertThat(run.out()).contains("told", "done");
            }
            assertThat(session.files()).isEmpty();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theNextCommandRemovesTheTokenFileOfAKilledOneAndNoOther() throws IOException {
        try (SessionFolder session = new SessionFolder()) {
            String program = "echo $$ >'" + notes + "/%s'; while :; do sleep 0.05; done";
            List<String> line = List.of("exec", "--token-file-env", "FILE", "--", "sh", "-c");
            try (Program killed =
                            Program.start(notes, variables(session), launcher(of(line, program.formatted("first"))));
                    Program other =
                            Program.start(notes, variables(session), launcher(of(line, program.formatted("second"))))) {
                killed.await(running -> Files.exists(notes.resolve("first")));
                other.await(running -> Files.exists(notes.resolve("second")));
                killed.kill();
                assertThat(session.files()).hasSize(2);
                fixture.shell.variable("XDG_RUNTIME_DIR", session.path());
                fixture.shell.run("status").exits(0);
                assertThat(session.files()).hasSize(1);
                other.signal("TERM").exits(143);
                assertThat(session.files()).isEmpty();
            } finally {
                signal("KILL", notes.resolve("first"));
            }
        }
    }

    @Test
    void aTokenFileNeedsADirectoryInMemory() throws IOException {
        fixture.expire();
        long before = fixture.posts("refresh_token");
        String[] line = {"exec", "--token-file-env", "FILE", "--", "true"};
        fixture.shell.run(line).exits(3).says("cannot create a token file: XDG_RUNTIME_DIR does not name", "--env");
        fixture.shell.variable(
                "XDG_RUNTIME_DIR", Files.createDirectory(folder.resolve("run")).toString());
        fixture.shell.run(line).exits(3).says("it is on a disk (");
        assertThat(fixture.posts("refresh_token")).isEqualTo(before);
    }

    private Map<String, String> variables(SessionFolder session) {
        Map<String, String> variables = variables();
        variables.put("XDG_RUNTIME_DIR", session.path());
        return variables;
    }

    @Test
    void theExitCodeIsTheProgramsOwn() throws Exception {
        Path file = Files.createFile(notes.resolve("no-program"));
        Path interpreter = Files.writeString(notes.resolve("no-interpreter"), "#!/no/such/shell\n");
        assertThat(interpreter.toFile().setExecutable(true)).isTrue();
        try (Program code = exec("sh", "-c", "exit 42");
                Program killed = exec("sh", "-c", "kill -KILL $$")) {
            code.exits(42);
            killed.exits(128 + 9);
        }
        fixture.shell.run("exec", "--", "no-such-program").exits(127).says("no-such-program was not found");
        fixture.shell.run("exec", "--", notes.resolve("none").toString()).exits(127);
        fixture.shell.run("exec", "--", file.toString()).exits(126).says("cannot be run");
        fixture.shell.run("exec", "--", notes.toString()).exits(126);
        fixture.shell.run("exec", "--", interpreter.toString()).exits(126);
        fixture.shell.run("exec").exits(2);
        fixture.shell.run("exec", "true").exits(2).says("-- is missing");
        fixture.shell.run("exec", "/bin/echo", "-q", "--", "x").exits(2).says("-- is missing");
        try (Program none = exec("no-such-program");
                Program noProgram = exec(file.toString())) {
            assertThat(none.exits(127).err()).contains("fleetauth: error: no-such-program was not found", "hint: ");
            assertThat(noProgram.exits(126).err()).contains("fleetauth: error: ", "hint: ");
        }
    }

    @Test
    void argumentsThatAreTooLongAreReported() {
        // Linux limits one argument to 128 KiB.
        fixture.shell.run("exec", "--", "true", "x".repeat(1 << 21)).exits(126).says("exceed this system's limit");
    }

    /** Signals sent to fleetauth reach the program, since it is the same process, and none is blocked. */
    @ParameterizedTest
    @ValueSource(strings = {"INT", "HUP", "QUIT", "TERM", "USR1", "USR2", "WINCH", "CONT"})
    void signalsAreTheProgramsOwn(String signal) {
        try (Program run = exec("sh", "-c", SLOW_TO_END.formatted(signal))) {
            run.await(running -> running.out().contains("ready")).signal(signal).exits(7);
            assertThat(run.out()).contains("told", "done");
        }
    }

    /**
     * The program is a child of the launcher, which exits with the code for the failed command. QUIT is omitted: a JVM
     * of Java 17 blocks it in the processes it starts, such as this launcher.
     */
    @ParameterizedTest
    @ValueSource(strings = {"INT", "HUP", "TERM", "USR1", "USR2", "WINCH", "CONT"})
    void signalsReachTheProgramEvenIfAfterRefreshFailed(String signal) throws IOException {
        Map<String, String> variables = variables();
        variables.put("FLEETAUTH_EXPORT_KEY_FILE", String.valueOf(variables.get("FLEETAUTH_KEY_FILE")));
        fixture.shell.variable("FLEETAUTH_EXPORT_KEY_FILE", variables.get("FLEETAUTH_KEY_FILE"));
        fixture.shell.run("refresh", "--after-refresh", "exit 1").exits(6);
        List<String> line = List.of("exec", "--after-refresh", "exit 1", "--", "sh", "-c");
        String program = "trap 'echo told; exit 7' " + signal + "; cat; echo ready; while :; do sleep 0.05; done";
        try (Program run = Program.start(notes, variables, launcher(of(line, program)))) {
            run.await(running -> running.out().contains("ready")).signal(signal).exits(7);
            assertThat(run.out()).contains("told");
        }
        List<String> words = new ArrayList<>(List.of("sh", "-c", "echo input | \"$@\"", "sh"));
        words.addAll(launcher(of(line, "[ \"$(cat)\" = input ] && [ ! -e /dev/fd/9 ]")));
        try (Program run = Program.start(notes, variables, words)) {
            run.exits(6);
        }
    }

    /** Arguments are bytes; neither they nor the descriptors are read before the program runs. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void argumentsAndDescriptorsReachTheProgramUnchanged() throws IOException {
        Path body = Files.writeString(notes.resolve("body.json"), "{}\n");
        String program =
                "exec >got; for word; do printf '<%s>' \"$word\"; done; read line <&7 && printf '%s' \"$line\";"
                        + " [ -e /proc/self/fd/0 ] || printf ' closed'";
        List<String> words = new ArrayList<>(
                List.of("sh", "-c", "latin=$(printf 'gr\\374n'); exec 7<body.json <&-; exec \"$@\" \"$latin\"", "sh"));
        words.addAll(words("sh", "-c", program, "sh", "@" + body, "-q", "--", "a  b", "", "exec"));
        try (Program run = Program.start(
                notes, variables(), of(List.of("env", "-C", notes.toString()), words.toArray(String[]::new)))) {
            run.exits(0);
            assertThat(Files.readString(notes.resolve("got"), StandardCharsets.ISO_8859_1))
                    .isEqualTo("<@" + body + "><-q><--><a  b><><exec><gr\374n>{} closed");
        }
    }

    /** With Java on Windows, a Unix shell once printed its instructions, which contain the token. */
    @Test
    void windowsLineSeparatorsAreUnderstood() {
        List<String> options = of(Program.LAUNCHER_OPTIONS, "-Dline.separator=\r\n");
        try (Program run =
                Program.start(notes, variables(), launcher(options, List.of("exec", "--", "echo", "it runs")))) {
            assertThat(run.exits(0).out()).isEqualTo("it runs\n");
        }
    }

    @Test
    void helpAndErrorsAreThoseOfTheCommand() {
        try (Program help = Program.start(notes, variables(), launcher(List.of("exec", "--help", "--", "x")));
                Program noProfile =
                        Program.start(notes, variables(), launcher(List.of("-q", "exec", "-p", "none", "--", "x")))) {
            assertThat(help.exits(0).out()).startsWith("Usage: fleetauth exec ");
            assertThat(noProfile.exits(3).err()).contains("profile 'none' does not exist");
        }
    }

    @Test
    void withoutATokenTheProgramIsNotRun() throws Exception {
        fixture.shell.run("logout").exits(0);
        Path mark = notes.resolve("mark");
        try (Program run = exec("touch", mark.toString())) {
            run.exits(4);
        }
        assertThat(mark).doesNotExist();
    }

    /** A program that reports a signal, and ends slowly. */
    private static final String SLOW_TO_END =
            "trap 'echo told; sleep 0.3; echo done; exit 7' %s; echo ready; while :; do sleep 0.05; done";

    @Test
    void aTerminationIsPassedOnAndTheProgramDecides() {
        try (Program run = exec("sh", "-c", SLOW_TO_END.formatted("TERM"))) {
            run.await(running -> running.out().contains("ready")).signal("TERM").exits(7);
            assertThat(run.out()).contains("told", "done");
        }
        try (Program run = Program.start(notes, variables(), direct("sleep", "60"))) {
            run.await(ExecTest::hasChild).signal("TERM").exits(143);
        }
    }

    @Test
    void anInterruptWithoutATerminalIsPassedOn() {
        List<String> words = new ArrayList<>(List.of("setsid", "-w"));
        words.addAll(direct("sh", "-c", "echo $PPID >'" + notes + "/id'; " + SLOW_TO_END.formatted("INT")));
        try (Program run = Program.start(notes, variables(), words)) {
            run.await(running -> running.out().contains("ready"));
            signal("INT", notes.resolve("id"));
            run.exits(7);
            assertThat(run.out()).contains("told", "done");
        }
    }

    /** The interrupts continue until fleetauth has ended, so that they arrive at every moment of its exit. */
    @Test
    void anInterruptAfterTheProgramHasEndedDoesNotChangeItsExitCode() {
        String program = "trap '' INT; fleetauth=$PPID; (while kill -INT $fleetauth; do :; done) 2>/dev/null & exit 7";
        List<String> words = new ArrayList<>(List.of("setsid", "-w"));
        words.addAll(direct("sh", "-c", program));
        try (Program run = Program.start(notes, variables(), words)) {
            run.exits(7);
        }
    }

    @Test
    @Tag("host-program")
    @EnabledOnOs(OS.LINUX)
    void anInterruptAtATerminalIsTheProgramsOwn() throws Exception {
        Programs.require("script");
        // The program gets the interrupt from the terminal once, and continues; it also reads what is typed.
        String program = "trap 'echo told >>told' INT; [ -t 0 ] && [ -t 1 ] && echo terminal; echo ready; read word;"
                + " read word; echo \"got $word\"; exit 9";
        Path command = notes.resolve("command");
        Files.writeString(command, "exec " + quoted(words("sh", "-c", program)) + "\n");
        // Without exec, some shells remain, get the interrupt as well, and are killed by it.
        Path screen = Files.createFile(notes.resolve("screen"));
        String typing = "await() { until grep -q \"$1\" screen; do sleep 0.05; done; }; await ready; printf '\\003';"
                + " until [ -s told ]; do sleep 0.05; done; printf 'hello\\nhello\\n'; await got; sleep 1";
        try (Program run = Program.start(
                notes,
                variables(),
                List.of(
                        "sh",
                        "-c",
                        "cd '" + notes + "' && (" + typing + ") | script -qfec 'exec sh command' screen"))) {
            run.exits(9);
        }
        assertThat(Files.readString(screen)).contains("terminal", "got hello");
        assertThat(Files.readAllLines(notes.resolve("told"))).hasSize(1);
    }

    private static String quoted(List<String> words) {
        return String.join(
                " ",
                words.stream()
                        .map(word -> "'" + word.replace("'", "'\\''") + "'")
                        .toList());
    }

    private static boolean hasChild(Program run) {
        return ProcessHandle.of(run.id()).stream()
                .flatMap(ProcessHandle::descendants)
                .anyMatch(child -> child.info().command().orElse("").endsWith("sleep"));
    }

    private static void signal(String name, Path id) {
        try {
            assertThat(new ProcessBuilder(
                                    "kill", "-" + name, Files.readString(id).strip())
                            .start()
                            .waitFor())
                    .isZero();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
