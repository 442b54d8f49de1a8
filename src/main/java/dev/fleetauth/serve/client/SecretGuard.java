package dev.fleetauth.serve.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A stream of limited length that fails if it contains a secret. It returns no part of the secret: bytes that may be
 * the secret's beginning are held back until the following bytes are known (the Knuth-Morris-Pratt algorithm).
 */
final class SecretGuard extends InputStream {

    private static final int BUFFER_BYTES = 8192;

    /** Why the stream failed. */
    enum Problem {
        /** The stream contains the secret. */
        SECRET,
        /** The stream is too long. */
        TOO_LARGE
    }

    /** Thrown for a {@link Problem}. */
    private static final class Stopped extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /** The bytes that are known not to belong to the secret, and can be read. */
    private static final class Ready extends ByteArrayOutputStream {
        private int at;

        int read(byte[] target, int offset, int length) {
            int read = Math.min(length, count - at);
            System.arraycopy(buf, at, target, offset, read);
            at += read;
            return read;
        }

        boolean isEmpty() {
            return at == count;
        }

        void clear() {
            reset();
            at = 0;
        }
    }

    private final InputStream in;
    private final byte[] secret;
    private final int[] borders;
    private final long maxBytes;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final Ready ready = new Ready();

    /** The number of bytes held back: they equal the beginning of the secret. */
    private int matched;

    private long bytes;
    private boolean isOver;
    private @Nullable Problem problem;

    SecretGuard(InputStream in, String secret, long maxBytes) {
        this.in = in;
        this.secret = secret.getBytes(StandardCharsets.US_ASCII);
        this.borders = borders(this.secret);
        this.maxBytes = maxBytes;
    }

    /** For each prefix of a string, the length of its longest proper prefix that is also its suffix. */
    private static int[] borders(byte[] text) {
        int[] borders = new int[text.length + 1];
        int border = 0;
        for (int i = 1; i < text.length; i++) {
            while (border > 0 && text[i] != text[border]) {
                border = borders[border];
            }
            border += text[i] == text[border] ? 1 : 0;
            borders[i + 1] = border;
        }
        return borders;
    }

    /** Why this class stopped the stream; null if it did not. */
    @Nullable
    Problem problem() {
        return problem;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        while (ready.isEmpty()) {
            if (isOver) {
                return -1;
            }
            ready.clear();
            fill();
        }
        return ready.read(target, offset, length);
    }

    private void fill() throws IOException {
        int count = in.read(buffer);
        if (count < 0) {
            ready.write(secret, 0, matched);
            isOver = true;
            return;
        }
        bytes += count;
        if (bytes > maxBytes) {
            throw stopped(Problem.TOO_LARGE);
        }
        for (int i = 0; i < count; i++) {
            take(buffer[i]);
        }
    }

    private void take(byte next) throws IOException {
        while (matched > 0 && secret[matched] != next) {
            int border = borders[matched];
            ready.write(secret, 0, matched - border);
            matched = border;
        }
        if (secret[matched] != next) {
            ready.write(next);
        } else if (++matched == secret.length) {
            throw stopped(Problem.SECRET);
        }
    }

    private IOException stopped(Problem why) {
        // Clears everything, so that a later read returns nothing.
        ready.clear();
        isOver = true;
        matched = 0;
        problem = why;
        return new Stopped();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
