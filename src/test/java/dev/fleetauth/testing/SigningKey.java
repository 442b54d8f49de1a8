package dev.fleetauth.testing;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;

/** An RSA key for tests to which the key does not matter, generated only once because generating keys is slow. */
public final class SigningKey {

    public static final KeyPair SHARED = make();

    private SigningKey() {}

    private static KeyPair make() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
