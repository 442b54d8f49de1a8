package dev.fleetauth.cli.line;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.testing.Programs;
import dev.fleetauth.testing.TestShell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manual pages: one per command, with all of its help, in valid roff. */
@Tag("any-jdk")
class ManPageTest {

    @TempDir
    Path folder;

    private TestShell shell;
    private Path pages;

    @BeforeEach
    void write() {
        shell = new TestShell(folder);
        pages = folder.resolve("man1");
        shell.run("docs", "--man-pages", pages.toString()).exits(0).printsNothing();
    }

    private String page(String name) throws IOException {
        return Files.readString(pages.resolve(name + ".1"));
    }

    @Test
    void everyCommandThatIsNotHiddenHasAPage() throws IOException {
        List<String> commands = shell.run("__complete", "--", "")
                .out()
                .lines()
                .map(line -> "fleetauth-" + line.replaceFirst("\t.*", "") + ".1")
                .toList();
        try (Stream<Path> files = Files.list(pages)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsAll(commands)
                    .contains("fleetauth.1", "fleetauth-key-show.1")
                    .noneMatch(name -> name.contains("__"));
        }
    }

    @Test
    void aPageHasItsSectionsInTheUsualOrder() throws IOException {
        assertThat(page("fleetauth-token").lines().filter(line -> line.startsWith(".SH")))
                .containsSubsequence(
                        ".SH NAME",
                        ".SH SYNOPSIS",
                        ".SH DESCRIPTION",
                        ".SH OPTIONS",
                        ".SH OPTIONS OF EVERY COMMAND",
                        ".SH EXIT STATUS",
                        ".SH ENVIRONMENT",
                        ".SH FILES",
                        ".SH SEE ALSO");
        assertThat(page("fleetauth-token"))
                .contains("fleetauth\\-token \\- print a valid access token", ".B \\-\\-min\\-validity TIME");
        assertThat(page("fleetauth")).contains(".SH COMMANDS", ".BR fleetauth\\-login (1)");
    }

    @Test
    void groffReportsNoWarnings() throws Exception {
        Programs.require("groff");
        List<String> command = new ArrayList<>(List.of("groff", "-man", "-Tutf8", "-ww"));
        try (Stream<Path> files = Files.list(pages)) {
            files.map(Path::toString).forEach(command::add);
        }
        Path said = folder.resolve("said");
        Process groff = new ProcessBuilder(command).redirectError(said.toFile()).start();
        String text = new String(groff.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(groff.waitFor()).isZero();
        assertThat(Files.readString(said)).isEmpty();
        assertThat(text).contains("fleetauth-key-rotate", "fleetauth manual", "export-key-file");
    }
}
