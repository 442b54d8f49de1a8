package dev.fleetauth.seal;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWECryptoParts;
import com.nimbusds.jose.JWEEncrypter;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.crypto.PasswordBasedEncrypter;
import com.nimbusds.jose.crypto.impl.PBKDF2;
import com.nimbusds.jose.crypto.impl.PRFParams;
import com.nimbusds.jose.util.Base64URL;
import dev.fleetauth.host.BusyLine;
import dev.fleetauth.host.Environment;
import dev.fleetauth.host.ExactText;
import dev.fleetauth.host.file.MalformedException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A passphrase as the input of PBES2 (RFC 7518 4.8): Unicode in Normalization Form C, encoded in UTF-8. */
public final class Passphrase implements KeyEncryptionKey {

    /** The minimum number of characters of a new passphrase. */
    public static final int MIN_LENGTH = 12;

    /**
     * The iterations of a new passphrase: more than OWASP recommends for PBKDF2 with HMAC-SHA-512. A derivation takes
     * less than a second.
     */
    public static final int ITERATIONS = 600_000;

    static final int SALT_BYTES = 16;

    private final byte[] bytes;
    private final int iterations;
    private @Nullable Environment environment;
    private @Nullable Derived last;

    /** A derived key, kept because a checked passphrase is used again at once, and a derivation is slow. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared, and wiped with the passphrase.
    private record Derived(String salt, int iterations, byte[] key) {}

    private Passphrase(byte[] bytes, int iterations) {
        this.bytes = bytes;
        this.iterations = iterations;
    }

    /**
     * Creates a passphrase that a user typed; otherwise like {@link #of}.
     *
     * @param environment shows a user at a terminal that the key is being derived, which is slow
     */
    public static Passphrase typed(char[] text, int iterations, Environment environment) {
        Passphrase passphrase = of(text, iterations);
        passphrase.environment = environment;
        return passphrase;
    }

    /**
     * Creates a passphrase from a text, ignoring a byte order mark and one final line ending. The text is wiped.
     *
     * @param iterations the iterations for sealing
     */
    public static Passphrase of(char[] text, int iterations) {
        int start = text.length > 0 && text[0] == ExactText.BYTE_ORDER_MARK ? 1 : 0;
        CharBuffer chars = CharBuffer.wrap(text, start, lengthWithoutLineEnd(text) - start);
        // Most texts are already normalized. Only for the others is a String created, which cannot be wiped.
        CharBuffer normal = Normalizer.isNormalized(chars, Normalizer.Form.NFC)
                ? chars
                : CharBuffer.wrap(Normalizer.normalize(chars, Normalizer.Form.NFC));
        ByteBuffer encoded = StandardCharsets.UTF_8.encode(normal);
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        encoded.clear();
        encoded.put(new byte[encoded.capacity()]);
        Arrays.fill(text, '\0');
        return new Passphrase(bytes, iterations);
    }

    private static int lengthWithoutLineEnd(char[] text) {
        int length = text.length;
        if (length > 0 && text[length - 1] == '\n') {
            length--;
            if (length > 0 && text[length - 1] == '\r') {
                length--;
            }
        }
        return length;
    }

    /** Whether it is empty or only whitespace, as when a variable has no value. */
    public boolean isBlank() {
        CharBuffer chars = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes));
        boolean blank = chars.chars().allMatch(Character::isWhitespace);
        Arrays.fill(chars.array(), '\0');
        return blank;
    }

    /** Whether this is acceptable as a new passphrase: long enough, and not blank. */
    public boolean isAcceptable() {
        int characters = 0;
        for (byte b : bytes) {
            // Every byte of UTF-8 that is not a continuation byte begins a character.
            if ((b & 0xC0) != 0x80) {
                characters++;
            }
        }
        return characters >= MIN_LENGTH && !isBlank();
    }

    /** Whether both are the same passphrase, whatever their iterations. */
    public boolean isSameAs(Passphrase other) {
        return Arrays.equals(bytes, other.bytes);
    }

    @Override
    public JWEHeader.Builder header() {
        return new JWEHeader.Builder(JWEAlgorithm.PBES2_HS512_A256KW, EncryptionMethod.A256GCM);
    }

    @Override
    public JWEEncrypter encrypter() {
        return new PasswordBasedEncrypter(bytes, SALT_BYTES, iterations) {
            @Override
            public JWECryptoParts encrypt(JWEHeader header, byte[] text, byte[] authenticated) throws JOSEException {
                BusyLine busy = deriving();
                try (busy) {
                    return super.encrypt(header, text, authenticated);
                }
            }
        };
    }

    @Override
    public byte @Nullable [] contentKey(Jwe sealed) throws MalformedException {
        // A file that is sealed with a key has no salt.
        return sealed.has("p2s") ? KeyEncryptionKey.super.contentKey(sealed) : null;
    }

    @Override
    public byte[] unwrappingKey(Jwe sealed) throws MalformedException {
        JWEAlgorithm algorithm = JWEAlgorithm.PBES2_HS512_A256KW;
        int iterations = Math.toIntExact(sealed.number("p2c"));
        String salted = sealed.text("p2s");
        if (last != null && last.salt().equals(salted) && last.iterations() == iterations) {
            return last.key().clone();
        }
        BusyLine busy = deriving();
        try (busy) {
            byte[] salt = PBKDF2.formatSalt(algorithm, new Base64URL(salted).decode());
            byte[] key = PBKDF2.deriveKey(bytes, salt, iterations, PRFParams.resolve(algorithm, null), null)
                    .getEncoded();
            wipeLast();
            last = new Derived(salted, iterations, key);
            return key.clone();
        } catch (JOSEException e) {
            throw new IllegalStateException("the runtime lacks a required cipher", e);
        }
    }

    private @Nullable BusyLine deriving() {
        return environment == null ? null : environment.busy("Deriving the key from the passphrase");
    }

    @Override
    public boolean isTyped() {
        return environment != null;
    }

    private void wipeLast() {
        if (last != null) {
            Arrays.fill(last.key(), (byte) 0);
            last = null;
        }
    }

    @Override
    public void close() {
        wipeLast();
        Arrays.fill(bytes, (byte) 0);
    }
}
