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
 * Access to the disk, in steps that can be overridden, so that a test can make each of them fail.
 *
 * <p>An interrupted thread finishes its work here: NIO would close the file, and the very interrupt that lets the
 * program end cleanly would cause the loss of a response.
 */
public class Disk {

    private static final Set<OpenOption> NEW_FILE = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    private static final Set<OpenOption> EXISTING_FILE = Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

    /** For a file that is unlinked once it is open or, where that is impossible, once it is closed. */
    private static final Set<OpenOption> DELETED_ON_CLOSE = Set.of(
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.READ,
            StandardOpenOption.DELETE_ON_CLOSE);

    /** With {@code READ}, since opening a named pipe only for writing would block until it has a reader. */
    private static final Set<OpenOption> LOCK_FILE = Set.of(
            StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

    /** How long a rename is retried while other processes have the target open. */
    private static final Duration RENAME_WAIT = Duration.ofSeconds(2);

    private static final Duration RENAME_PAUSE = Duration.ofMillis(20);

    /** A task that an interrupt must not cut short. */
    private interface Task<T> {
        T run() throws IOException;
    }

    /** Writes a new file that only its owner can access, and flushes it to the disk. On failure nothing is left. */
    public final void writeNew(Path file, byte[] content) throws IOException {
        uninterrupted(() -> {
            // Exclusive creation fails for a symbolic link instead of following it.
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

    /** Writes a new file that only its owner can access, without flushing it. */
    public final void writeUnflushed(Path file, byte[] content) throws IOException {
        uninterrupted(() -> {
            try (FileChannel channel = createForOwner(file)) {
                write(channel, content);
            }
            return file;
        });
    }

    /**
     * Creates a file. If root creates it, it gets its name only once it belongs to the owner of the directory:
     * otherwise a killed process could leave a file that the user cannot access.
     */
    private FileChannel createForOwner(Path file) throws IOException {
        if (!actsForAnother(file)) {
            return create(file, NEW_FILE);
        }
        Path temporary = FileOwner.temporaryName(file);
        FileChannel channel = create(temporary, NEW_FILE);
        try {
            FileOwner.inherit(temporary);
            if (!rename(temporary, file)) {
                throw new FileAlreadyExistsException(file.toString());
            }
            return channel;
        } catch (IOException e) {
            channel.close();
            delete(temporary);
            throw e;
        }
    }

    private static boolean actsForAnother(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        return directory != null && FileOwner.actsForAnother(directory);
    }

    /** Overwrites an existing file, so that its space is reused, and flushes it to the disk. */
    public final void overwrite(Path file, byte[] content) throws IOException {
        uninterrupted(() -> {
            try (FileChannel channel = create(file, EXISTING_FILE)) {
                write(channel, content);
                // After the write, because another process could take the space that truncating frees.
                channel.truncate(content.length);
                force(channel);
            }
            return file;
        });
    }

    /**
     * Checks that a new file with this content can be written and locked in a directory, and returns what was read back
     * from it.
     */
    public final byte[] checkWritable(Path file, byte[] content) throws IOException {
        return uninterrupted(() -> {
            try (FileChannel channel = create(file, DELETED_ON_CLOSE);
                    FileLock lock = lockInHome(channel)) {
                if (lock == null) {
                    throw new IOException("a new file cannot be locked");
                }
                write(channel, content);
                force(channel);
                ByteBuffer read = ByteBuffer.allocate(content.length);
                while (read.hasRemaining() && channel.read(read, read.position()) >= 0) {
                    // Until everything is read.
                }
                return read.array();
            }
        });
    }

    /**
     * Replaces one file with another atomically. Windows refuses that while another process has the old file open, as
     * a reader does for a moment.
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
     * Gives a file a new name, unless that name exists.
     *
     * @return false if the name exists
     */
    public final boolean rename(Path from, Path to) throws IOException {
        try {
            link(from, to);
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (NoSuchFileException e) {
            throw e;
        } catch (UnsupportedOperationException | IOException e) {
            // A directory, or a file system without hard links. A move would replace what exists.
            if (Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
                return false;
            }
            move(from, to);
            return true;
        }
        delete(from);
        return true;
    }

    /** Flushes a directory, so that its entries survive a crash. Windows has no such operation. */
    public final void flushDirectory(@Nullable Path directory) throws IOException {
        if (directory == null || Permissions.ofNewDirectory(directory).length == 0) {
            return;
        }
        uninterrupted(() -> {
            forceDirectory(directory);
            return directory;
        });
    }

    /** Opens a lock file, which is created if it does not exist. */
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
            // Another process has created it.
        }
    }

    /** Fails if a file exists but is not regular, since opening a named pipe may block forever. */
    private static void requireFile(Path file) throws IOException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            BasicFileAttributes attributes =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!attributes.isRegularFile()) {
                throw new IOException("it is not a regular file but " + kindOf(attributes));
            }
        }
    }

