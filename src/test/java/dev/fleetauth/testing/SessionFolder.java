package dev.fleetauth.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The folder of a user's session, in the memory of Linux. */
public final class SessionFolder implements AutoCloseable {

    private final Path path;

    public SessionFolder() throws IOException {
        path = Files.createTempDirectory(Path.of("/dev/shm"), "fleetauth");
    }

    /** What {@code XDG_RUNTIME_DIR} is set to. */
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
