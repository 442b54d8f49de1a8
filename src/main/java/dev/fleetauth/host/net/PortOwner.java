package dev.fleetauth.host.net;

import dev.fleetauth.host.OperatingSystem;
import dev.fleetauth.host.file.FileReason;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the process that uses a loopback port, if the operating system reveals it. */
public final class PortOwner {

    private static final Path PROCESSES = Path.of("/proc");

    /** On most systems only the administrator can listen on ports below this. */
    private static final int MIN_UNPRIVILEGED_PORT = 1024;

    private PortOwner() {}

    /** Why it was impossible to listen on a port: the process that uses it, or another cause. */
    public static String reason(IOException e, int port, OperatingSystem system) {
        // Jetty wraps the exception.
        if (e instanceof BindException || e.getCause() instanceof BindException) {
            return "it is in use by " + of(port, system);
        }
        return FileReason.of(e);
    }

    /** Whether a port on which it was impossible to listen may be free, but reserved for administrators. */
    public static boolean isPerhapsReserved(int port) {
        return port < MIN_UNPRIVILEGED_PORT && socket(port).isEmpty();
    }

    /** Names the process that uses a port, such as {@code java (process 12)}, or says how to find it. */
    static String of(int port, OperatingSystem system) {
        if (isPerhapsReserved(port)) {
            return "another program, or only administrators may use it";
        }
        Optional<TcpTable.Row> socket = socket(port);
        Optional<String> process = socket.flatMap(row -> process("socket:[" + row.inode() + "]"));
        if (process.isPresent()) {
            return process.get();
        }
        return socket.map(row -> "a program of the user with id " + row.uid()).orElse("another program")
                + "; run "
                + switch (system) {
                    case LINUX -> "'sudo ss -ltnp'";
                    case MACOS -> "'sudo lsof -nP -i :" + port + "'";
                    case WINDOWS -> "'netstat -abno'";
                }
                + " to find it";
    }

    /** The socket that listens on a loopback address, or on all addresses. */
    private static Optional<TcpTable.Row> socket(int port) {
        try {
            List<InetSocketAddress> addresses = Stream.of(
                            new byte[] {127, 0, 0, 1},
                            new byte[4],
                            new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1},
                            new byte[16])
                    .map(bytes -> new InetSocketAddress(address(bytes), port))
                    .toList();
            return TcpTable.rows().stream()
                    .filter(TcpTable.Row::isListening)
                    .filter(row -> addresses.stream().anyMatch(address -> TcpTable.isAddress(row.local(), address)))
                    .findFirst();
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (IOException e) {
            throw new IllegalStateException("a literal address was rejected", e);
        }
    }

    /** The process that has a socket open; empty if it belongs to another user. */
    private static Optional<String> process(String socket) {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
            for (Path process : processes) {
                if (hasOpen(process, socket)) {
                    return Optional.of(name(process) + " (process " + process.getFileName() + ")");
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // Not Linux.
        }
        return Optional.empty();
    }

    private static boolean hasOpen(Path process, String socket) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path file : files) {
                if (isLink(file, socket)) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // The process has ended, or belongs to another user.
        }
        return false;
    }

    private static boolean isLink(Path file, String target) {
        try {
            return Files.readSymbolicLink(file).toString().equals(target);
        } catch (IOException e) {
            // Closed in the meantime.
            return false;
        }
    }

    private static String name(Path process) {
        try {
            return Files.readString(process.resolve("comm")).strip();
        } catch (IOException e) {
            return "a program";
        }
    }
}
