package dev.fleetauth.cli.print;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.testing.TestShell;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** For a misspelled command, option or value, the error suggests the one that was meant. */
@Tag("any-jdk")
class SuggestionsTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "tokn, token",
        "tkoen, token",
        "stat, status",
        "insepct, inspect",
        "key shw, show",
        "token --fromat json, --format",
        "token --min-validty=5m, --min-validity",
        "token --profil x, --profile",
        "token --no-inptu, --no-input",
        "login --no-browse, --no-browser",
        "token --json, --format json",
        "status --no-color, --color never",
        "token -o x, --out",
        "export --output=x, --out",
        "--json status, --format json",
        "status --json=true, --format json",
        "key show --json, --format json",
        "status --no-color=1, --color never",
        "--no-color status, --color never",
        "status --no-colour, --color never",
        "status --nocolor, --color never",
        "status -o json, --format json",
        "status -ojson, --format json",
        "status --output=json, --format json",
        "token -o json, --format json",
        "token --output json, --format json",
        "token -oenv, --format env",
        "token -o=x, --out",
        "inspect --output text, --format",
        "tokne --help, token",
        "help tokne, token",
        "help enviroment, help environment",
        "help exitcodes, help exit-codes",
        "exit-codes, help exit-codes",
        "token --format jsn, json",
        "status --format jsno, json",
        "--color nevr status, never",
        "completion bsh, bash",
    })
    void theIntendedWordIsSuggested(String line, String meant) {
        new TestShell(folder)
                .run(line.split(" ", -1))
                .exits(2)
                .printsNothing()
                .says("did you mean '" + meant + "'? see '");
    }

    @ParameterizedTest
    @CsvSource({"zzzzz", "man", "token extra", "token --zz", "x", "__mann"})
    void nothingIsSuggestedWithoutASimilarWord(String line) {
        assertThat(new TestShell(folder).run(line.split(" ", -1)).exits(2).err())
                .doesNotContain("did you mean")
                .contains("hint: see '");
    }

    @ParameterizedTest
    @CsvSource({
        "statsu, unknown command `statsu`",
        "key shw, unknown command `shw`",
        "token --fromat json, unknown option `--fromat`",
        "token --tokn=AbCdEf, unknown option `--tokn`",
        "token extra, unexpected argument `extra`",
        "inspect --format jsno, 'invalid value for option `--format`: expected one of text, json, but was `jsno`'",
    })
    void theErrorNamesTheMistake(String line, String message) {
        assertThat(new TestShell(folder).run(line.split(" ", -1)).exits(2).err())
                .startsWith("fleetauth: error: " + message.replace('`', '\'') + System.lineSeparator());
    }

    @ParameterizedTest
    @CsvSource({
        "'', '', 0",
        "a, '', 1",
        "abc, abc, 0",
        "abc, acb, 1",
        "abc, axc, 1",
        "abcd, abd, 1",
        "ca, abc, 3",
        "kitten, sitting, 3"
    })
    void theDistanceCountsEdits(String from, String to, int steps) {
        assertThat(Suggestions.distance(from, to)).isEqualTo(steps);
        assertThat(Suggestions.distance(to, from)).isEqualTo(steps);
    }
}
