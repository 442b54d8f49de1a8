package dev.fleetauth.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.testing.Pages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The links of the pages lead somewhere, the tests that they name exist, and the README and the index are in order. */
@Tag("any-jdk")
class DocsTest {

    private static final Path TESTS = Path.of("src/test/java/dev/fleetauth");

    /** A link or picture, without a title. */
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");

    private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.+)$");

    /** A test class as pages name it: its package below {@code dev.fleetauth}, and its name. */
    private static final Pattern TEST_CLASS = Pattern.compile("`([a-z]+\\.[A-Z]\\w*Test)`");

    static List<Path> pages() throws IOException {
        return Pages.all();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyRelativeLinkLeadsSomewhere(Path page) throws IOException {
        for (String link : found(LINK, Pages.prose(page))) {
            if (link.contains("://")) {
                continue;
            }
            String path = link.replaceFirst("#.*", "");
            Path target = path.isEmpty() ? page : page.resolveSibling(path).normalize();
            assertThat(target).as("%s in %s", link, page).exists();
            if (link.contains("#")) {
                assertThat(anchors(target)).as("%s in %s", link, page).contains(link.replaceFirst(".*#", ""));
            }
        }
    }

    @Test
    void theIndexListsEveryPage() throws IOException {
        Path map = Path.of("docs/index.md");
        List<String> names = pages().stream()
                .filter(page -> !page.equals(map) && !page.equals(Pages.README))
                .map(page -> Path.of("docs").relativize(page).toString())
                .toList();
        assertThat(found(LINK, Pages.prose(map))).containsAll(names);
    }

    @ParameterizedTest
    @ValueSource(strings = {"./fleetauth demo", "./mvnw verify"})
    void theReadmeHasEachCommandInItsOwnBlock(String command) throws IOException {
        assertThat(text(Pages.README)).contains("```sh\n" + command + "\n```");
    }

    @Test
    void theReadmeIsShort() throws IOException {
        assertThat(Files.size(Pages.README)).isLessThanOrEqualTo(12_000);
    }

    @Test
    void theArchitecturePageShowsItsDiagram() throws IOException {
        assertThat(text(Path.of("docs/dev/architecture.md"))).contains("](../images/architecture.svg)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"docs/security.md", "docs/dev/reliability.md"})
    void theTestsOfThePromisesExist(String page) throws IOException {
        List<String> named = found(TEST_CLASS, text(Path.of(page)));
        assertThat(named)
                .isNotEmpty()
                .allSatisfy(name -> assertThat(TESTS.resolve(name.replace('.', '/') + ".java"))
                        .exists());
    }

    @Test
    void noPageContainsHomeDirectories() throws IOException {
        for (Path page : pages()) {
            assertThat(text(page)).as("%s", page).doesNotContain("/root/", "/home/");
        }
    }

    /** The anchors that GitHub generates for a page's headings. */
    private static List<String> anchors(Path page) throws IOException {
        return found(HEADING, Pages.prose(page)).stream()
                .map(heading -> heading.toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .toList();
    }

    private static List<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    private static String text(Path page) throws IOException {
        return Files.readString(page);
    }
}
