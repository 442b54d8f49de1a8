package dev.fleetauth.cli.print.file;

import dev.fleetauth.host.ThisProcess;
import dev.fleetauth.host.file.FileOwner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The destination of output, after resolving symbolic links. A link is followed only if no other user could have
 * created it, since it could lead to any file of this user.
 */
final class OutPath {

    private static final int MAX_LINKS = 40;
    private static final Path PROC = Path.of("/proc");
    private static final Path DESCRIPTORS = Path.of("/dev/fd");

    /** The bits of a descriptor's flags that are its access mode on Linux ({@code O_ACCMODE}). */
    private static final int ACCESS = 3;

    private static final int READ_ONLY = 0;
    private static final int WRITE_ONLY = 1;

    /** The kinds of destination. */
    enum Kind {
        STANDARD_OUTPUT,
        STANDARD_ERROR,
        DESCRIPTOR,
        DEVICE,
        FILE
    }

    private final Deque<Path> names = new ArrayDeque<>();

    /**
     * The directory reached so far; {@code fixed} is the part of its path in which no other user can replace anything.
     */
    private Path directory;

    private Path fixed;
    private Path name = Path.of("");
    private Kind kind = Kind.FILE;

    private OutPath(Path file) {
        directory = file.getRoot();
        fixed = directory;
        file.forEach(names::add);
    }

    /** Resolves a path; {@code -} is standard output. */
    static OutPath of(Path file) throws IOException {
        OutPath path = new OutPath(file.toAbsolutePath());
        if (file.toString().equals("-")) {
            path.kind = Kind.STANDARD_OUTPUT;
        } else {
            path.walk();
        }
        return path;
    }

    Kind kind() {
        return kind;
    }

    Path path() {
        return directory.resolve(name);
    }

    /** The name within the directory. */
    Path name() {
        return name;
    }

    /** Opens the directory, safely even if other users can write to it. */
    OutDirectory open() throws IOException {
        List<Path> rest = new ArrayList<>();
        if (!fixed.equals(directory)) {
            fixed.relativize(directory).forEach(rest::add);
        }
        return OutDirectory.open(fixed, rest);
    }

    private void walk() throws IOException {
        int links = 0;
        while (!names.isEmpty()) {
            Path next = names.remove();
            if (next.toString().equals("..")) {
                leave();
            } else if (!next.toString().isEmpty() && !next.toString().equals(".")) {
                Path place = directory.resolve(next);
                BasicFileAttributes found = attributes(place);
                boolean isFixed = found != null
                        && directory.equals(fixed)
                        && !FileOwner.belongsToAnotherUser(directory)
                        && FileOwner.protectsEntries(directory)
                        && !FileOwner.belongsToAnotherUser(place);
                if (isDescriptorDirectory()) {
                    name = next;
                    kind = descriptor();
                    return;
                }
                if (found != null && found.isSymbolicLink()) {
                    if (!isFixed) {
                        throw new IOException(place + " is a symbolic link that another user may have put there");
                    }
                    links++;
                    follow(place, links);
                } else if (names.isEmpty()) {
                    name = next;
                    kind = found == null || found.isRegularFile() ? Kind.FILE : device(found, isFixed);
                    return;
                } else {
                    enter(place, found, isFixed);
                }
            }
        }
        throw new IOException("it is a directory");
    }

    private void leave() {
        Path parent = directory.getParent();
        directory = parent == null ? directory : parent;
        if (!directory.startsWith(fixed)) {
            fixed = directory;
        }
    }

    private void enter(Path place, @Nullable BasicFileAttributes found, boolean isFixed) throws IOException {
        if (found == null) {
            throw new IOException("there is no directory " + place);
        }
        if (!found.isDirectory()) {
            throw new IOException(place + " is not a directory");
        }
        directory = place;
        if (isFixed) {
            fixed = place;
        }
    }

    private void follow(Path link, int links) throws IOException {
        if (links > MAX_LINKS) {
            throw new IOException("there are too many symbolic links");
        }
        Path target = Files.readSymbolicLink(link);
        List<Path> steps = new ArrayList<>();
        target.forEach(steps::add);
        for (int i = steps.size() - 1; i >= 0; i--) {
            names.addFirst(steps.get(i));
        }
        if (target.isAbsolute()) {
            directory = target.getRoot();
            fixed = directory;
        }
    }

    private static Kind device(BasicFileAttributes found, boolean isFixed) throws IOException {
        if (found.isDirectory()) {
            throw new IOException("it is a directory");
        }
        if (!isFixed) {
            throw new IOException("it is a pipe or device that another user may have put there");
        }
        return Kind.DEVICE;
    }

    /** Whether the entries of the directory are open descriptors of a process rather than files with paths. */
    private boolean isDescriptorDirectory() {
        return directory.equals(DESCRIPTORS) || (directory.startsWith(PROC) && directory.endsWith("fd"));
    }

    private Kind descriptor() throws IOException {
        boolean isOurs =
                directory.equals(DESCRIPTORS) || directory.startsWith(PROC.resolve(String.valueOf(ThisProcess.id())));
        return switch (isOurs ? name.toString() : "") {
            case "1" -> Kind.STANDARD_OUTPUT;
            case "2" -> Kind.STANDARD_ERROR;
            default -> {
                requireForWriting();
                yield Kind.DESCRIPTOR;
            }
        };
    }

    /**
     * Fails for a descriptor that is read-only, or that is a regular file open for reading and writing. The JVM's own
     * descriptors belong to libraries and lock files; reopening one of them would allow writing to its file.
     */
    private void requireForWriting() throws IOException {
        if (directory.equals(DESCRIPTORS)) {
            // Opening an entry there duplicates the descriptor, whose access mode stays the same.
            return;
        }
        String flags = Files.readAllLines(directory.resolveSibling("fdinfo").resolve(name)).stream()
                .filter(line -> line.startsWith("flags:"))
                .map(line -> line.substring(line.length() - 1))
                .findFirst()
                .orElse("0");
        int access = Integer.parseInt(flags, 8) & ACCESS;
        if (access == READ_ONLY) {
            throw new IOException("it is not open for output");
        }
        if (access != WRITE_ONLY && Files.isRegularFile(path())) {
            throw new IOException("it is a file that is open for reading too");
        }
    }

    private static @Nullable BasicFileAttributes attributes(Path file) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return null;
        }
    }
}
