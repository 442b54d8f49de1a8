package dev.fleetauth.host.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Detects files that are not regular: opening a named pipe may block forever, and a device may do anything. */
public final class SpecialFiles {

    private static final List<Path> DESCRIPTORS = List.of(
            Path.of("/dev/fd"),
            Path.of("/dev/stdin"),
            Path.of("/dev/stdout"),
            Path.of("/dev/stderr"),
            Path.of("/proc/self/fd"));

    private SpecialFiles() {}

    /** Whether a path stands for an open descriptor of this process, such as that of a shell's {@code <(command)}. */
    public static boolean isDescriptor(Path file) {
        return DESCRIPTORS.stream().anyMatch(file::startsWith);
    }

    /** Fails if a file to read is neither regular nor an open descriptor. */
    public static void requireFile(Path file) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file) && !isDescriptor(file)) {
            throw new IOException("it is not a regular file but a directory, pipe or device");
        }
    }
}
