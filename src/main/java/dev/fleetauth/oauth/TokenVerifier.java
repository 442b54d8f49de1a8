package dev.fleetauth.oauth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.openid.connect.sdk.claims.AccessTokenHash;
import com.nimbusds.openid.connect.sdk.validators.AccessTokenValidator;
import com.nimbusds.openid.connect.sdk.validators.InvalidHashException;
import dev.fleetauth.host.Limits;
import dev.fleetauth.model.Dialect;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Settings;
import dev.fleetauth.model.Tokens;
import java.math.BigInteger;
import java.net.URI;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Verifies JWTs against the keys that a provider publishes. Only asymmetric signature algorithms are accepted (RFC 8725
 * 3.1 and 3.2): with a symmetric one, the public key could be used as the secret.
 *
 * <p>The JOSE library verifies signatures and the OAuth SDK the hash of the access token. The claims are checked here:
 * the SDK's {@code IDTokenClaimsVerifier} accepts several audiences without {@code azp}, an {@code nbf} in the future
 * and an empty {@code sub}, and compares times with the clock instead of with the time of the response.
 */
public final class TokenVerifier {

    /**
     * How long to wait for a key that is not published yet, since a new key takes a while to propagate. After that its
     * absence is a verdict, so that a response does not wait forever.
     */
    private static final Duration MAX_PUBLICATION = Duration.ofHours(1);

    /** The tolerated difference between the provider's clock and this machine's. */
    private static final Duration SKEW = Duration.ofSeconds(60);

    /** The maximum length of an unknown issuer that is shown. */
    private static final int MAX_ISSUER_CHARS = 200;

    private static final String UNREADABLE = "its claims are malformed";

    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    private final ProviderKeys keys;
    private final Clock clock;

