package dev.fleetauth.host.net;

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

/** The TCP sockets of this machine as listed by Linux; empty on other systems. */
final class TcpTable {

    private static final List<Path> TABLES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));

    /** The columns of /proc/net/tcp (proc(5)). */
    private static final int LOCAL = 1;

    private static final int REMOTE = 2;
    private static final int STATE = 3;
    private static final int UID = 7;
    private static final int INODE = 9;

    private static final String LISTENING = "0A";

    /** The prefix of an IPv4-mapped IPv6 address (RFC 4291 2.5.5.2). */
    private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

    private TcpTable() {}

    /**
     * A socket.
     *
     * @param local its own address, as printed by the kernel
     * @param remote the address of the other end, as printed by the kernel
     * @param isListening whether it accepts connections
     * @param uid the user of the process that created it
     * @param inode the number that links it to a process
     */
    record Row(String local, String remote, boolean isListening, int uid, String inode) {}

    static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (Path table : TABLES) {
            for (String line :
                    Files.exists(table) ? Files.readAllLines(table, StandardCharsets.US_ASCII) : List.<String>of()) {
                String[] row = line.strip().split("\\s+", -1);
                if (row.length > INODE && row[LOCAL].indexOf(':') > 0) {
                    rows.add(new Row(
                            row[LOCAL],
                            row[REMOTE],
                            row[STATE].equals(LISTENING),
                            Integer.parseUnsignedInt(row[UID]),
                            row[INODE]));
                }
            }
        }
        return rows;
    }

    /** Whether a column contains this address, possibly in its IPv4-mapped form. */
    static boolean isAddress(String column, InetSocketAddress address) {
        byte[] bytes = address.getAddress().getAddress();
        String end = words(bytes) + String.format(Locale.ROOT, ":%04X", address.getPort());
        return column.equals(end) || (bytes.length == 4 && column.equals(words(MAPPED) + end));
    }

    /** The kernel's format: numbers of four bytes, in the machine's byte order. */
    private static String words(byte[] address) {
        var text = new StringBuilder();
        ByteBuffer words = ByteBuffer.wrap(address).order(ByteOrder.nativeOrder());
        while (words.hasRemaining()) {
            text.append(String.format(Locale.ROOT, "%08X", words.getInt()));
        }
        return text.toString();
    }
}
