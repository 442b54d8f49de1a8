package dev.fleetauth.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;

/**
 * A program that may use {@code serve}, as stored.
 *
 * @param name its name, in the form of a profile name
 * @param keyHash the hash of its {@link ClientKey}
 * @param profiles the profiles that it has access to, sorted; at least one
 * @param isProxyOnly whether its requests are only forwarded, and it never receives an access token
 * @param isReadOnly whether only its GET and HEAD requests are forwarded
 * @param createdAt when it was added
 */
public record RegisteredClient(
        String name,
        String keyHash,
        List<ProfileName> profiles,
        boolean isProxyOnly,
        boolean isReadOnly,
        Instant createdAt) {

    /** @throws IllegalArgumentException if a value is invalid, or the values contradict each other */
    public RegisteredClient {
        profiles = profiles.stream().distinct().sorted().toList();
        if (!ProfileName.isName(name) || profiles.isEmpty() || (isReadOnly && !isProxyOnly)) {
            throw new IllegalArgumentException("not a client");
        }
    }

    /** Whether this is the hash of its key; compares in constant time. */
    public boolean hasKeyHash(String hash) {
        return MessageDigest.isEqual(keyHash.getBytes(StandardCharsets.UTF_8), hash.getBytes(StandardCharsets.UTF_8));
    }
}
