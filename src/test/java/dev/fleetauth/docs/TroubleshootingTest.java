package dev.fleetauth.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fleetauth.model.KnownError;
import dev.fleetauth.model.KnownError.Place;
import dev.fleetauth.model.KnownError.Resolution;
import dev.fleetauth.tesla.KnownErrors;
import dev.fleetauth.testing.TestShell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/troubleshooting.md} has the tables of {@code explain}, and the messages that it lists exist. */
@Tag("any-jdk")
class TroubleshootingTest {

    private static final Path PAGE = Path.of("docs/troubleshooting.md");
    private static final String GENERATED = "<!-- From here on, this is what 'fleetauth explain' knows. -->\n";
    private static final Map<Resolution, String> EXIT_CODES =
            Map.of(Resolution.USER_ACTION, "4", Resolution.CHANGE, "5", Resolution.RETRY, "6");
    private static final Pattern OWN_MESSAGE = Pattern.compile("(?m)^\\| `([^`]+)` \\|");

    @TempDir
    private Path folder;

    @Test
    void theTablesAreThoseOfExplain() throws IOException {
        String page = Files.readString(PAGE);
        assertThat(page.substring(page.indexOf(GENERATED) + GENERATED.length())).isEqualTo(tables());
    }

    @Test
    void theMessagesAreTheProgramsOwn() throws IOException {
        StringBuilder words = new StringBuilder();
        // The sources of error messages, and of the messages of a login about its browser.
        for (String source : List.of(
                "cli/print/Explanation",
                "flow/login/BrowserStart",
                "flow/login/CallbackPort",
                "flow/login/PasteReader",
                "host/net/PortOwner",
                "oauth/callback/CallbackListener",
                "oauth/callback/PastedResponse")) {
            words.append(Files.readString(Path.of("src/main/java/dev/fleetauth/" + source + ".java")));
        }
        String page = Files.readString(PAGE);
        List<String> messages = OWN_MESSAGE
                .matcher(page.substring(0, page.indexOf(GENERATED)))
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
        assertThat(messages)
                .hasSizeGreaterThan(8)
                .allSatisfy(message -> assertThat(List.of(message.split("…", -1)))
                        .allSatisfy(part -> assertThat(words).contains(part.strip())));
    }

    /** The exit codes in the page are the command's. */
    @Test
    void explainPrintsEveryEntry() throws IOException {
        var shell = new TestShell(folder);
        JsonNode printed = new ObjectMapper()
                .readTree(shell.run("explain", "--format", "json").exits(0).out())
                .path("errors");
        assertThat(printed).hasSameSizeAs(KnownErrors.ALL);
        for (int i = 0; i < printed.size(); i++) {
            KnownError known = KnownErrors.ALL.get(i);
            assertThat(printed.get(i).path("meaning").asText()).isEqualTo(known.meaning());
            assertThat(printed.get(i).path("remedy").asText()).isEqualTo(known.remedy());
            assertThat(printed.get(i).path("exit_code").asText())
                    .isEqualTo(String.valueOf(EXIT_CODES.get(known.resolution())));
        }
    }

    private static String tables() {
        StringBuilder page = new StringBuilder();
        for (Place place : Place.values()) {
            page.append("\n## ").append(heading(place)).append("\n\n");
            page.append("| error | status | meaning | what to do | exit code |\n|---|---|---|---|---|\n");
            for (KnownError known : KnownErrors.ALL) {
                if (known.place() == place) {
                    page.append("| `").append(known.code()).append("` | ");
                    page.append(known.statuses().stream().map(String::valueOf).collect(Collectors.joining(", ")));
                    page.append(known.statuses().isEmpty() ? "| " : " | ")
                            .append(known.meaning())
                            .append(" | ")
                            .append(known.remedy())
                            .append(" | ")
                            .append(EXIT_CODES.get(known.resolution()))
                            .append(" |\n");
                }
            }
        }
        return page.toString();
    }

    private static String heading(Place place) {
        return place.words().substring(0, 1).toUpperCase(Locale.ROOT)
                + place.words().substring(1);
    }
}