    /** Locks an open file; null if another process holds the lock. */
    public final @Nullable FileLock lock(FileChannel channel) throws IOException {
        return lock(channel, "");
    }

    /** Locks an open file in the home; null if another process holds the lock. */
    final @Nullable FileLock lockInHome(FileChannel channel) throws IOException {
        return lock(channel, "; choose a home on a local disk with --home");
    }

    private @Nullable FileLock lock(FileChannel channel, String advice) throws IOException {
        try {
            return tryLock(channel);
        } catch (IOException e) {
            throw new IOException("its file system does not support locks (" + FileReason.of(e) + ")" + advice, e);
        }
    }

    // The steps that tests can override.

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

    public void forceDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Creates a directory and missing parents. */
    public void makeDirectory(Path directory) throws IOException {
        FileOwner.createDirectories(directory, Permissions.ofNewDirectory(directory));
    }

    /**
     * Creates a directory that does not exist yet.
     *
     * @param home the home whose owner it will belong to
     */
    public void makeNewDirectory(Path directory, Path home) throws IOException {
        FileOwner.createDirectory(directory, home, Permissions.ofNewDirectory(directory));
    }

    /** Removes a file or an empty directory, if it exists. */
    public void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    /** Reads the beginning of a file. */
    public byte[] content(Path file, int max, OpenOption... options) throws IOException {
        try (InputStream in = Files.newInputStream(file, options)) {
            return in.readNBytes(max);
        }
    }

    /** The type of a file's file system, as named by the operating system. */
    public String fileSystem(Path file) throws IOException {
        return Files.getFileStore(file).type();
    }

    /** Whether a file can be replaced while another process has it open. */
    boolean renamesOverOpenFiles() {
        return File.separatorChar == '/';
    }

    /**
     * Reads a file of the store, which must be a regular file.
     *
     * @return null if it does not exist
     * @throws MalformedException if it is not a regular file, or larger than {@code max} bytes
     */
    public final byte @Nullable [] read(Path file, int max) throws IOException, MalformedException {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return null;
        }
        // Checked first, because opening a named pipe would block until it has a writer.
        if (!attributes.isRegularFile()) {
            throw new MalformedException("it is not a regular file but " + kindOf(attributes));
        }
        try {
            return capped(uninterrupted(() -> content(file, max + 1, LinkOption.NOFOLLOW_LINKS)), max);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Rejects a directory before its permissions are checked, since these are not the problem. */
    public static void rejectDirectory(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException("it is a directory");
        }
    }

    /** Reads a file that the user named, which may be a link. */
    public static byte[] readFollowingLinks(Path file, int max) throws IOException, MalformedException {
        SpecialFiles.requireFile(file);
        return capped(new Disk().content(file, max + 1), max);
    }

    private static byte[] capped(byte[] content, int max) throws MalformedException {
        if (content.length > max) {
            throw new MalformedException("it is larger than " + max + " bytes");
        }
        return content;
    }

    /** Runs a task to its end, and again from its start if the thread was interrupted in the meantime. */
    private static <T> T uninterrupted(Task<T> task) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return task.run();
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
        return attributes.isDirectory() ? "a directory" : "a pipe or device";
    }
}
