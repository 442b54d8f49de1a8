package dev.fleetauth.cli.line;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.testing.Programs;
import dev.fleetauth.testing.TestShell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code __complete} prints, and that the shells' completion scripts use it. */
@Tag("any-jdk")
class CompletionTest {

    @TempDir
    Path folder;

    private TestShell shell;

    @BeforeEach
    void aStoreWithTwoProfiles() throws IOException {
        shell = new TestShell(folder);
        // Completion reads the names from the directory and opens no profile.
        Path profiles = shell.home().resolve("profiles");
        Files.createDirectories(
                profiles, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.createFile(profiles.resolve("home.jwe"));
        Files.createFile(profiles.resolve("holiday.jwe"));
    }

    private List<String> complete(String... words) {
        List<String> line = new ArrayList<>(List.of("__complete", "--"));
        line.addAll(List.of(words));
        return shell.run(line.toArray(String[]::new))
                .exits(0)
                .out()
                .lines()
                .map(found -> found.replaceFirst("\t.*", ""))
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "to                        | token",
                "re                        | refresh register revoke region",
                "key sh                    | show",
                "token --form              | --format",
                "token --format            | :none",
                "token -p ho               | holiday home",
                "token --profile=ho        | --profile=holiday --profile=home",
                "-p ho                     | holiday home",
                "token --profile = hom     | home",
                "-p home tok               | token",
                "token --format j          | json",
                "token --format=c          | --format=curl",
                "token --out x             | :files",
                "token --home x            | :directories",
                "login --region c          | cn",
                "login --type pa           | partner",
                "login --scope vehicle_l   | vehicle_location",
                "login --scope openid,user | openid,user_data",
                "login --no-browser --ty   | --type",
                "status --color n          | never",
                "inspect x                 | :files",
                "completion f              | fish",
                "completion p              | powershell",
                "docs scr                  | scripts",
                "list --form               | --format",
                "exec -- x                 | :commands",
                "exec -- curl x            | :commands",
                "no-such-command x         | ``",
                "token no-such             | ``",
                "__co                      | ``",
            })
    void possibleWordsAreSuggested(String typed, String expected) {
        String[] words = typed.strip().split(" +", -1);
        List<String> found = complete(words);
        if (expected.equals(":none")) {
            // The word is already a complete option.
            assertThat(found).containsExactly("--format");
        } else {
            assertThat(found).containsExactlyInAnyOrder(expected.isEmpty() ? new String[0] : expected.split(" ", -1));
        }
    }

    @Test
    void anEmptyWordGetsCommandsWithDescriptionsButNoHiddenOnes() {
        assertThat(shell.run("__complete", "--", "").exits(0).out().lines())
                .contains("token\tPrint a valid access token, refreshed first if necessary")
                .noneMatch(line -> line.startsWith("__"));
        assertThat(complete()).isEqualTo(complete(""));
    }

