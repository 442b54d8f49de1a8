package dev.fleetauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits the number of files in a package, so that a reader sees which of them belong together. */
@Tag("any-jdk")
class PackageSizeTest {

    private static final int MAX_FILES = 25;

    @ParameterizedTest
    @ValueSource(strings = {"src/main/java", "src/test/java"})
    void noPackageExceedsTheLimit(Path sources) throws IOException {
        assertThat(files(sources)).hasSizeGreaterThan(20);
        assertThat(tooLarge(sources)).isEmpty();
    }

    @Test
    void onlyPackagesAboveTheLimitAreReported(@TempDir Path folder) throws IOException {
        Path most = Files.createDirectory(folder.resolve("most"));
        Path more = Files.createDirectories(folder.resolve("most/more"));
        for (int i = 0; i < MAX_FILES; i++) {
            Files.createFile(most.resolve("A" + i + ".java"));
            Files.createFile(more.resolve("A" + i + ".java"));
        }
        assertThat(tooLarge(folder)).isEmpty();
        Files.createFile(more.resolve("package-info.java"));
        assertThat(tooLarge(folder)).containsExactly(Map.entry(more, 26L));
    }

    private static Map<Path, Long> tooLarge(Path sources) throws IOException {
        Map<Path, Long> files = files(sources);
        files.values().removeIf(count -> count <= MAX_FILES);
        return files;
    }

    /** The number of source files in each directory. */
    private static Map<Path, Long> files(Path sources) throws IOException {
        try (Stream<Path> files = Files.walk(sources)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .collect(Collectors.groupingBy(Path::getParent, TreeMap::new, Collectors.counting()));
        }
    }
}
