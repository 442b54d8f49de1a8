package dev.fleetauth.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The ciphers of a store against the standards' examples, and against {@code javax.crypto} over random inputs. */
class AesCiphersTest {

    private static final int ROUNDS = 300;

    private final Random random = new Random(20_260_101);

    /** The examples for keys of 256 bits in McGrew and Viega's specification of GCM: test cases 13, 14, 15 and 16. */
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "0000000000000000000000000000000000000000000000000000000000000000, 000000000000000000000000, -, -, -,"
                        + " 530f8afbc74536b9a963b4f1c4cb738b",
                "0000000000000000000000000000000000000000000000000000000000000000, 000000000000000000000000, -,"
                        + " 00000000000000000000000000000000, cea7403d4d606b6e074ec5d3baf39d18,"
                        + " d0d1c8a799996bf0265b98b5d48ab919",
                "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308, cafebabefacedbaddecaf888, -,"
                        + " d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525"
                        + "b16aedf5aa0de657ba637b391aafd255,"
                        + " 522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838"
                        + "c5f61e6393ba7a0abcc9f662898015ad, b094dac5d93471bdec1a502270e3cc6c",
                "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308, cafebabefacedbaddecaf888,"
                        + " feedfacedeadbeeffeedfacedeadbeefabaddad2,"
                        + " d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525"
                        + "b16aedf5aa0de657ba637b39,"
                        + " 522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838"
                        + "c5f61e6393ba7a0abcc9f662, 76fc6ece0f4e1768cddf8853bb2d551b"
            })
    void theExamplesOfGcmAreOpenedAndSealed(
            String key, String iv, String authenticated, String plaintext, String ciphertext, String tag) {
        assertThat(AesCiphers.open(hex(key), hex(iv), hex(authenticated), hex(ciphertext), hex(tag)))
                .isEqualTo(hex(plaintext));
        assertThat(AesCiphers.seal(hex(key), hex(iv), hex(authenticated), hex(plaintext)))
                .isEqualTo(hex((ciphertext == null ? "" : ciphertext) + tag));
    }

    /** RFC 3394 4.3, 4.5 and 4.6. */
    @ParameterizedTest
    @CsvSource({
        "00112233445566778899aabbccddeeff, 64e8c3f9ce0f5ba263e9777905818a2a93c8191e7d6e8ae7",
        "00112233445566778899aabbccddeeff0001020304050607,"
                + " a8f9bc1612c68b3ff6e6f4fbe30e71e4769c8b80a32cb8958cd5d17d6b254da1",
        "00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f,"
                + " 28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21"
    })
    void theExamplesOfKeyWrapAreUnwrapped(String key, String wrapped) {
        byte[] wrapping = hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");

        assertThat(AesCiphers.unwrap(wrapping, hex(wrapped))).isEqualTo(hex(key));
    }

    @Test
    void sealsAndOpensLikeJavaxCryptoAndRejectsAnyChange() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            byte[] key = bytes(32);
            byte[] iv = bytes(12);
            byte[] authenticated = bytes(random.nextInt(70));
            byte[] plaintext = bytes(i < 70 ? i : random.nextInt(3_000));
            byte[] sealed = sealed(key, iv, authenticated, plaintext);
            assertThat(AesCiphers.seal(key, iv, authenticated, plaintext)).isEqualTo(sealed);
            byte[] ciphertext = new byte[plaintext.length];
            byte[] tag = new byte[16];
            System.arraycopy(sealed, 0, ciphertext, 0, ciphertext.length);
            System.arraycopy(sealed, ciphertext.length, tag, 0, tag.length);

            assertThat(AesCiphers.open(key, iv, authenticated, ciphertext, tag)).isEqualTo(plaintext);

            byte[][] parts = {key, iv, authenticated, ciphertext, tag};
            for (byte[] part : parts) {
                if (part.length > 0) {
                    int at = random.nextInt(part.length);
                    byte was = part[at];
                    part[at] ^= (byte) (1 << random.nextInt(8));
                    assertThat(AesCiphers.open(key, iv, authenticated, ciphertext, tag))
                            .isNull();
                    part[at] = was;
                }
            }
        }
    }

    @Test
    void unwrapsWhatJavaxCryptoWrapsAndRejectsAnyChange() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            byte[] wrapping = bytes(32);
            byte[] key = bytes(16 + 8 * random.nextInt(8));
            Cipher cipher = Cipher.getInstance("AESWrap");
            cipher.init(Cipher.WRAP_MODE, new SecretKeySpec(wrapping, "AES"));
            byte[] wrapped = cipher.wrap(new SecretKeySpec(key, "AES"));

            assertThat(AesCiphers.unwrap(wrapping, wrapped)).isEqualTo(key);

            wrapped[random.nextInt(wrapped.length)] ^= (byte) (1 << random.nextInt(8));
            assertThat(AesCiphers.unwrap(wrapping, wrapped)).isNull();
        }
    }

    @Test
    void wrongLengthsAreRejected() {
        assertThat(AesCiphers.open(new byte[32], new byte[16], new byte[0], new byte[0], new byte[16]))
                .isNull();
        assertThat(AesCiphers.open(new byte[32], new byte[12], new byte[0], new byte[0], new byte[12]))
                .isNull();
        for (int length : new int[] {0, 8, 16, 23, 25}) {
            assertThat(AesCiphers.unwrap(new byte[32], new byte[length])).isNull();
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AesCiphers.unwrap(new byte[16], new byte[40]))
                .withMessage("not a 256-bit key");
    }

    private static byte[] sealed(byte[] key, byte[] iv, byte[] authenticated, byte[] plaintext)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, iv));
        cipher.updateAAD(authenticated);
        return cipher.doFinal(plaintext);
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] hex(String digits) {
        return digits == null ? new byte[0] : HexFormat.of().parseHex(digits);
    }
}
