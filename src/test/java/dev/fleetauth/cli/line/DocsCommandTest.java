package dev.fleetauth.cli.line;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.testing.TestShell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages that {@code docs} prints, and the messages that refer to them. */
@Tag("any-jdk")
class DocsCommandTest {

    private static final Pattern REFERENCE = Pattern.compile("fleetauth docs ([\\w-]+)");

    @TempDir
    Path folder;

    @Test
    void everyPageIsPrinted() throws IOException {
        var shell = new TestShell(folder);
        try (Stream<Path> pages = Files.list(Path.of("docs"))) {
            List<String> names = pages.map(page -> page.getFileName().toString())
                    .filter(name -> name.endsWith(".md"))
                    .map(name -> name.replace(".md", ""))
                    .toList();
            assertThat(DocsCommand.PAGES).containsExactlyInAnyOrderElementsOf(names);
        }
        List<String> list = shell.run("docs").exits(0).out().lines().toList();
        assertThat(list).hasSameSizeAs(DocsCommand.PAGES);
        for (String page : DocsCommand.PAGES) {
            String text = Files.readString(Path.of("docs", page + ".md"));
            assertThat(shell.run("docs", page).exits(0).line()).isEqualTo(text.strip());
            assertThat(list)
                    .contains(String.format(
                            "%-18s%s", page, text.lines().findFirst().orElse("").substring(2)));
        }
    }

    @Test
    void anUnknownPageIsRejected() {
        new TestShell(folder).run("docs", "script").exits(2).printsNothing().says("did you mean 'scripts'?");
    }

    @Test
    void messagesReferOnlyToExistingPages() throws IOException {
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            for (Path source : sources.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(source);
                assertThat(REFERENCE.matcher(text).results().map(found -> found.group(1)))
                        .as("%s", source)
                        .isSubsetOf(DocsCommand.PAGES);
                // Release archives do not contain this path.
                assertThat(text).as("%s", source).doesNotContainPattern("\"[^\"\n]*[^\\w/.]docs/[\\w-]+\\.md");
            }
        }
    }

    @Test
    void aPageCannotBeCombinedWithManualPages() {
        new TestShell(folder)
                .run("docs", "scripts", "--man-pages", folder.resolve("man").toString())
                .exits(2);
        assertThat(folder.resolve("man")).doesNotExist();
    }
}
