package dev.fleetauth.seal;

import com.nimbusds.jose.util.Base64URL;
import dev.fleetauth.host.file.MalformedException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a header says about the key-encryption key, none of which is authenticated.
 *
 * @param isPassphrase whether it is a passphrase
 * @param keyId the id of the key; null for a passphrase, or if the key has none
 * @param iterations the iterations of PBES2 (RFC 7518 4.8.1.2); null without a passphrase
 * @param members the names of the members that such a header has; callers add those of their own type of record
 */
record KeyHeader(
        boolean isPassphrase,
        @Nullable String keyId,
        @Nullable Long iterations,
        Set<String> members) {

    // Limits of the reader. Fewer iterations than the minimum of RFC 7518 4.8.1.2 are an error; more than the maximum,
    // which is the library's, would keep the reader busy.
    private static final long MIN_ITERATIONS = 1_000;
    private static final long MAX_ITERATIONS = 1_000_000;
    private static final int MIN_SALT_BYTES = 8;
    private static final int MAX_SALT_BYTES = 64;

    /**
     * Reads a header. Rejects an unknown algorithm, and parameters that would keep a reader busy or give no protection.
     */
    static KeyHeader of(Jwe sealed) throws MalformedException {
        Set<String> members = new HashSet<>(Set.of("alg", "enc", "typ", "version"));
        switch (sealed.text("alg")) {
            case "PBES2-HS512+A256KW" -> {
                members.addAll(Set.of("p2s", "p2c"));
                long iterations = sealed.number("p2c");
                requireCost(iterations, sealed.text("p2s"));
                return new KeyHeader(true, null, iterations, members);
            }
            case "A256KW" -> {
                String keyId = sealed.has("kid") ? sealed.text("kid") : null;
                if (keyId != null) {
                    members.add("kid");
                }
                return new KeyHeader(false, keyId, null, members);
            }
            default -> throw new MalformedException("it is sealed with an unknown algorithm");
        }
    }

    private static void requireCost(long iterations, String salt) throws MalformedException {
        if (iterations < MIN_ITERATIONS || iterations > MAX_ITERATIONS) {
            throw new MalformedException("its number of PBES2 iterations is invalid (" + iterations + ")");
        }
        int length = new Base64URL(salt).decode().length;
        if (length < MIN_SALT_BYTES || length > MAX_SALT_BYTES) {
            throw new MalformedException("its salt has an invalid length (" + length + " bytes)");
        }
    }
}
