package dev.fleetauth.host.file;

import dev.fleetauth.host.time.Deadline;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
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
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the store does to the disk. Its steps can be overridden, so that a test can make each of them fail.
 *
 * <p>A thread that is asked to stop finishes what it does here: NIO would close a file under its hands, and an answer would
 * be lost to the very signal that lets the program end in peace.
 */
public class Disk {

    private static final Set<OpenOption> NEW_FILE = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    private static final Set<OpenOption> EXISTING_FILE = Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

    /** A file that is gone from its folder as soon as it is open, or with its end where that is not possible. */
    private static final Set<OpenOption> FLEETING_FILE = Set.of(
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.READ,
            StandardOpenOption.DELETE_ON_CLOSE);

    /** With {@code READ}, since opening a named pipe to write only would wait for its reader. */
    private static final Set<OpenOption> LOCK_FILE = Set.of(
            StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

    /** How long a rename is tried again where others that have the old file open are in its way. */
    private static final Duration RENAME_WAIT = Duration.ofSeconds(2);

    private static final Duration RENAME_PAUSE = Duration.ofMillis(20);

    /** Something that takes its time. */
    private interface Work<T> {
        T run() throws IOException;
    }

    /**
     * Writes a file that is not there yet, for its owner alone, and flushes it to the disk. Nothing is left if that fails.
     */
    public final void writeNew(Path file, byte[] content) throws IOException {
        whole(() -> {
            // Created exclusively: a symbolic link in this place would fail it and not be followed.
            FileChannel opened = createForOwner(file);
            try (opened) {
                write(opened, content);
                force(opened);
            } catch (IOException | RuntimeException e) {
                try {
                    delete(file);
                } catch (IOException alsoFailed) {
                    e.addSuppressed(alsoFailed);
                }
                throw e;
            }
            return file;
        });
    }

    /** Writes a file that is not there yet, for its owner alone, and leaves it to the system when it reaches the disk. */
    public final void writeUnflushed(Path file, byte[] content) throws IOException {
        whole(() -> {
            try (FileChannel channel = createForOwner(file)) {
                write(channel, content);
            }
            return file;
        });
    }

    /**
     * Creates a file. Of root's, it has its name only once it belongs to the owner of the directory: left by a process that is
     * killed, it would be in that user's way.
     */
    private FileChannel createForOwner(Path file) throws IOException {
        if (!actsForAnother(file)) {
            return create(file, NEW_FILE);
        }
        Path unnamed = FileOwner.unnamed(file);
        FileChannel channel = create(unnamed, NEW_FILE);
        try {
            FileOwner.inherit(unnamed);
            if (!rename(unnamed, file)) {
                throw new FileAlreadyExistsException(file.toString());
            }
            return channel;
        } catch (IOException e) {
            channel.close();
            delete(unnamed);
            throw e;
        }
    }

    private static boolean actsForAnother(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        return folder != null && FileOwner.actsForAnother(folder);
    }

    /** Writes over a file that is there, so that its space is used, and flushes it to the disk. */
    public final void overwrite(Path file, byte[] content) throws IOException {
        whole(() -> {
            try (FileChannel channel = create(file, EXISTING_FILE)) {
                write(channel, content);
                // Only now: what is cut off before could be taken by another process.
                channel.truncate(content.length);
                force(channel);
            }
            return file;
        });
    }

    /** Proves that a folder takes a new file with this content, and a lock on it, and gives back what was read from it. */
    public final byte[] tryOut(Path file, byte[] content) throws IOException {
        return whole(() -> {
            try (FileChannel channel = create(file, FLEETING_FILE);
                    FileLock lock = lock(channel)) {
                if (lock == null) {
                    throw new IOException("a lock on a new file is not to be had");
                }
                write(channel, content);
                force(channel);
                ByteBuffer read = ByteBuffer.allocate(content.length);
                while (read.hasRemaining() && channel.read(read, read.position()) >= 0) {
                    // Until all of it has come.
                }
                return read.array();
            }
        });
    }

    /**
     * Puts one file in the place of another, which is there, the old or the new, at every moment. Windows refuses that as
     * long as someone has the other open, as a reader has for a moment.
     */
    public final void replace(Path from, Path to) throws IOException {
        Deadline deadline = Deadline.in(RENAME_WAIT);
        while (true) {
            try {
                move(from, to);
                return;
            } catch (FileSystemException e) {
                if (renamesOverOpenFiles() || deadline.hasPassed() || !pause(deadline)) {
                    throw e;
                }
            }
        }
    }

    private static boolean pause(Deadline deadline) {
        try {
            deadline.pause(RENAME_PAUSE);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Gives a file a name that no other file has yet.
     *
     * @return false if there is something of that name
     */
    public final boolean rename(Path from, Path to) throws IOException {
        try {
            link(from, to);
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (UnsupportedOperationException | IOException e) {
            // A folder, or a file system without links.
            move(from, to);
            return true;
        }
        delete(from);
        return true;
    }

    /** Flushes a folder, so that the names in it survive a crash. Windows has no such thing. */
    public final void flushDirectory(@Nullable Path folder) throws IOException {
        if (folder == null || Permissions.ofNewDirectory(folder).length == 0) {
            return;
        }
        whole(() -> {
            forceDirectory(folder);
            return folder;
        });
    }

    /** Opens a lock file, which is made if there is none. */
    public final FileChannel openLock(Path file) throws IOException {
        requireFile(file);
        if (!Files.exists(file) && actsForAnother(file)) {
            createLock(file);
        }
        FileChannel channel = create(file, LOCK_FILE);
        try {
            requireFile(file);
            FileOwner.inherit(file);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return channel;
    }

    private void createLock(Path file) throws IOException {
        try {
            createForOwner(file).close();
        } catch (FileAlreadyExistsException e) {
            // Another process was faster.
        }
    }

    /** Fails where something else than a file stands in a place, since opening a named pipe may wait without an end. */
    private static void requireFile(Path file) throws IOException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            BasicFileAttributes attributes =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!attributes.isRegularFile()) {
                throw new IOException("it is no file but " + kindOf(attributes));
            }
        }
    }

    /** Locks an open file; null if another process has it. */
    public final @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return tryLock(channel);
        } catch (IOException e) {
            throw new IOException(
                    "its file system takes no locks (" + reason(e) + "); choose a home on a local disk with --home", e);
        }
    }

