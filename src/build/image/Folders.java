import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Folders and what is in them. */
final class Folders {

    private Folders() {}

    /** Every regular file under a folder, in the same order on every machine; the file itself if it is one. */
    static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .sorted(Comparator.comparing(file -> slashed(folder, file)))
                    .toList();
        }
    }

    /** A file's name as seen from a folder, with slashes on every system. */
    static String slashed(Path folder, Path file) {
        return folder.relativize(file).toString().replace('\\', '/');
    }

    /** Copies every file under a folder to the same place under another one. */
    static void copy(Path from, Path to) throws IOException {
        for (Path file : files(from)) {
            Path copy = to.resolve(slashed(from, file));
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy);
        }
    }

    static void remove(Path folder) throws IOException {
        if (Files.notExists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** Ends the build if these files and folders are larger together than so many MiB. */
    static void holdAtMost(int mebibytes, String what, Path... files) throws IOException {
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
