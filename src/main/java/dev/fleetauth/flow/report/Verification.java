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

/** Finds the keys that a token must be signed with, and the issuers it may name, and verifies it. */
public final class Verification {

    /**
     * What was verified.
     *
     * @param issuer the issuer that was accepted
     * @param why why it was
     * @param keys where the keys are from
     */
    public record Verified(String issuer, String why, URI keys) {}

    private final Engine engine;

    Verification(Engine engine) {
        this.engine = engine;
    }

    /** Where a token is to be verified. */
    private record Source(@Nullable URI keys, Dialect dialect, String why) {}

    /**
     * Verifies a JWT.
     *
     * @param settings the profile's; null if there is none
     * @throws Failure of kind {@code NOT_VERIFIABLE} if nobody is known whose keys it could be signed with, {@code
     *     RESPONSE_REJECTED} if it does not hold, {@code KEYS_UNAVAILABLE} if the keys cannot be had
     */
    Verified verify(String token, TokenKind kind, Map<String, Object> claims, @Nullable Settings settings) {
        Source source = source(kind, claims, settings);
        String issuer = String.valueOf(claims.get("iss"));
        URI keys = source.dialect().keysOf(issuer, source.keys());
        var http = engine.network(settings == null ? null : settings.certificates());
        engine.verifier(http)
                .problemWith(token, source.keys(), source.dialect())
                .ifPresent(wrong -> {
                    throw Failure.of(Kind.RESPONSE_REJECTED, "token", wrong);
                });
        if (keys == null) {
            throw new IllegalStateException("verified without keys");
        }
        return new Verified(issuer, source.why(), keys);
    }

    private static Source source(TokenKind kind, Map<String, Object> claims, @Nullable Settings settings) {
        List<String> ours = issuers(settings);
        if (TokenKind.isFromTesla(claims, ours)) {
            TokenType type =
                    kind.type() != null ? kind.type() : settings == null ? TokenType.THIRD_PARTY : type(settings);
            Region region = type.in(region(claims, settings));
            return new Source(
                    region.jwks(),
                    type.dialect(region),
                    "Tesla's tokens of this kind name it, which is not the issuer of its document");
        }
        if (settings != null && settings.region() == null) {
            return new Source(
                    settings.endpoints().jwks(),
                    Dialects.of(settings),
                    "it is the issuer of the profile, to the letter");
        }
        throw Failure.of(
                Kind.NOT_VERIFIABLE,
                "its issuer is neither Tesla nor a profile's provider, so whose keys it is to be checked with is not known");
    }

    /** The issuers of the tokens of a profile with Tesla, or with what stands in for it. */
    static List<String> issuers(@Nullable Settings settings) {
        Set<String> issuers = settings == null || settings.region() == null
                ? Set.of()
                : Dialects.of(settings).tokenIssuers();
        return List.copyOf(issuers);
    }

    private static TokenType type(Settings settings) {
        return settings.region() == null ? TokenType.THIRD_PARTY : Dialects.type(settings);
    }

    /** The profile's region if the token is of there, and else that of the token's issuer. */
    private static Region region(Map<String, Object> claims, @Nullable Settings settings) {
        String issuer = String.valueOf(claims.get("iss"));
        if (issuers(settings).contains(issuer) && settings != null && settings.region() != null) {
            Region chosen = Region.of(settings.region()).orElse(Region.NA);
            return Dialects.playedBy(chosen, settings.issuer());
        }
        return Region.ofIssuer(issuer).orElse(Region.NA);
    }
}
