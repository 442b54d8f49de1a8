package dev.fleetauth.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.testing.TestShell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The transcript of the demo in {@code docs/transcripts.md} matches its output. */
@Tag("any-jdk")
class DemoTranscriptTest {

    @TempDir
    Path folder;

    @Test
    void theTranscriptMatchesTheOutput() throws IOException {
        String page = Files.readString(Path.of("docs/transcripts.md"));
        List<String> printed = new TestShell(folder)
                .run("demo")
                .exits(0)
                .out()
                .lines()
                .map(DemoTranscriptTest::withPlaceholders)
                .toList();
        List<String> shown = page.replaceFirst("(?s).*\n## The demo\n.*?```text\n", "")
                .replaceFirst("(?s)\n```.*", "")
                .lines()
                .map(DemoTranscriptTest::withPlaceholders)
                .toList();
        assertThat(shown).hasSameSizeAs(printed);
        for (int i = 0; i < shown.size(); i++) {
            String line = shown.get(i);
            boolean cut = line.endsWith(" …");
            assertThat(printed.get(i))
                    .satisfies(real -> assertThat(
                                    cut ? real.substring(0, Math.min(real.length(), line.length() - 1)) : real)
                            .isEqualTo(cut ? line.substring(0, line.length() - 1) : line));
        }
    }

    /** A line of the demo with placeholders for what differs in each run and what the page leaves out. */
    private static String withPlaceholders(String line) {
        return line.replaceAll("fleetauth-demo[0-9…]+", "fleetauth-demo…")
                .replaceAll("\\S+(?=fleetauth-demo…)", "")
                .replaceAll("(/authorize\\?)\\S+", "$1…")
                .replaceAll("(127\\.0\\.0\\.1|localhost):\\d+", "$1:PORT")
                .replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID")
                .replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:]+Z", "TIME")
                .replaceAll("in \\d+ h( \\d+ min)?$", "in SPAN")
                .replaceAll("key [\\w-]{22}\\.", "key KEY.")
                .replaceAll("[\\w-]{8}\\.\\.\\.[\\w-]{8} \\(\\d+ ", "TOKEN (");
    }
}
