package dev.fleetauth.host.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Copies and removes directory trees. Symbolic links are copied and removed as links, and never followed. */
public final class Trees {

    private Trees() {}

    /** What a directory contains, sorted. */
    public static List<Path> entries(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    /** Whether a path is a directory, not a link, with nothing in it. */
    public static boolean isEmpty(Path directory) throws IOException {
        return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
                && entries(directory).isEmpty();
    }

    /**
     * Copies a directory durably, without special files.
     *
     * @param names the name in the copy for each path
     * @param maxBytes the maximum size of a file
     */
    public static void copy(Disk disk, Path source, Path target, UnaryOperator<Path> names, int maxBytes)
            throws IOException {
        disk.makeDirectory(target);
        for (Path file : entries(source)) {
            Path copy = target.resolve(names.apply(file));
            if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                copy(disk, file, copy, names, maxBytes);
            } else if (Files.isSymbolicLink(file)) {
                Files.createSymbolicLink(copy, Files.readSymbolicLink(file));
            } else if (Files.isRegularFile(file)) {
                disk.writeNew(copy, content(disk, file, maxBytes));
            }
        }
        disk.flushDirectory(target);
    }

    private static byte[] content(Disk disk, Path file, int maxBytes) throws IOException {
        try {
            byte[] content = disk.read(file, maxBytes);
            return content == null ? new byte[0] : content;
        } catch (MalformedException e) {
            throw new IOException(file + ": " + e.why(), e);
        }
    }

    /** Removes a file or directory, if it exists. */
    public static void remove(Disk disk, Path file) throws IOException {
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            for (Path entry : entries(file)) {
                remove(disk, entry);
            }
        }
        disk.delete(file);
    }
}
