package org.bouncycastle.crypto;

/**
 * Takes the place of BouncyCastle's own, which each cipher asks whether it may be used. Nobody here forbids one, and what the
 * original gets ready before it says so (a logger, for which the JDK searches every jar of the class path, and the groups of
 * Diffie-Hellman and DSA) is a third of a start from a class path and a fifth of the
 * image's. See {@code docs/dev/performance.md}.
 */
public final class CryptoServicesRegistrar {

    private CryptoServicesRegistrar() {}

    /** Allows everything, as the original does where no constraints were set. */
    public static void checkConstraints(CryptoServiceProperties service) {}
}
