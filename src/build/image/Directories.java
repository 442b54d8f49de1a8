import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Directories and the files in them. */
final class Directories {

    private Directories() {}

    /** Every regular file below a directory, in the same order on every machine; the file itself if it is one. */
    static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile)
                    .sorted(Comparator.comparing(file -> slashed(directory, file)))
                    .toList();
        }
    }

    /** A file's name relative to a directory, with slashes on every system. */
    static String slashed(Path directory, Path file) {
        return directory.relativize(file).toString().replace('\\', '/');
    }

    static void remove(Path directory) throws IOException {
        if (Files.notExists(directory)) {
            return;
        }
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** Fails the build if these files and directories together exceed a size in MiB. */
    static void requireSize(int mebibytes, String what, Path... files) throws IOException {
        long bytes = 0;
        for (Path root : files) {
            for (Path file : files(root)) {
                bytes += Files.size(file);
            }
        }
        double size = bytes / 1024.0 / 1024.0;
        System.out.printf("%s: %.1f MiB, of %d at most%n", what, size, mebibytes);
        if (size > mebibytes) {
            throw new IllegalStateException("too large: " + what);
        }
    }
}
