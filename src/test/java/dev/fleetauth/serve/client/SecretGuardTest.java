package dev.fleetauth.serve.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.fleetauth.testing.Seed;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("any-jdk")
class SecretGuardTest {

    /** A stream that returns at most {@code max} bytes per read, as a connection may. */
    private static InputStream slow(String text, int max) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, max));
            }
        };
    }

    private static String read(SecretGuard guard) throws IOException {
        return new String(guard.readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @CsvSource({
        "abab, xabacabx",
        "abab, aba",
        "abab, abaabaabaaba",
        "aab, aaaaaaaa",
        "token, tokentoketoke",
        "a, bcd",
        "abcabd, abcabcabcab"
    })
    void textWithoutTheSecretIsUnchanged(String secret, String text) throws IOException {
        String clean = text.replace(secret, "");
        for (int max : new int[] {1, 2, 3, 100}) {
            assertThat(read(new SecretGuard(slow(clean, max), secret, 1000))).isEqualTo(clean);
        }
    }

    @Test
    void generatedStreamsEndBeforeTheSecret() throws IOException {
        Random random = new Random(Seed.printed("SecretGuardTest"));
        for (int i = 0; i < 3000; i++) {
            String secret = letters(random, 1 + random.nextInt(6));
            String text = letters(random, random.nextInt(60));
            SecretGuard guard = new SecretGuard(slow(text, 1 + random.nextInt(9)), secret, 1000);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try {
                for (int next = guard.read(); next >= 0; next = guard.read()) {
                    out.write(next);
                }
                assertThat(text).doesNotContain(secret);
                assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo(text);
            } catch (IOException e) {
                assertThat(guard.problem()).isEqualTo(SecretGuard.Problem.SECRET);
                assertThat(text).contains(secret);
                assertThat(text.substring(0, text.indexOf(secret)))
                        .startsWith(out.toString(StandardCharsets.ISO_8859_1));
            }
        }
    }

    private static String letters(Random random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) ('a' + random.nextInt(3)));
        }
        return text.toString();
    }

    @Test
    void aStreamThatIsTooLongFails() {
        SecretGuard guard = new SecretGuard(slow("x".repeat(11), 5), "secret", 10);
        assertThatIOException().isThrownBy(() -> read(guard));
        assertThat(guard.problem()).isEqualTo(SecretGuard.Problem.TOO_LARGE);
    }
}
