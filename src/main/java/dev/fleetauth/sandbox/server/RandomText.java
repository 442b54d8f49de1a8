package dev.fleetauth.sandbox.server;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Creates unpredictable random strings. */
public final class RandomText {

    private RandomText() {}

    public static String hex(SecureRandom random, int bytes) {
        byte[] drawn = new byte[bytes];
        random.nextBytes(drawn);
        return HexFormat.of().formatHex(drawn);
    }

    /** A version 4 UUID (RFC 9562 5.4), the form of Tesla's ids. */
    public static String uuid(SecureRandom random) {
        String hex = hex(random, 16);
        return String.join(
                "-",
                hex.substring(0, 8),
                hex.substring(8, 12),
                "4" + hex.substring(13, 16),
                "a" + hex.substring(17, 20),
                hex.substring(20));
    }
}
