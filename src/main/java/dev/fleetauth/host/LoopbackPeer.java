package dev.fleetauth.host;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Whose process is at the other end of a connection within this machine, where the system tells: on Linux. */
public final class LoopbackPeer {

    private static final Path SELF = Path.of("/proc/self");
    private static final List<Path> TABLES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    private static final int ROOT = 0;

    /** The columns of /proc/net/tcp (proc(5)). */
    private static final int LOCAL = 1;

    private static final int REMOTE = 2;
    private static final int UID = 7;

    /** What stands before an address of IPv4 in the one of IPv6 that maps it (RFC 4291 2.5.5.2). */
    private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

    private LoopbackPeer() {}

    /**
     * Whether a connection comes from another user's process. False where that is not known, for root, and for a process of
     * root, which may serve any user.
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

    /** The users of the other end of a connection: one, unless it is gone. */
    static List<Integer> owners(InetSocketAddress peer, InetSocketAddress here) throws IOException {
        List<Integer> owners = new ArrayList<>();
        for (Path table : TABLES) {
            for (String line :
                    Files.exists(table) ? Files.readAllLines(table, StandardCharsets.US_ASCII) : List.<String>of()) {
                String[] row = line.strip().split("\\s+", -1);
                // The table has this end of the connection as well, with the two addresses the other way round.
                if (row.length > UID && isEnd(row[LOCAL], peer) && isEnd(row[REMOTE], here)) {
                    owners.add(Integer.parseUnsignedInt(row[UID]));
                }
            }
        }
        return owners;
    }

    /** Whether a column is an address, which a program that speaks both may have as one of IPv6. */
    private static boolean isEnd(String column, InetSocketAddress address) {
        byte[] bytes = address.getAddress().getAddress();
        String end = words(bytes) + String.format(Locale.ROOT, ":%04X", address.getPort());
        return column.equals(end) || (bytes.length == 4 && column.equals(words(MAPPED) + end));
    }

    /** As the kernel prints them: numbers of four bytes, in the order that the machine has them in memory. */
    private static String words(byte[] address) {
        var text = new StringBuilder();
        ByteBuffer words = ByteBuffer.wrap(address).order(ByteOrder.nativeOrder());
        while (words.hasRemaining()) {
            text.append(String.format(Locale.ROOT, "%08X", words.getInt()));
        }
        return text.toString();
    }
}
