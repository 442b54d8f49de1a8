package dev.fleetauth.cli.print.file;

import dev.fleetauth.host.file.FileOwner;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The directory of an output file. If another user could replace the directory, it is kept open, and its files are
 * accessed only relative to the open directory, where the system supports that.
 */
final class OutDirectory implements Closeable {

    private static final Set<OpenOption> NEW_FILE = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    private final Path path;
    private final @Nullable SecureDirectoryStream<Path> opened;

    private OutDirectory(Path path, @Nullable SecureDirectoryStream<Path> opened) {
        this.path = path;
        this.opened = opened;
    }

    /**
     * Opens a directory.
     *
     * @param fixed a directory that no other user can replace
     * @param rest the names below it, none of which may be a symbolic link
     */
    static OutDirectory open(Path fixed, List<Path> rest) throws IOException {
        Path path = fixed;
        for (Path name : rest) {
            path = path.resolve(name);
        }
        return new OutDirectory(path, rest.isEmpty() ? null : walk(fixed, rest));
    }

    /** Opens the directory step by step; null if the system cannot open files relative to an open directory. */
    private static @Nullable SecureDirectoryStream<Path> walk(Path fixed, List<Path> rest) throws IOException {
        try (DirectoryStream<Path> from = Files.newDirectoryStream(fixed)) {
            return from instanceof SecureDirectoryStream<Path> secure ? walk(secure, rest) : null;
        }
    }

    private static SecureDirectoryStream<Path> walk(SecureDirectoryStream<Path> from, List<Path> rest)
            throws IOException {
        SecureDirectoryStream<Path> next = from.newDirectoryStream(rest.get(0), LinkOption.NOFOLLOW_LINKS);
        if (rest.size() == 1) {
            return next;
        }
        try (next) {
            return walk(next, rest.subList(1, rest.size()));
        }
    }

    /** Creates a file that only its owner can access. */
    SeekableByteChannel create(Path name) throws IOException {
        FileAttribute<?>[] permissions = FileOwner.permissions(path, "rw-------");
        return opened == null
                ? Files.newByteChannel(path.resolve(name), NEW_FILE, permissions)
                : opened.newByteChannel(name, NEW_FILE, permissions);
    }

    /** If root is writing, gives a new file the owner and group of the directory. */
    void inherit(Path name) throws IOException {
        if (opened == null) {
            FileOwner.inherit(path.resolve(name));
        } else if (FileOwner.isRoot()) {
            PosixFileAttributes directory =
                    opened.getFileAttributeView(PosixFileAttributeView.class).readAttributes();
            PosixFileAttributeView file =
                    opened.getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
            file.setGroup(directory.group());
            file.setOwner(directory.owner());
        }
    }

    void rename(Path from, Path to) throws IOException {
        if (opened == null) {
            Files.move(path.resolve(from), path.resolve(to), StandardCopyOption.ATOMIC_MOVE);
        } else {
            opened.move(from, opened, to);
        }
    }

    /** Deletes a file, and ignores a failure. */
    void deleteQuietly(Path name) {
        try {
            if (opened == null) {
                Files.deleteIfExists(path.resolve(name));
            } else {
                opened.deleteFile(name);
            }
        } catch (IOException e) {
            // Only its owner can read the file, and a later write to the same target removes it.
        }
    }

    Instant lastModified(Path name) throws IOException {
        BasicFileAttributeView file = opened == null
                ? Files.getFileAttributeView(
                        path.resolve(name), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                : opened.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        return file.readAttributes().lastModifiedTime().toInstant();
    }

    /** The names of the files that match a pattern. */
    List<Path> files(Pattern pattern) throws IOException {
        if (opened != null) {
            return names(opened, pattern);
        }
        try (DirectoryStream<Path> listed = Files.newDirectoryStream(path)) {
            return names(listed, pattern);
        }
    }

    private static List<Path> names(DirectoryStream<Path> files, Pattern pattern) throws IOException {
        List<Path> names = new ArrayList<>();
        try {
            for (Path file : files) {
                Path name = file.getFileName();
                if (name != null && pattern.matcher(name.toString()).matches()) {
                    names.add(name);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return names;
    }

    @Override
    public void close() throws IOException {
        if (opened != null) {
            opened.close();
        }
    }
}
