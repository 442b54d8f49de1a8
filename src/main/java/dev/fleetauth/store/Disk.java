package dev.fleetauth.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the store does to the disk. Its writing methods can be overridden, so that a test can make them fail. */
class Disk {

    private static final Set<OpenOption> NEW_FILE = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    /** A file that is gone from its folder as soon as it is open, or with its end where that is not possible. */
    private static final Set<OpenOption> FLEETING_FILE = Set.of(
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.READ,
            StandardOpenOption.DELETE_ON_CLOSE);

    /**
     * Writes a file that is not there yet, for its owner alone, and flushes it to the disk. Nothing is left if that fails.
     */
    final void writeNew(Path file, byte[] content) throws IOException {
        // Created exclusively: a symbolic link in this place would fail it and not be followed.
        try (FileChannel channel = FileChannel.open(file, NEW_FILE, Permissions.ofNewFile(file))) {
            try {
                write(channel, content);
                force(channel);
            } catch (IOException | RuntimeException e) {
                Files.deleteIfExists(file);
                throw e;
            }
        }
    }

    /** Writes a file that is not there yet, for its owner alone, and leaves it to the system when it reaches the disk. */
    static void writeUnflushed(Path file, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, NEW_FILE, Permissions.ofNewFile(file))) {
            channel.write(ByteBuffer.wrap(content));
        }
    }

    /** Proves that a folder takes a new file with this content, and gives back what was read from it. */
    final byte[] tryOut(Path file, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, FLEETING_FILE, Permissions.ofNewFile(file))) {
            write(channel, content);
            force(channel);
            ByteBuffer read = ByteBuffer.allocate(content.length);
            while (read.hasRemaining() && channel.read(read, read.position()) >= 0) {
                // Until all of it has come.
            }
            return read.array();
        }
    }

    void write(FileChannel channel, byte[] content) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(content);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    void force(FileChannel channel) throws IOException {
        channel.force(true);
    }

    /** Puts one file in the place of another, which is there, the old or the new, at every moment. */
    void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Flushes a folder, so that the names in it survive a crash. Windows has no such thing. */
    void forceFolder(@Nullable Path folder) throws IOException {
        if (folder == null || Permissions.ofNewFolder(folder).length == 0) {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /**
     * Reads a file of the store, which must be a file itself.
     *
     * @return null if there is none
     * @throws Unusable if something else stands in its place, or it is larger than {@code most} bytes
     */
    static byte @Nullable [] read(Path file, int most) throws IOException, Unusable {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return null;
        }
        // Looked at first, because to open a named pipe would wait for its writer.
        if (!attributes.isRegularFile()) {
            throw new Unusable("it is no file but " + kindOf(attributes));
        }
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return capped(in, most);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Reads a file that the person named, who may well name a link or a pipe. */
    static byte[] readFollowingLinks(Path file, int most) throws IOException, Unusable {
        try (InputStream in = Files.newInputStream(file)) {
            return capped(in, most);
        }
    }

    private static byte[] capped(InputStream in, int most) throws IOException, Unusable {
        byte[] content = in.readNBytes(most + 1);
        if (content.length > most) {
            throw new Unusable("it is larger than " + most + " bytes");
        }
        return content;
    }

    private static String kindOf(BasicFileAttributes attributes) {
        if (attributes.isSymbolicLink()) {
            return "a symbolic link";
        }
        return attributes.isDirectory() ? "a folder" : "a pipe or device";
    }

    /** What went wrong with a file, in a few words that do not name the file again. */
    static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file or folder";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof FileAlreadyExistsException) {
            return "there is something else in its place";
        }
        String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
        return reason == null ? e.getClass().getSimpleName() : reason;
    }
}
