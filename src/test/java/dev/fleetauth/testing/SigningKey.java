package dev.fleetauth.testing;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;

/** The RSA key of every sandbox whose keys a test does not care about, under an id of its own in each. */
public final class SigningKey {

    public static final KeyPair OF_ALL = make();

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
