package dev.fleetauth.flow.report;

import dev.fleetauth.flow.Dialects;
import dev.fleetauth.flow.Engine;
import dev.fleetauth.model.Dialect;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Settings;
import dev.fleetauth.tesla.Region;
import dev.fleetauth.tesla.TokenKind;
import dev.fleetauth.tesla.TokenType;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Verifies a token, after determining its signing keys and acceptable issuers. */
public final class Verification {

    /**
     * The result of a verification.
     *
     * @param issuer the accepted issuer
     * @param why why it was accepted
     * @param keys the address of the keys
     */
    public record Verified(String issuer, String why, URI keys) {}

    private final Engine engine;

    Verification(Engine engine) {
        this.engine = engine;
    }

    /** The keys and dialect to verify a token with. */
    private record Source(@Nullable URI keys, Dialect dialect, String why) {}

    /**
     * Verifies a JWT.
     *
     * @param settings the profile's settings; null for none
     * @throws Failure of kind {@code NOT_VERIFIABLE} if its signer is unknown, {@code TOKEN_REJECTED} if it is
     *     invalid, {@code KEYS_UNAVAILABLE} if the keys cannot be fetched
     */
    Verified verify(String token, TokenKind kind, Map<String, Object> claims, @Nullable Settings settings) {
        Source source = source(kind, claims, settings);
        String issuer = String.valueOf(claims.get("iss"));
        URI keys = source.dialect().keysOf(issuer, source.keys());
        var http = engine.network(settings == null ? null : settings.certificates());
        engine.verifier(http)
                .problemWith(token, source.keys(), source.dialect())
                .ifPresent(wrong -> {
                    throw Failure.of(Kind.TOKEN_REJECTED, wrong);
                });
        if (keys == null) {
            throw new IllegalStateException("verified without keys");
        }
        return new Verified(issuer, source.why(), keys);
    }

    private static Source source(TokenKind kind, Map<String, Object> claims, @Nullable Settings settings) {
        List<String> profileIssuers = issuers(settings);
        if (TokenKind.isFromTesla(claims, profileIssuers)) {
            TokenType type =
                    kind.type() != null ? kind.type() : settings == null ? TokenType.THIRD_PARTY : type(settings);
            Region region = type.in(region(claims, settings));
            return new Source(
                    region.jwks(),
                    type.dialect(region),
                    "Tesla's tokens of this kind name this issuer, even if Tesla's discovery document names another");
        }
        if (settings != null && settings.region() == null) {
            return new Source(
                    settings.endpoints().jwks(),
                    Dialects.of(settings),
                    "it is the issuer of the profile, character for character");
        }
        throw Failure.of(
                Kind.NOT_VERIFIABLE,
                "its issuer is neither Tesla nor the profile's provider, so its signing keys are unknown");
    }

    /** The token issuers of a profile whose provider is Tesla or a stand-in for it; empty for any other profile. */
    static List<String> issuers(@Nullable Settings settings) {
        Set<String> issuers = settings == null || settings.region() == null
                ? Set.of()
                : Dialects.of(settings).tokenIssuers();
        return List.copyOf(issuers);
    }

    private static TokenType type(Settings settings) {
        return settings.region() == null ? TokenType.THIRD_PARTY : Dialects.type(settings);
    }

    /** The profile's region if it has the token's issuer, else the region of that issuer. */
    private static Region region(Map<String, Object> claims, @Nullable Settings settings) {
        String issuer = String.valueOf(claims.get("iss"));
        if (issuers(settings).contains(issuer) && settings != null && settings.region() != null) {
            Region chosen = Region.of(settings.region()).orElse(Region.NA);
            return Dialects.servedBy(chosen, settings.issuer());
        }
        return Region.ofIssuer(issuer).orElse(Region.NA);
    }
}
