package dev.fleetauth.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The runtime directory of a user's session, in memory; only for Linux. */
public final class SessionFolder implements AutoCloseable {

    private final Path path;

    public SessionFolder() throws IOException {
        path = Files.createTempDirectory(Path.of("/dev/shm"), "fleetauth");
    }

    /** The value of {@code XDG_RUNTIME_DIR}. */
    public String path() {
        return path.toString();
    }

    /** The files in it. */
    public List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
