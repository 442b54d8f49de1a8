import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Packs a folder so that the same files give the same bytes: in one order, with one time, owned by nobody. */
final class Archive {

    private static final int BLOCK = 512;

    private Archive() {}

    /** Packs a folder under a name of its own; a zip on Windows, a {@code tar.gz} elsewhere. */
    static Path pack(Path folder, String name, Instant time) throws IOException {
        boolean windows = Files.exists(folder.resolve("bin/fleetauth.cmd"));
        Path archive = folder.resolveSibling(name + (windows ? ".zip" : ".tar.gz"));
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(archive))) {
            if (windows) {
                zip(folder, name, time, out);
            } else {
                tar(folder, name, time, out);
            }
        }
        return archive;
    }

    private static void zip(Path folder, String name, Instant time, OutputStream out) throws IOException {
        try (var zip = new ZipOutputStream(out)) {
            zip.setLevel(Deflater.BEST_COMPRESSION);
            for (Path file : Folders.files(folder)) {
                ZipEntry entry = new ZipEntry(name + "/" + Folders.slashed(folder, file));
                // Local, as zips have it: the same digits whatever the time zone.
                entry.setTimeLocal(LocalDateTime.ofInstant(time, ZoneOffset.UTC));
                zip.putNextEntry(entry);
                Files.copy(file, zip);
                zip.closeEntry();
            }
        }
    }

    private static void tar(Path folder, String name, Instant time, OutputStream out) throws IOException {
        try (var gzip = new GZIPOutputStream(out) {
            {
                def.setLevel(Deflater.BEST_COMPRESSION);
            }
        }) {
            for (Path file : Folders.files(folder)) {
                long size = Files.size(file);
                gzip.write(header(name + "/" + Folders.slashed(folder, file), size, Files.isExecutable(file), time));
                Files.copy(file, gzip);
                gzip.write(new byte[(int) ((BLOCK - size % BLOCK) % BLOCK)]);
            }
            gzip.write(new byte[2 * BLOCK]);
        }
    }

    /** POSIX.1-1988 ustar. */
    private static byte[] header(String name, long size, boolean executable, Instant time) {
        byte[] header = new byte[BLOCK];
        // What of a long name stands before some slash has a field of its own.
        int slash = name.length() <= 100 ? -1 : name.indexOf('/', name.length() - 101);
        put(header, 0, 100, name.substring(slash + 1));
        put(header, 345, 155, name.substring(0, Math.max(slash, 0)));
        put(header, 100, 8, executable ? "0000755" : "0000644");
        put(header, 108, 8, "0000000");
        put(header, 116, 8, "0000000");
        put(header, 124, 12, "%011o".formatted(size));
        put(header, 136, 12, "%011o".formatted(time.getEpochSecond()));
        // The checksum is reckoned with blanks in its own place.
        Arrays.fill(header, 148, 156, (byte) ' ');
        header[156] = '0';
        put(header, 257, 6, "ustar");
        put(header, 263, 2, "00");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, 7, "%06o".formatted(sum));
        return header;
    }

    private static void put(byte[] header, int offset, int length, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > length) {
            throw new IllegalArgumentException("too long for a tar header: " + text);
        }
        System.arraycopy(bytes, 0, header, offset, bytes.length);
    }
}
