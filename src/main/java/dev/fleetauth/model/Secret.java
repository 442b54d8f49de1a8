package dev.fleetauth.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** A secret string, such as a token, a code or a client secret. Its string form is a placeholder. */
public final class Secret {

    private final String value;

    public Secret(String value) {
        this.value = value;
    }

    /** The text itself. Every caller is a place where it could leak. */
    public String reveal() {
        return value;
    }

    /** Whether it has the form of a bearer token, the {@code b64token} of RFC 6750 2.1. */
    public boolean isB64Token() {
        int end = value.length();
        while (end > 0 && value.charAt(end - 1) == '=') {
            end--;
        }
        for (int i = 0; i < end; i++) {
            char c = value.charAt(i);
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letterOrDigit && "-._~+/".indexOf(c) < 0) {
                return false;
            }
        }
        return end > 0;
    }

    /** Compares in constant time. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Secret secret && MessageDigest.isEqual(bytes(), secret.bytes());
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "(secret)";
    }

    private byte[] bytes() {
        return value.getBytes(StandardCharsets.UTF_8);
    }
}
