package dev.fleetauth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.testing.Program;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** In every locale, text is passed on unchanged, escaped, or rejected, but never silently lost. */
@EnabledOnOs(OS.LINUX)
@SuppressWarnings("NullAway.Init") // Initialized by the @BeforeEach method.
class LocaleTest {

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

    /** Runs the program in a shell, after the command {@code first}. */
    private Result run(String first, Map<String, String> more, String... args) {
        List<String> words = new ArrayList<>(List.of("sh", "-c", first + "; exec \"$@\"", "sh"));
        words.addAll(Program.commandLine(Program.LAUNCHER_OPTIONS, args));
        Map<String, String> variables = new LinkedHashMap<>(fixture.shell.variables());
        variables.putAll(more);
        try (Program program = Program.start(notes, variables, words)) {
            return program.result();
        }
    }

    /** The variables that the launcher sets; LauncherTest tests the launcher itself. */
    private static Map<String, String> launched(String locale) {
        return Map.of("LC_ALL", "C.UTF-8", "FLEETAUTH_KEPT_LC_ALL", locale);
    }

    @ParameterizedTest
    @CsvSource({".C, gr\\u00fcn", ".de_DE.UTF-8, grün", ".en_US, gr\\u00fcn", ".POSIX, gr\\u00fcn"})
    void charactersThatTheLocaleLacksAreEscaped(String locale, String shown) {
        assertThat(run(":", launched(locale), "token", "--grün").exits(2).err()).contains("'--" + shown + "'");
    }

    @Test
    void jsonHasTheSameContentInEveryLocale() throws IOException {
        String[] line = {"--home", folder.resolve("grün").toString(), "doctor", "--format", "json", "--no-input"};
        String ascii = run(":", launched(".C"), line).out();
        String utf8 = run(":", launched(".C.UTF-8"), line).out();

        assertThat(utf8).contains("grün");
        assertThat(ascii).isEqualTo(utf8.replace("ü", "\\u00fc"));
    }

    /** Byte for byte, even if a value is not valid text. */
    @Test
    void aChildProcessGetsTheVariablesOfTheLauncher() {
        String raw = "RAW=$(printf 'gr\\374n\\200\\303\\274'); export RAW"
                + "; FLEETAUTH_KEPT_JAVA_TOOL_OPTIONS=.$(printf -- '-Dx=\\374 \"a  b\"'); export FLEETAUTH_KEPT_JAVA_TOOL_OPTIONS";
        Map<String, String> more = new LinkedHashMap<>(launched(""));
        more.put("FLEETAUTH_KEPT_CLASSPATH", ".a b/grün");
        String show =
                "printf '%s|' \"$RAW\" \"$JAVA_TOOL_OPTIONS\" \"$CLASSPATH\" \"${LC_ALL-unset}\" | od -An -v -tx1 | tr -d ' \\n'"
                        + "; env | grep -c KEPT";

        assertThat(run(raw, more, "exec", "--", "sh", "-c", show, "sh").out())
                .isEqualTo("6772fc6e80c3bc7c" + "2d44783dfc20226120206222" + "7c" + "6120622f6772c3bc6e7c"
                        + "756e7365747c" + "0\n");
        more.putAll(launched(".C"));
        assertThat(run(":", more, "exec", "--", "sh", "-c", "echo $LC_ALL").out())
                .isEqualTo("C\n");
    }

    @Test
    void theKeyCommandGetsTheVariablesOfTheLauncher() throws IOException {
        Path key = folder.resolve("fixture/test.key");
        String raw = "RAW=$(printf 'gr\\374n'); export RAW";
        Map<String, String> more = new LinkedHashMap<>(launched(".C"));
        more.put("FLEETAUTH_KEY_COMMAND", "printf '%s' \"$RAW$LC_ALL\" >'" + notes + "/grün'; cat '" + key + "'");

        run(raw + "; unset FLEETAUTH_KEY_FILE", more, "token").exits(0);

        assertThat(Files.readAllBytes(notes.resolve("grün"))).isEqualTo(new byte[] {'g', 'r', (byte) 0xfc, 'n', 'C'});
    }

    @Test
    void aChildProcessStartsInTheDirectoryOfTheLauncher() {
        Map<String, String> more = Map.of("FLEETAUTH_DIRECTORY", notes.toString());

        assertThat(run("cd /", more, "exec", "--", "pwd").out()).isEqualTo(notes + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"C.UTF-8", "C"})
    void anArgumentThatCannotBeDecodedIsRejected(String locale) {
        Map<String, String> more = Map.of("LC_ALL", locale);
        String argument = "set -- \"$@\" \"$(printf 'gr\\374n')\"";

        run(argument, more, "exec", "--", "touch").exits(2).says("argument 4 cannot be used: ");
        run(argument, more, "--home").exits(2).says("argument 2 cannot be used");
        run(argument, more, "token", "--after-refresh").exits(2).says("argument 3 cannot be used");
        assertThat(notes.toFile().list((dir, name) -> name.startsWith("gr"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"FLEETAUTH_HOME", "FLEETAUTH_AFTER_REFRESH", "HOME", "XDG_RUNTIME_DIR"})
    void aVariableThatCannotBeDecodedIsRejected(String name) {
        String variable = name + "=" + folder + "/$(printf 'Jos\\351'); export " + name;
        for (String locale : List.of("C.UTF-8", "C")) {
            Map<String, String> more = Map.of("LC_ALL", locale);
            run(variable, more, "token").exits(2).says(name + " cannot be used: ");
        }
        assertThat(folder.toFile().list()).containsExactly("fixture");
    }
}
