package dev.fleetauth.sandbox;

import dev.fleetauth.model.Scope;
import dev.fleetauth.tesla.Region;
import java.security.KeyPair;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The options of a sandbox.
 *
 * @param port the port; 0 for a free one
 * @param strict whether it is a standard provider instead of Tesla's
 * @param region the simulated region
 * @param redirectUris redirect URIs that are registered in addition to {@link Sandbox#REDIRECT_URI}, compared exactly;
 * a strict sandbox also accepts {@code /callback} on 127.0.0.1 and [::1] with any port (RFC 8252 7.3)
 * @param firstKey the RSA key that signs the applications' tokens until it is rotated; null for a new one
 * @param applicationScope the maximum scope of the applications, as if set in the developer portal; null for all scopes
 */
public record SandboxOptions(
        int port,
        boolean strict,
        Region region,
        List<String> redirectUris,
        @Nullable KeyPair firstKey,
        @Nullable Scope applicationScope) {

    /** Tesla's server in North America, on a free port. */
    public static final SandboxOptions TESLA = new SandboxOptions(0, false, Region.NA, List.of(), null, null);

    /** A standard provider, on a free port. */
    public static final SandboxOptions STRICT = new SandboxOptions(0, true, Region.NA, List.of(), null, null);

    public SandboxOptions {
        redirectUris = List.copyOf(redirectUris);
    }

    /** The same options with a port. */
    public SandboxOptions withPort(int chosen) {
        return new SandboxOptions(chosen, strict, region, redirectUris, firstKey, applicationScope);
    }

    /** The same options with another region. */
    public SandboxOptions withRegion(Region other) {
        return new SandboxOptions(port, strict, other, redirectUris, firstKey, applicationScope);
    }

    /** The same options with the region that has this id; it must exist ({@link Sandbox#hasRegion}). */
    public SandboxOptions withRegion(String id) {
        return withRegion(Region.of(id).orElseThrow());
    }

    /** The same options with these additional redirect URIs, instead of earlier ones. */
    public SandboxOptions withRedirectUris(String... more) {
        return new SandboxOptions(port, strict, region, List.of(more), firstKey, applicationScope);
    }

    /** The same options with an existing key: creating one takes a tenth of a second, which would add up in tests. */
    public SandboxOptions withFirstKey(KeyPair key) {
        return new SandboxOptions(port, strict, region, redirectUris, key, applicationScope);
    }

    /** The same options with a maximum scope for the applications. */
    public SandboxOptions withApplicationScope(Scope scope) {
        return new SandboxOptions(port, strict, region, redirectUris, firstKey, scope);
    }
}
