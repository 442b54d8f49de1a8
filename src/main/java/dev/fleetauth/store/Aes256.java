package dev.fleetauth.store;

/**
 * The block cipher AES with a key of 256 bits (FIPS 197), on blocks of four big-endian words. Only {@link LightCipher} uses
 * it, which says why it is there at all.
 */
final class Aes256 {

    private static final int ROUNDS = 14;
    private static final int KEY_WORDS = 8;
    private static final byte[] S_BOX = new byte[256];
    private static final byte[] INVERSE_S_BOX = new byte[256];

    static {
        // p runs through all numbers but zero, as the powers of 3, and q through their inverses (FIPS 197 4.2, 5.1.1).
        int p = 1;
        int q = 1;
        do {
            p = (p ^ (p << 1) ^ ((p >> 7) * 0x11B)) & 0xFF;
            q ^= q << 1;
            q ^= q << 2;
            q = (q ^ (q << 4)) & 0xFF;
            q ^= (q >> 7) * 0x09;
            set(p, q ^ turned(q, 1) ^ turned(q, 2) ^ turned(q, 3) ^ turned(q, 4));
        } while (p != 1);
        set(0, 0);
    }

    private final int[] roundKeys = new int[4 * (ROUNDS + 1)];

    /** A cipher with a key of 32 bytes. */
    Aes256(byte[] key) {
        if (key.length != 4 * KEY_WORDS) {
            throw new IllegalArgumentException("not a key of 256 bits");
        }
        for (int i = 0; i < KEY_WORDS; i++) {
            roundKeys[i] = word(key, 4 * i);
        }
        for (int i = KEY_WORDS; i < roundKeys.length; i++) {
            int w = roundKeys[i - 1];
            if (i % KEY_WORDS == 0) {
                w = substituted(Integer.rotateLeft(w, 8)) ^ (0x800000 << (i / KEY_WORDS));
            } else if (i % KEY_WORDS == 4) {
                w = substituted(w);
            }
            roundKeys[i] = roundKeys[i - KEY_WORDS] ^ w;
        }
    }

    /** Encrypts a block in place. */
    void encrypt(int[] block) {
        addRoundKey(block, 0);
        for (int round = 1; round <= ROUNDS; round++) {
            int a = block[0];
            int b = block[1];
            int c = block[2];
            int d = block[3];
            block[0] = column(S_BOX, a, b, c, d);
            block[1] = column(S_BOX, b, c, d, a);
            block[2] = column(S_BOX, c, d, a, b);
            block[3] = column(S_BOX, d, a, b, c);
            for (int i = 0; round < ROUNDS && i < 4; i++) {
                block[i] = mixed(block[i]);
            }
            addRoundKey(block, round);
        }
    }

    /** Decrypts a block in place. */
    void decrypt(int[] block) {
        for (int round = ROUNDS; round > 0; round--) {
            addRoundKey(block, round);
            for (int i = 0; round < ROUNDS && i < 4; i++) {
                // InvMixColumns is MixColumns after this.
                int w = block[i];
                block[i] = mixed(w ^ doubled(doubled(w ^ Integer.rotateLeft(w, 16))));
            }
            int a = block[0];
            int b = block[1];
            int c = block[2];
            int d = block[3];
            block[0] = column(INVERSE_S_BOX, a, d, c, b);
            block[1] = column(INVERSE_S_BOX, b, a, d, c);
            block[2] = column(INVERSE_S_BOX, c, b, a, d);
            block[3] = column(INVERSE_S_BOX, d, c, b, a);
        }
        addRoundKey(block, 0);
    }

    /** The big-endian word at a place. */
    static int word(byte[] bytes, int at) {
        return bytes[at] << 24 | (bytes[at + 1] & 0xFF) << 16 | (bytes[at + 2] & 0xFF) << 8 | (bytes[at + 3] & 0xFF);
    }

    private void addRoundKey(int[] block, int round) {
        for (int i = 0; i < 4; i++) {
            block[i] ^= roundKeys[4 * round + i];
        }
    }

    /** SubBytes and ShiftRows for one column, whose rows come from these columns. */
    private static int column(byte[] box, int a, int b, int c, int d) {
        return box[a >>> 24] << 24
                | (box[(b >>> 16) & 0xFF] & 0xFF) << 16
                | (box[(c >>> 8) & 0xFF] & 0xFF) << 8
                | (box[d & 0xFF] & 0xFF);
    }

    /** MixColumns for one column. */
    private static int mixed(int w) {
        int twice = doubled(w);
        return twice ^ Integer.rotateLeft(w ^ twice, 8) ^ Integer.rotateLeft(w, 16) ^ Integer.rotateLeft(w, 24);
    }

    /** Four bytes, each times 2 in the field. */
    private static int doubled(int w) {
        return ((w & 0x7F7F7F7F) << 1) ^ (((w >>> 7) & 0x01010101) * 0x1B);
    }

    private static int substituted(int w) {
        return column(S_BOX, w, w, w, w);
    }

    private static int turned(int b, int bits) {
        return (b << bits | b >> (8 - bits)) & 0xFF;
    }

    private static void set(int from, int affine) {
        int to = affine ^ 0x63;
        S_BOX[from] = (byte) to;
        INVERSE_S_BOX[to] = (byte) from;
    }
}