    /** The shell passes the path as it was typed, or as an alias contains it: with its quotes and tilde. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "--home ~/other token -p ",
                "--home=~/other token -p ",
                "--home = ~/other token -p ",
                "token --home '~/other' -p ",
                "token --home ~/oth\\er -p ",
                "token --store file:~/other -p ",
                "token --store=file:~/other --profile=",
                "status -p "
            })
    void profilesAreThoseOfTheHomeOnTheLine(String line) throws IOException {
        Path profiles = Files.createDirectories(folder.resolve("other/profiles"));
        Files.createFile(profiles.resolve("abroad.jwe"));
        List<String> found = complete(line.split(" ", -1));
        assertThat(found)
                .containsExactlyInAnyOrder(
                        line.startsWith("status")
                                ? new String[] {"home", "holiday"}
                                : new String[] {line.endsWith("=") ? "--profile=abroad" : "abroad"});
    }

    @Test
    void aMissingHomeHasNoProfiles() throws IOException {
        shell.variable("FLEETAUTH_HOME", folder.resolve("nowhere").toString());
        assertThat(complete("-p", "")).isEmpty();
    }

    /** What a shell suggests: it loads its completion script as a user would, and runs the program as a command. */
    private List<String> ask(String program, String... arguments) throws Exception {
        Programs.require(program);
        Path stub = folder.resolve("fleetauth");
        // The stub prints responses of the program, which runs in this process.
        List<String> answers = new ArrayList<>();
        for (String words : List.of(
                "tok",
                "token --format ",
                "token -p ho",
                "token --out ",
                "exec -- bas",
                "--home ~/other token --format ")) {
            List<String> line = new ArrayList<>(List.of("__complete", "--"));
            line.addAll(List.of(words.split(" ", -1)));
            String answer = shell.run(line.toArray(String[]::new)).exits(0).out();
            answers.add("'" + words + "') printf '%s' '" + answer.replace("'", "'\\''") + "' ;;");
        }
        Files.writeString(stub, "#!/bin/sh\nshift 2\ncase \"$*\" in\n" + String.join("\n", answers) + "\nesac\n");
        Files.setPosixFilePermissions(stub, PosixFilePermissions.fromString("rwx------"));
        Files.writeString(
                folder.resolve("completion"),
                shell.run("completion", program).exits(0).out());
        Files.writeString(folder.resolve("a-file"), "");
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("PATH", folder + ":" + System.getenv("PATH"));
        builder.environment().put("HOME", folder.toString());
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return said.lines().toList();
    }

    @Test
    void bashCompletes() throws Exception {
        String ask = """
                . ./completion
                ask() {
                    COMP_WORDS=(fleetauth "$@")
                    COMP_CWORD=$#
                    _fleetauth fleetauth "${!#}" ''
                    printf '%s\\n' "${COMPREPLY[@]}"
                }
                ask tok
                ask token --format ''
                ask token -p ho
                touch 'a name' 'a*'
                ask token --out ''
                ask exec -- bas
                shopt -s expand_aliases
                alias fa='fleetauth --home ~/other'
                COMP_WORDS=(fa token --format '') COMP_CWORD=3
                echo by alias
                _fleetauth fa '' ''
                printf '%s\\n' "${COMPREPLY[@]}"
                """;
        List<String> answers = ask("bash", "-c", ask);
        assertThat(answers)
                .containsSubsequence(
                        "token", "raw", "json", "curl", "holiday", "home", "a-file", "bash", "by alias", "raw", "curl");
        // Each name once, whatever characters it contains.
        assertThat(answers)
                .filteredOn(name -> name.matches("a[^l]*|a-file"))
                .containsExactlyInAnyOrder("a name", "a*", "a-file");
    }

    @Test
    void zshCompletes() throws Exception {
        // The line editor needs a terminal, so stubs print what it would be told.
        String ask = """
                compdef() { : }
                _describe() { printf '%s\\n' "${(@P)3}" }
                _files() { echo files "$@" }
                _command_names() { echo commands }
                . ./completion
                ask() { words=(fleetauth "$@"); CURRENT=$#words; _fleetauth }
                ask tok
                ask token --format ''
                ask token -p ho
                ask token --out ''
                ask exec -- bas
                """;
        assertThat(ask("zsh", "-f", "-c", ask))
                .containsSubsequence(
                        "token:Print a valid access token, refreshed first if necessary",
                        "raw",
                        "holiday:profile",
                        "home:profile",
                        "files",
                        "commands");
    }

    @Test
    void fishCompletes() throws Exception {
        String ask = """
                source completion
                complete -C 'fleetauth tok'
                complete -C 'fleetauth token --format '
                complete -C 'fleetauth token -p ho'
                complete -C 'fleetauth token --out '
                complete -C 'fleetauth exec -- bas'
                complete -C '~/fleetauth tok'
                """;
        assertThat(ask("fish", "--no-config", "-c", ask))
                .containsSubsequence(
                        "token\tPrint a valid access token, refreshed first if necessary", "holiday\tprofile", "a-file")
                .anyMatch(line -> line.startsWith("bash"));
    }
}