    // The steps, one call of the system each.

    public FileChannel create(Path file, Set<OpenOption> options) throws IOException {
        return FileChannel.open(file, options, Permissions.ofNewFile(file));
    }

    public void write(FileChannel channel, byte[] content) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(content);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    public void force(FileChannel channel) throws IOException {
        channel.force(true);
    }

    @Nullable
    FileLock tryLock(FileChannel channel) throws IOException {
        return channel.tryLock();
    }

    void link(Path from, Path to) throws IOException {
        Files.createLink(to, from);
    }

    public void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    public void forceDirectory(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Makes a folder, and those above it, where there is none. */
    public void makeDirectory(Path folder) throws IOException {
        FileOwner.createDirectories(folder, Permissions.ofNewDirectory(folder));
    }

    /**
     * Makes a folder where there is nothing.
     *
     * @param home whose owner it belongs to
     */
    public void makeNewDirectory(Path folder, Path home) throws IOException {
        FileOwner.createDirectory(folder, home, Permissions.ofNewDirectory(folder));
    }

    /** Removes a file, or a folder that is empty, if there is one. */
    public void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    /** What a file begins with. */
    public byte[] content(Path file, int most, OpenOption... options) throws IOException {
        try (InputStream in = Files.newInputStream(file, options)) {
            return in.readNBytes(most);
        }
    }

    /** The type of the file system that a file lies on, in the system's own words. */
    public String fileSystem(Path file) throws IOException {
        return Files.getFileStore(file).type();
    }

    /** Whether a file can be replaced while someone has it open. */
    boolean renamesOverOpenFiles() {
        return File.separatorChar == '/';
    }

    /**
     * Reads a file of the store, which must be a file itself.
     *
     * @return null if there is none
     * @throws MalformedException if something else stands in its place, or it is larger than {@code most} bytes
     */
    public final byte @Nullable [] read(Path file, int most) throws IOException, MalformedException {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return null;
        }
        // Looked at first, because to open a named pipe would wait for its writer.
        if (!attributes.isRegularFile()) {
            throw new MalformedException("it is no file but " + kindOf(attributes));
        }
        try {
            return capped(whole(() -> content(file, most + 1, LinkOption.NOFOLLOW_LINKS)), most);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Rejects a directory before its permissions are: they are not what is wrong with it. */
    public static void rejectDirectory(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException("it is a directory");
        }
    }

    /** Reads a file that the user named, which may be a link. */
    public static byte[] readFollowingLinks(Path file, int most) throws IOException, MalformedException {
        SpecialFiles.requireFile(file);
        return capped(new Disk().content(file, most + 1), most);
    }

    private static byte[] capped(byte[] content, int most) throws MalformedException {
        if (content.length > most) {
            throw new MalformedException("it is larger than " + most + " bytes");
        }
        return content;
    }

    /** Does something from its start to its end, and again from its start if the thread was asked to stop meanwhile. */
    private static <T> T whole(Work<T> work) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return work.run();
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static String kindOf(BasicFileAttributes attributes) {
        if (attributes.isSymbolicLink()) {
            return "a symbolic link";
        }
        return attributes.isDirectory() ? "a folder" : "a pipe or device";
    }

    /** What went wrong with a file, in a few words that do not name the file again. */
    public static String reason(IOException e) {
        return FileReason.of(e);
    }
}
