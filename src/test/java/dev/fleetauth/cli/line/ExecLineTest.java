package dev.fleetauth.cli.line;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.testing.Program;
import dev.fleetauth.testing.TestShell;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Which words are arguments of the program that {@code exec} runs: only these may be secrets. fleetauth and its
 * launcher decide this separately.
 */
@DisabledOnOs(OS.WINDOWS)
class ExecLineTest {

    private static final String SECRET = "ta-secret.0123456789abcdef";

    @TempDir
    Path folder;

    private static Stream<List<String>> linesOfExec() {
        return Stream.concat(
                Stream.of(
                        List.of("exec", "--"),
                        List.of("-q", "exec", "--env", "A", "--", "true"),
                        List.of("--profile=exec", "exec", "--", "true", "--"),
                        List.of("-pexec", "exec", "-p", "token", "--", "true")),
                optionsWithValue().map(option -> List.of(option, "exec", "exec", "--", "true")));
    }

    private static Stream<List<String>> otherLines() {
        return Stream.concat(
                Stream.of(
                        List.of("exec"),
                        List.of("exec", "--env"),
                        List.of("exec", "true", "-p"),
                        List.of("token", "exec", "--"),
                        List.of("client", "add", "exec", "--"),
                        List.of("-q", "--", "exec", "--env"),
                        List.of("-p", "exec")),
                optionsWithValue().map(option -> List.of(option, "exec", "token", "--")));
    }

    /** The options of the program that take a value, which may be the word {@code exec}. */
    private static Stream<String> optionsWithValue() {
        return Argument.of("").stream()
                .filter(argument -> argument.isOption() && argument.takesValue())
                .flatMap(argument -> argument.names().stream());
    }

    @ParameterizedTest
    @MethodSource("linesOfExec")
    void theArgumentsOfTheProgramMayBeSecrets(List<String> line) {
        assertThat(isRejected(line)).isFalse();
        assertThat(isProgramRunByLauncher(line)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("otherLines")
    void noOtherArgumentMayBeASecret(List<String> line) {
        assertThat(isRejected(line)).isTrue();
        assertThat(isProgramRunByLauncher(line)).isFalse();
    }

    private boolean isRejected(List<String> line) {
        String error = new TestShell(folder)
                .run(withSecret(line).toArray(String[]::new))
                .err();
        return error.contains("argument " + (line.size() + 1) + " is a client secret");
    }

    private boolean isProgramRunByLauncher(List<String> line) {
        List<String> words = new ArrayList<>(
                List.of("sh", "-c", ". src/build/launcher/exec.sh; if runs_program \"$@\"; then echo yes; fi", "sh"));
        words.addAll(withSecret(line));
        try (Program shell = Program.start(folder, Map.of(), words)) {
            return shell.exits(0).out().equals("yes\n");
        }
    }

    private static List<String> withSecret(List<String> line) {
        return Stream.concat(line.stream(), Stream.of(SECRET)).toList();
    }
}
