package dev.fleetauth.store;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Opens what is sealed with {@code A256GCM} (NIST SP 800-38D) or wrapped with {@code A256KW} (RFC 3394).
 *
 * <p>It does nothing that {@code javax.crypto} does not do. That takes three times as long to get ready as all the rest of a
 * {@code token} together, for two small files; see {@code docs/performance.md}. What is sealed here is sealed by the JOSE
 * library with {@code javax.crypto}, so that each is checked by the other.
 *
 * <p>Like the JDK's own code for AES without hardware, it looks up table entries by secret values.
 */
final class LightCipher {

    private static final int TAG_BYTES = 16;
    private static final int IV_BYTES = 12;
    private static final int BLOCK_BYTES = 16;

    /** What a key is checked with (RFC 3394 2.2.3.1). */
    private static final int WRAP_CHECK = 0xA6A6A6A6;

    private LightCipher() {}

    /**
     * Decrypts with AES-GCM.
     *
     * @param key 32 bytes
     * @param iv 12 bytes
     * @param authenticated what is authenticated and not encrypted
     * @return the plaintext; null if it does not authenticate, in which case nothing was decrypted
     */
    static byte @Nullable [] open(byte[] key, byte[] iv, byte[] authenticated, byte[] ciphertext, byte[] tag) {
        if (iv.length != IV_BYTES || tag.length != TAG_BYTES) {
            return null;
        }
        Aes256 aes = new Aes256(key);
        int[] hashKey = new int[4];
        aes.encrypt(hashKey);
        Hash hash = new Hash(hashKey);
        hash.add(authenticated);
        hash.add(ciphertext);
        hash.add((long) authenticated.length * Byte.SIZE, (long) ciphertext.length * Byte.SIZE);
        int[] pad = counted(aes, iv, 1);
        int difference = 0;
        for (int i = 0; i < 4; i++) {
            difference |= pad[i] ^ hash.word(i) ^ Aes256.word(tag, 4 * i);
        }
        if (difference != 0) {
            return null;
        }
        byte[] plaintext = ciphertext.clone();
        for (int at = 0, counter = 2; at < plaintext.length; at += BLOCK_BYTES, counter++) {
            int[] stream = counted(aes, iv, counter);
            for (int i = 0; i < BLOCK_BYTES && at + i < plaintext.length; i++) {
                plaintext[at + i] ^= (byte) (stream[i >> 2] >>> (24 - 8 * (i & 3)));
            }
        }
        return plaintext;
    }

    private static int[] counted(Aes256 aes, byte[] iv, int counter) {
        int[] block = {Aes256.word(iv, 0), Aes256.word(iv, 4), Aes256.word(iv, 8), counter};
        aes.encrypt(block);
        return block;
    }

    /**
     * Unwraps a key.
     *
     * @param key 32 bytes
     * @param wrapped the wrapped key
     * @return the key; null if it is not one that was wrapped with this key
     */
    static byte @Nullable [] unwrap(byte[] key, byte[] wrapped) {
        int parts = wrapped.length / 8 - 1;
        if (wrapped.length % 8 != 0 || parts < 2) {
            return null;
        }
        Aes256 aes = new Aes256(key);
        int[] block = {Aes256.word(wrapped, 0), Aes256.word(wrapped, 4), 0, 0};
        ByteBuffer unwrapped = ByteBuffer.allocate(8 * parts).put(wrapped, 8, 8 * parts);
        for (int step = 6 * parts; step > 0; step--) {
            int at = (step - 1) % parts * 8;
            block[1] ^= step;
            block[2] = unwrapped.getInt(at);
            block[3] = unwrapped.getInt(at + 4);
            aes.decrypt(block);
            unwrapped.putInt(at, block[2]).putInt(at + 4, block[3]);
        }
        return ((block[0] ^ WRAP_CHECK) | (block[1] ^ WRAP_CHECK)) == 0 ? unwrapped.array() : null;
    }

    /** GHASH (SP 800-38D 6.4), without a branch or a table entry that depends on a secret. */
    private static final class Hash {
        private static final int BITS = 128;
        private static final long REDUCTION = 0xE1L << 56;

        /** The hash key times each power of x. */
        private final long[] highs = new long[BITS];

        private final long[] lows = new long[BITS];
        private long high;
        private long low;

        Hash(int[] key) {
            long h = (long) key[0] << 32 | (key[1] & 0xFFFFFFFFL);
            long l = (long) key[2] << 32 | (key[3] & 0xFFFFFFFFL);
            for (int i = 0; i < BITS; i++) {
                highs[i] = h;
                lows[i] = l;
                long carry = -(l & 1) & REDUCTION;
                l = l >>> 1 | h << 63;
                h = h >>> 1 ^ carry;
            }
        }

        /** Adds bytes, filled up with zeros to whole blocks. */
        void add(byte[] bytes) {
            int blocks = (bytes.length + BLOCK_BYTES - 1) / BLOCK_BYTES;
            ByteBuffer padded =
                    ByteBuffer.allocate(blocks * BLOCK_BYTES).put(bytes).rewind();
            for (int i = 0; i < blocks; i++) {
                add(padded.getLong(), padded.getLong());
            }
        }

        void add(long h, long l) {
            long x = high ^ h;
            long y = low ^ l;
            long nextHigh = 0;
            long nextLow = 0;
            for (int i = 0; i < 64; i++) {
                long ofX = (x << i) >> 63;
                long ofY = (y << i) >> 63;
                nextHigh ^= (highs[i] & ofX) ^ (highs[64 + i] & ofY);
                nextLow ^= (lows[i] & ofX) ^ (lows[64 + i] & ofY);
            }
            high = nextHigh;
            low = nextLow;
        }

        int word(int i) {
            return (int) ((i < 2 ? high : low) >>> (32 - 32 * (i & 1)));
        }
    }
}
