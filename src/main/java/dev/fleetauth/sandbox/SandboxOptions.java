package dev.fleetauth.sandbox;

import dev.fleetauth.model.Scope;
import dev.fleetauth.tesla.Region;
import java.security.KeyPair;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to start one.
 *
 * @param port the port; 0 for a free one
 * @param strict whether it is a standard provider instead of Tesla's
 * @param region the part of the world that is played
 * @param redirectUris redirect URIs that are registered beside {@link Sandbox#REDIRECT_URI}, compared exactly; a strict one
 *     takes {@code /callback} on 127.0.0.1 and [::1] with any port as well (RFC 8252 7.3)
 * @param firstKey the RSA key that the applications' tokens are signed with until another is asked for; null for a new one
 * @param applicationScope what the portal has granted its applications at most; null for all scopes there are
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

    /** The same on a port of one's own choice. */
    public SandboxOptions withPort(int chosen) {
        return new SandboxOptions(chosen, strict, region, redirectUris, firstKey, applicationScope);
    }

    /** The same for another part of the world. */
    public SandboxOptions withRegion(Region other) {
        return new SandboxOptions(port, strict, other, redirectUris, firstKey, applicationScope);
    }

    /** The same for the part of the world with an id that {@link Sandbox#knows}. */
    public SandboxOptions withRegion(String id) {
        return withRegion(Region.of(id).orElseThrow());
    }

    /** The same with these redirect URIs registered too. */
    public SandboxOptions withRedirectUris(String... more) {
        return new SandboxOptions(port, strict, region, List.of(more), firstKey, applicationScope);
    }

    /** The same with a key that is there already: to make one takes a tenth of a second, which a thousand tests need not. */
    public SandboxOptions withFirstKey(KeyPair key) {
        return new SandboxOptions(port, strict, region, redirectUris, key, applicationScope);
    }

    /** The same for applications that the portal has granted no more than this. */
    public SandboxOptions withApplicationScope(Scope scope) {
        return new SandboxOptions(port, strict, region, redirectUris, firstKey, scope);
    }
}
