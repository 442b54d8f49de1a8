package dev.fleetauth.host.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Files that are no regular files: opening a named pipe may wait without an end, and a device may do anything. */
public final class SpecialFiles {

    private static final List<Path> DESCRIPTORS = List.of(
            Path.of("/dev/fd"),
            Path.of("/dev/stdin"),
            Path.of("/dev/stdout"),
            Path.of("/dev/stderr"),
            Path.of("/proc/self/fd"));

    private SpecialFiles() {}

    /** Whether a path stands for a descriptor that this process has open, as that of a shell's {@code <(command)} does. */
    public static boolean isDescriptor(Path file) {
        return DESCRIPTORS.stream().anyMatch(file::startsWith);
    }

    /** Fails where a file that is to be read is not a regular file and not open already. */
    public static void requireFile(Path file) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file) && !isDescriptor(file)) {
            throw new IOException("it is no file but a folder, pipe or device");
        }
    }
}
