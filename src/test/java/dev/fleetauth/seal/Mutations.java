package dev.fleetauth.seal;

import com.nimbusds.jose.util.Base64URL;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Random changes to a file, as by a failing disk, a faulty copy or an attacker. */
final class Mutations {

    private static final int KINDS = 12;
    private static final int MAX_AT_ONCE = 3;

    private final SplittableRandom random;

    Mutations(SplittableRandom random) {
        this.random = random;
    }

    /**
     * A changed file.
     *
     * @param others files whose parts can be mixed in
     */
    byte[] mutated(byte[] file, List<byte[]> others) {
        byte[] next = file;
        for (int i = random.nextInt(MAX_AT_ONCE); i >= 0; i--) {
            next = once(next, others.get(random.nextInt(others.size())));
        }
        return next;
    }

    private byte[] once(byte[] file, byte[] other) {
        int from = random.nextInt(file.length + 1);
        int to = from + random.nextInt(file.length - from + 1);
        return switch (random.nextInt(KINDS)) {
            case 0 -> Arrays.copyOf(file, from);
            case 1 -> flipped(file);
            case 2 -> spliced(file, from, Math.min(from + 1, file.length), new byte[] {(byte) random.nextInt(32, 127)});
            case 3 -> spliced(file, from, to, new byte[0]);
            case 4 -> spliced(file, to, to, Arrays.copyOfRange(file, from, to));
            case 5 -> spliced(file, from, from, bytes(1 + random.nextInt(40)));
            case 6 -> spliced(file, from, to, new byte[to - from]);
            case 7 -> other;
            case 8 -> spliced(file, file.length, file.length, other);
            case 9 -> withPartOf(file, other);
            case 10 -> withHeader(file);
            default -> spliced(file, 0, from, Arrays.copyOf(other, Math.min(from, other.length)));
        };
    }

    private byte[] flipped(byte[] file) {
        byte[] next = file.clone();
        for (int i = random.nextInt(8); i >= 0 && next.length > 0; i--) {
            next[random.nextInt(next.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return next;
    }

    /** Replaces one of the parts with a part of this or the other file. */
    private byte[] withPartOf(byte[] file, byte[] other) {
        String[] parts = text(file).split("\\.", -1);
        String[] theirs = text(random.nextBoolean() ? file : other).split("\\.", -1);
        parts[random.nextInt(parts.length)] = theirs[random.nextInt(theirs.length)];
        return bytes(String.join(".", parts));
    }

    /** Changes the header, which usually remains valid JSON. */
    private byte[] withHeader(byte[] file) {
        String[] parts = text(file).split("\\.", -1);
        String header = new Base64URL(parts[0]).decodeToString();
        String next = switch (random.nextInt(6)) {
            case 0 -> header.replaceFirst("\"version\":1", "\"version\":" + random.nextInt());
            case 1 -> header.replaceFirst("\"generation\":\\d+", "\"generation\":" + random.nextLong());
            case 2 -> header.replaceFirst("A256", random.nextBoolean() ? "A128" : "A512");
            case 3 -> header.replaceFirst("\\{", "{\"zip\":\"DEF\",");
            case 4 -> header.replaceFirst("\"p2c\":\\d+", "\"p2c\":" + random.nextInt(-10, 4_000));
            default -> header.replaceFirst("car", "boat");
        };
        parts[0] = Base64URL.encode(next).toString();
        return bytes(String.join(".", parts));
    }

    private static byte[] spliced(byte[] file, int from, int to, byte[] instead) {
        var next = new ByteArrayOutputStream();
        next.write(file, 0, from);
        next.writeBytes(instead);
        next.write(file, to, file.length - to);
        return next.toByteArray();
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) random.nextInt();
        }
        return bytes;
    }

    private static String text(byte[] file) {
        return new String(file, StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
