package dev.fleetauth.host.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Finds the user whose process is at the other end of a connection on this machine; Linux only. */
public final class LoopbackPeer {

    private static final Path SELF = Path.of("/proc/self");
    private static final int ROOT = 0;

    private LoopbackPeer() {}

    /**
     * Whether a connection comes from another user's process. False if that is unknown, or if either process runs as
     * root, which may act for any user.
     *
     * @param peer the other end
     * @param here this end
     */
    public static boolean isOfAnotherUser(InetSocketAddress peer, InetSocketAddress here) {
        try {
            int own = (int) Files.getAttribute(SELF, "unix:uid");
            return owners(peer, here).stream().anyMatch(uid -> isForeign(own, uid));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return false;
        }
    }

    static boolean isForeign(int own, int peer) {
        return own != ROOT && peer != ROOT && own != peer;
    }

    /** The users of the other end of a connection: one, or none if it was closed. */
    static List<Integer> owners(InetSocketAddress peer, InetSocketAddress here) throws IOException {
        // The table also contains this end of the connection, with the addresses swapped.
        return TcpTable.rows().stream()
                .filter(row -> TcpTable.isAddress(row.local(), peer) && TcpTable.isAddress(row.remote(), here))
                .map(TcpTable.Row::uid)
                .toList();
    }
}