    public TokenVerifier(ProviderKeys keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /**
     * Verifies an id token (OpenID Connect Core 3.1.3.7, and 12.2 for one from a refresh).
     *
     * @param tokens the response it came in
     * @param nonce the nonce that was sent; null if the id token came with a refresh
     * @param at the time of the response, by the provider's clock if known. The token's times are compared with it
     *     and not with the current time, since the keys may have been unavailable for longer than the token is valid
     * @return the problem; empty if the id token is valid, or if the response contains none
     * @throws Failure of kind {@code KEYS_UNAVAILABLE} if the key to verify it is unavailable, which is not a verdict
     */
    public Optional<String> problemWithIdToken(
            Tokens tokens, Settings settings, Dialect dialect, @Nullable String nonce, Instant at) {
        if (tokens.idToken() == null) {
            return Optional.empty();
        }
        String idToken = tokens.idToken().reveal();
        Verdict verdict = verify(idToken, settings.endpoints().jwks(), dialect, at, tokens.receivedAt());
        if (verdict.problem() != null) {
            return Optional.of(ServerText.withoutSecrets(verdict.problem(), secrets(tokens, settings)));
        }
        JWTClaimsSet claims = verdict.claims();
        List<String> audience = claims.getAudience();
        Object authorizedParty = claims.getClaim("azp");
        if (!audience.contains(settings.clientId())) {
            return Optional.of("it is not intended for this client (aud)");
        }
        if (authorizedParty == null ? audience.size() > 1 : !authorizedParty.equals(settings.clientId())) {
            return Optional.of("it does not name this client as its authorized party (azp)");
        }
        if (claims.getSubject() == null || claims.getSubject().isEmpty()) {
            return Optional.of("it names no subject (sub)");
        }
        if (claims.getIssueTime() == null) {
            return Optional.of("it has no issue time (iat)");
        }
        if (nonce != null && !nonce.equals(claims.getClaim("nonce"))) {
            return Optional.of("it was not issued for this login (nonce)");
        }
        return problemWithHash(idToken, claims, tokens);
    }

    /**
     * Verifies any JWT of the provider: its signature, issuer and times.
     *
     * @return the problem; empty if the token is valid
     * @throws Failure of kind {@code KEYS_UNAVAILABLE} if the key to verify it is unavailable
     */
    public Optional<String> problemWith(String token, @Nullable URI jwks, Dialect dialect) {
        Instant now = clock.instant();
        return Optional.ofNullable(verify(token, jwks, dialect, now, now).problem());
    }

    /** The secrets that a claim shown in a message may repeat. */
    private static List<Secret> secrets(Tokens tokens, Settings settings) {
        List<Secret> secrets = new ArrayList<>(List.of(tokens.accessToken()));
        for (Secret secret : new @Nullable Secret[] {tokens.refreshToken(), settings.sharedSecret()}) {
            if (secret != null) {
                secrets.add(secret);
            }
        }
        return secrets;
    }

    private record Verdict(JWTClaimsSet claims, @Nullable String problem) {}

    /** @param since when the token was received, by this machine's clock */
    private Verdict verify(String token, @Nullable URI published, Dialect dialect, Instant at, Instant since) {
        JWTClaimsSet claims = new JWTClaimsSet.Builder().build();
        try {
            SignedJWT jwt = Jwt.parse(() -> SignedJWT.parse(token));
            if (!ALGORITHMS.contains(jwt.getHeader().getAlgorithm())) {
                return new Verdict(claims, "its signature algorithm is not accepted (alg)");
            }
            URI jwks = dialect.keysOf(claimedIssuer(token), published);
            if (jwks == null) {
                throw Failure.of(Kind.KEYS_UNAVAILABLE, "the provider", "it publishes no keys");
            }
            Optional<JWTClaimsSet> signed =
                    signed(jwt, named(jwt.getHeader(), keys.cached(jwks).orElse(List.of())));
            if (signed.isEmpty()) {
                List<JWK> fresh = fetchPublished(jwt.getHeader(), jwks);
                if (fresh.isEmpty() && clock.instant().isAfter(since.plus(MAX_PUBLICATION))) {
                    return new Verdict(claims, "its key is not among the provider's keys (kid)");
                }
                if (fresh.isEmpty()) {
                    throw ProviderKeys.unavailable(jwks, "the response does not contain the key that the token names");
                }
                signed = signed(jwt, fresh);
            }
            if (signed.isEmpty()) {
                // signed() parses the claims before it verifies the signature, so malformed claims end up here too.
                String problem = Jwt.decode(token)
                        .flatMap(decoded -> problemWithTypes(decoded.claims()))
                        .orElse(hasClaims(jwt) ? "its signature does not match the provider's keys" : UNREADABLE);
                return new Verdict(claims, problem);
            }
            claims = signed.get();
        } catch (ParseException e) {
            return new Verdict(claims, "it is not a signed JWT");
        }
        return new Verdict(claims, problemWithClaims(claims, dialect.tokenIssuers(), at));
    }

    private static boolean hasClaims(SignedJWT jwt) {
        try {
            return Jwt.parse(jwt::getJWTClaimsSet) != null;
        } catch (ParseException e) {
            return false;
        }
    }

    /** The problem with a claim whose type is not that of RFC 7519 4.1; the library has no specific error for it. */
    private static Optional<String> problemWithTypes(Map<String, Object> claims) {
        return claims.entrySet().stream()
                .filter(claim -> claim.getValue() != null && !hasType(claim.getKey(), claim.getValue()))
                .findFirst()
                .map(claim -> "it has a claim of the wrong type (" + claim.getKey() + ")");
    }

    private static boolean hasType(String name, Object value) {
        return switch (name) {
            case "iss", "sub", "jti" -> value instanceof String;
            case "exp", "nbf", "iat" -> value instanceof Number;
            case "aud" ->
                value instanceof String
                        || (value instanceof List<?> list && list.stream().allMatch(String.class::isInstance));
            default -> true;
        };
    }

    /** The issuer that an unverified token claims; null if it claims none. */
    private static @Nullable String claimedIssuer(String token) {
        Object issuer = Jwt.claims(new Secret(token)).get("iss");
        return issuer == null ? null : issuer.toString();
    }

    private static @Nullable String problemWithClaims(JWTClaimsSet claims, Set<String> issuers, Instant at) {
        Date expires = claims.getExpirationTime();
        Date issued = claims.getIssueTime();
        Date notBefore = claims.getNotBeforeTime();
        if (claims.getIssuer() == null) {
            return "it has no issuer (iss)";
        }
        if (!issuers.contains(claims.getIssuer())) {
            return "it is from another issuer, " + ServerText.oneLine(claims.getIssuer(), MAX_ISSUER_CHARS) + " (iss)";
        }
        if (expires == null) {
            return "it has no expiry time (exp)";
        }
        if (!at.minus(SKEW).isBefore(expires.toInstant())) {
            return "it has expired (exp)";
        }
        if (issued != null && issued.toInstant().isAfter(at.plus(SKEW))) {
            return "it was issued in the future (iat); is this machine's clock correct?";
        }
        if (notBefore != null && notBefore.toInstant().isAfter(at.plus(SKEW))) {
            return "it is not valid yet (nbf)";
        }
        return null;
    }

    /**
     * Checks the hash that binds an id token to its access token; it is optional but must match (OpenID Connect Core
     * 3.1.3.6).
     */
    private static Optional<String> problemWithHash(String idToken, JWTClaimsSet claims, Tokens tokens) {
        Object hash = claims.getClaim("at_hash");
        if (hash == null) {
            return Optional.empty();
        }
        try {
            AccessTokenValidator.validate(
                    new BearerAccessToken(tokens.accessToken().reveal()),
                    SignedJWT.parse(idToken).getHeader().getAlgorithm(),
                    new AccessTokenHash(hash.toString()));
            return Optional.empty();
        } catch (InvalidHashException | IllegalArgumentException e) {
            // The library rejects a blank hash.
            return Optional.of("it belongs to a different access token (at_hash)");
        } catch (ParseException e) {
            throw new IllegalStateException("the token was already parsed", e);
        }
    }

    /** The claims of a token, if one of the keys verifies its signature. */
    private static Optional<JWTClaimsSet> signed(SignedJWT jwt, List<JWK> keys) {
        JWKMatcher suitable = JWKMatcher.forJWSHeader(jwt.getHeader());
        try {
            JWTClaimsSet claims = Jwt.parse(jwt::getJWTClaimsSet);
            for (JWK key : keys) {
                if (suitable.matches(key) && jwt.verify(verifier(key))) {
                    return Optional.of(claims);
                }
            }
        } catch (ParseException | JOSEException e) {
            // Malformed claims, or a key that the library cannot use: in either case, nothing was verified.
        }
        return Optional.empty();
    }

    private static JWSVerifier verifier(JWK key) throws JOSEException {
        return key instanceof RSAKey rsa
                ? new RSASSAVerifier(new PublishedKey(
                        rsa.getModulus().decodeToBigInteger(),
                        rsa.getPublicExponent().decodeToBigInteger()))
                : new ECDSAVerifier(key.toECKey());
    }

    /**
     * An RSA key that does not come from the JDK's factory, which on a cold JVM takes longer than the rest of a
     * verification.
     */
    private record PublishedKey(BigInteger getModulus, BigInteger getPublicExponent) implements RSAPublicKey {

        @Override
        public String getAlgorithm() {
            return "RSA";
        }

        @Override
        public @Nullable String getFormat() {
            return null;
        }

        @Override
        public byte @Nullable [] getEncoded() {
            return null;
        }
    }

    /**
     * Fetches the published keys that a token may be signed with. If keys were cached, or if the fetched ones do not
     * include the token's key, a request that bypasses intermediate caches is sent, since the provider may just have
     * rotated its keys.
     *
     * @return the keys; empty if the token's key is not published. A key with the id that the token names is included
     * even if it does not suit the token's algorithm; {@link #signed} checks that
     */
    private List<JWK> fetchPublished(JWSHeader header, URI jwks) {
        if (keys.cached(jwks).isEmpty()) {
            List<JWK> published = named(header, keys.fetch(jwks, Map.of()));
            if (!published.isEmpty()) {
                return published;
            }
        }
        return named(header, keys.fetch(jwks, Map.of("Cache-Control", "no-cache")));
    }

    private static List<JWK> named(JWSHeader header, List<JWK> keys) {
        List<JWK> named = new ArrayList<>();
        for (JWK key : keys) {
            boolean isNamed = header.getKeyID() == null
                    ? KeyType.forAlgorithm(header.getAlgorithm()).equals(key.getKeyType())
                    : header.getKeyID().equals(key.getKeyID());
            if (isNamed && !(key instanceof RSAKey rsa && rsa.size() < Limits.MIN_RSA_BITS)) {
                named.add(key);
            }
        }
        return named;
    }
}
