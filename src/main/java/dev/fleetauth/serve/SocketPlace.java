package dev.fleetauth.serve;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.file.Disk;
import dev.fleetauth.host.file.FileReason;
import dev.fleetauth.host.file.PrivateFiles;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;

/**
 * The path of the Unix socket, in a directory to which no other user can write, held by one server at a time. A lock
 * next to the socket distinguishes a socket in use from one that was left behind: the system releases the lock when the
 * process ends.
 */
public final class SocketPlace implements AutoCloseable {

    /** What to do if the system refuses the socket. */
    public static final String FIX_OR_CHOOSE = "fix the cause, or choose another path with --socket";

    private static final String NAME = "token.sock";

    /** The longest path of a Unix socket that every system supports. */
    private static final int MAX_PATH_BYTES = 103;

    private static final int FILE_TYPE = 0170000;
    private static final int SOCKET = 0140000;

    private final Path socket;
    private final FileChannel lock;

    private SocketPlace(Path socket, FileChannel lock) {
        this.socket = socket;
        this.lock = lock;
    }

    /** The default path of the socket: in the directory of the user's session, else in the home. */
    public static Path standard(Environment environment, Path home) {
        return new PrivateFiles(environment, home)
                .runtime(NAME)
                .orElseGet(() -> home.resolve("run").resolve(NAME));
    }

    /**
     * Claims the path, and removes a socket that a killed server left there.
     *
     * @throws Failure of kind {@code SOCKET_UNAVAILABLE} if another server uses it, or it cannot be used; {@code
     *     BAD_VALUE} if no socket can have this path, or other users could replace the socket
     */
    public static SocketPlace take(Environment environment, Path home, Path socket) {
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
            throw Failure.of(Kind.BAD_VALUE, "the socket", socket, "a path of at most " + MAX_PATH_BYTES + " bytes");
        }
        var files = new PrivateFiles(environment, home);
        Path folder = Objects.requireNonNull(socket.getParent());
        if (PrivateFiles.exists(folder) && !files.isOwn(folder)) {
            throw Failure.of(
                    Kind.BAD_VALUE,
                    "the socket",
                    socket,
                    "a path in a directory that you own and that no other user can write to");
        }
        try {
            files.makeOwnDirectory(folder);
            FileChannel lock = files.disk().openLock(socket.resolveSibling(socket.getFileName() + ".lock"));
            boolean taken = false;
            try {
                if (!tryLock(files.disk(), lock) || answers(socket)) {
                    throw Failure.of(
                            Kind.SOCKET_UNAVAILABLE,
                            socket,
                            "a server is running there",
                            "stop that server, or choose another path with --socket");
                }
                removeLeftover(files.disk(), socket);
                taken = true;
                return new SocketPlace(socket, lock);
            } finally {
                if (!taken) {
                    lock.close();
                }
            }
        } catch (IOException e) {
            throw Failure.because(e, Kind.SOCKET_UNAVAILABLE, socket, FileReason.of(e), FIX_OR_CHOOSE);
        }
    }

    private static boolean tryLock(Disk disk, FileChannel lock) throws IOException {
        try {
            return disk.lock(lock) != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /** Whether a program listens on a socket. */
    public static boolean answers(Path socket) {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return channel.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static void removeLeftover(Disk disk, Path socket) throws IOException {
        if (!PrivateFiles.exists(socket)) {
            return;
        }
        if (!isSocket(socket)) {
            throw new IOException("it is not a socket");
        }
        disk.delete(socket);
    }

    private static boolean isSocket(Path file) throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isOther();
        }
        int mode = (int) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        return (mode & FILE_TYPE) == SOCKET;
    }

    Path socket() {
        return socket;
    }

    /**
     * Sets the permissions of the socket, after it was created.
     *
     * @param allUsers whether to let every user connect; {@link Peers} then refuses those who are not allowed
     */
    void setPermissions(boolean allUsers) throws IOException {
        if (socket.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(
                    socket, PosixFilePermissions.fromString(allUsers ? "rw-rw-rw-" : "rw-------"));
        }
    }

    @Override
    public void close() {
        try (lock) {
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            // The next server removes it.
        }
    }
}
