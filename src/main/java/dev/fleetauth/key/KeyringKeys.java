package dev.fleetauth.key;

import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.host.keyring.Keyring;
import dev.fleetauth.host.keyring.NoSecretException;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.seal.WrappingKey;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Objects;

/** The keys of stores in a keyring, each as a JWK, as in a key file. */
final class KeyringKeys {

    private KeyringKeys() {}

    /** Creates a key in the keyring, and reads it back. */
    static WrappingKey create(Keyring keyring, String store, SecureRandom random) {
        WrappingKey key = WrappingKey.create(random);
        String id = Objects.requireNonNull(key.id());
        byte[] jwk = key.toJson();
        try {
            keyring.put(store, id, jwk);
        } catch (NoSecretException e) {
            throw failed(e);
        } finally {
            Arrays.fill(jwk, (byte) 0);
        }
        try {
            WrappingKey back = get(keyring, store, id);
            if (!back.isSameAs(key)) {
                throw failed(keyring.name(), "it returned a different key than was stored");
            }
            return back;
        } catch (Failure e) {
            keyring.erase(store, id);
            throw e;
        }
    }

    /** Reads a key from the keyring. */
    static WrappingKey get(Keyring keyring, String store, String id) {
        byte[] jwk = new byte[0];
        try {
            jwk = keyring.get(store, id);
            WrappingKey key = WrappingKey.parse(jwk);
            if (!id.equals(key.id())) {
                throw failed(keyring.name(), "it returned a different key than requested");
            }
            return key.recordedAs(keyring.recorded(), null);
        } catch (NoSecretException e) {
            throw failed(e);
        } catch (MalformedException e) {
            throw Failure.because(e, Kind.KEY_SOURCE_FAILED, keyring.name(), "the output is not a key: " + e.why());
        } finally {
            Arrays.fill(jwk, (byte) 0);
        }
    }

    static Failure failed(NoSecretException e) {
        return Failure.because(e, Kind.KEY_SOURCE_FAILED, e.source(), e.why());
    }

    private static Failure failed(String program, String why) {
        return Failure.of(Kind.KEY_SOURCE_FAILED, program, why);
    }
}
