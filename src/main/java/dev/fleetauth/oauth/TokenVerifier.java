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
import com.nimbusds.jose.util.Base64URL;
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
import java.nio.charset.StandardCharsets;
import java.security.interfaces.RSAPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Verifies JWTs against the keys that a provider publishes. Only asymmetric signature algorithms are accepted (RFC 8725
 * 3.1 and 3.2): with a symmetric one, the public key could be used as the secret.
 *
 * <p>The JOSE library verifies signatures and the OAuth SDK the hash of the access token. {@link Jwt} decodes the token,
 * since the JOSE library's parser loads a JSON library that nothing else in a refresh needs. The claims are checked here: the SDK's
 * {@code IDTokenClaimsVerifier} accepts several audiences without {@code azp}, an {@code nbf} in the future and an empty
 * {@code sub}, and compares times with the clock instead of with the time of the response.
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

    /** The end of the year 9999, in seconds since 1970. */
    private static final double MAX_TIME = 253_402_300_800.0;

    private static final String NOT_SIGNED = "it is not a signed JWT";

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
        Optional<Jwt> decoded = Jwt.decode(idToken);
        if (decoded.isEmpty()) {
            return Optional.of(NOT_SIGNED);
        }
        Jwt jwt = decoded.get();
        String problem = problem(idToken, jwt, settings.endpoints().jwks(), dialect, at, tokens.receivedAt());
        if (problem != null) {
            return Optional.of(ServerText.withoutSecrets(problem, secrets(tokens, settings)));
        }
        Map<String, Object> claims = jwt.claims();
        List<String> audience = Jwt.strings(claims.get("aud"));
        Object authorizedParty = claims.get("azp");
        if (!audience.contains(settings.clientId())) {
            return Optional.of("it is not intended for this client (aud)");
        }
        if (authorizedParty == null ? audience.size() > 1 : !authorizedParty.equals(settings.clientId())) {
            return Optional.of("it does not name this client as its authorized party (azp)");
        }
        if (!(claims.get("sub") instanceof String subject) || subject.isEmpty()) {
            return Optional.of("it names no subject (sub)");
        }
        if (claims.get("iat") == null) {
            return Optional.of("it has no issue time (iat)");
        }
        if (nonce != null && !nonce.equals(claims.get("nonce"))) {
            return Optional.of("it was not issued for this login (nonce)");
        }
        return problemWithHash(jwt, tokens);
    }

    /**
     * Verifies any JWT of the provider: its signature, issuer and times.
     *
     * @return the problem; empty if the token is valid
     * @throws Failure of kind {@code KEYS_UNAVAILABLE} if the key to verify it is unavailable
     */
    public Optional<String> problemWith(String token, @Nullable URI jwks, Dialect dialect) {
        Instant now = clock.instant();
        Optional<Jwt> jwt = Jwt.decode(token);
        return jwt.isEmpty()
                ? Optional.of(NOT_SIGNED)
                : Optional.ofNullable(problem(token, jwt.get(), jwks, dialect, now, now));
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

    /**
     * The problem with a token; null if it is valid.
     *
     * @param since when the token was received, by this machine's clock
     */
    private @Nullable String problem(
            String token, Jwt jwt, @Nullable URI published, Dialect dialect, Instant at, Instant since) {
        String problem = problemWithHeader(jwt.header());
        if (problem == null) {
            problem = problemWithTypes(jwt.claims());
        }
        if (problem == null) {
            problem = problemWithSignature(token.strip(), jwt, published, dialect, since);
        }
        return problem == null ? problemWithClaims(jwt.claims(), dialect.tokenIssuers(), at) : problem;
    }

    private static @Nullable String problemWithHeader(Map<String, Object> header) {
        if (!ALGORITHMS.contains(algorithm(header))) {
            return "its signature algorithm is not accepted (alg)";
        }
        if (header.get("kid") != null && !(header.get("kid") instanceof String)) {
            return "its key id is not a string (kid)";
        }
        // RFC 7515 4.1.11: a token with an extension that is critical and unknown is invalid, and none is known here.
        return header.containsKey("crit") ? "it requires an unknown extension (crit)" : null;
    }

    private static JWSAlgorithm algorithm(Map<String, Object> header) {
        return JWSAlgorithm.parse(String.valueOf(header.get("alg")));
    }

    private @Nullable String problemWithSignature(
            String token, Jwt jwt, @Nullable URI published, Dialect dialect, Instant since) {
        URI jwks = dialect.keysOf((String) jwt.claims().get("iss"), published);
        if (jwks == null) {
            throw Failure.of(Kind.KEYS_UNAVAILABLE, "the provider", "it publishes no keys");
        }
        JWSHeader header = new JWSHeader.Builder(algorithm(jwt.header()))
                .keyID((String) jwt.header().get("kid"))
                .build();
        if (isSigned(token, header, named(header, keys.cached(jwks).orElse(List.of())))) {
            return null;
        }
        List<JWK> fresh = fetchPublished(header, jwks);
        if (fresh.isEmpty() && clock.instant().isAfter(since.plus(MAX_PUBLICATION))) {
            return "its key is not among the provider's keys (kid)";
        }
        if (fresh.isEmpty()) {
            throw ProviderKeys.unavailable(jwks, "the response does not contain the key that the token names");
        }
        return isSigned(token, header, fresh) ? null : "its signature does not match the provider's keys";
    }

    /** The problem with the type of a claim (RFC 7519 4.1); null if there is none. */
    private static @Nullable String problemWithTypes(Map<String, Object> claims) {
        for (Map.Entry<String, Object> claim : claims.entrySet()) {
            if (claim.getValue() != null && !hasType(claim.getKey(), claim.getValue())) {
                return "it has a claim of the wrong type (" + claim.getKey() + ")";
            }
        }
        return null;
    }

    private static boolean hasType(String name, Object value) {
        return switch (name) {
            case "iss", "sub", "jti" -> value instanceof String;
            case "exp", "nbf", "iat" -> value instanceof Number time && Math.abs(time.doubleValue()) < MAX_TIME;
            case "aud" ->
                value instanceof String
                        || (value instanceof List<?> list && list.stream().allMatch(String.class::isInstance));
            default -> true;
        };
    }

    private static @Nullable String problemWithClaims(Map<String, Object> claims, Set<String> issuers, Instant at) {
        Instant expires = time(claims, "exp");
        Instant issued = time(claims, "iat");
        Instant notBefore = time(claims, "nbf");
        if (!(claims.get("iss") instanceof String issuer)) {
            return "it has no issuer (iss)";
        }
        if (!issuers.contains(issuer)) {
            return "it is from another issuer, " + ServerText.oneLine(issuer, MAX_ISSUER_CHARS) + " (iss)";
        }
        if (expires == null) {
            return "it has no expiry time (exp)";
        }
        if (!at.minus(SKEW).isBefore(expires)) {
            return "it has expired (exp)";
        }
        if (issued != null && issued.isAfter(at.plus(SKEW))) {
            return "it was issued in the future (iat); is this machine's clock correct?";
        }
        if (notBefore != null && notBefore.isAfter(at.plus(SKEW))) {
            return "it is not valid yet (nbf)";
        }
        return null;
    }

    private static @Nullable Instant time(Map<String, Object> claims, String name) {
        return claims.get(name) instanceof Number seconds ? Instant.ofEpochSecond(seconds.longValue()) : null;
    }

    /**
     * Checks the hash that binds an id token to its access token; it is optional but must match (OpenID Connect Core
     * 3.1.3.6).
     */
    private static Optional<String> problemWithHash(Jwt jwt, Tokens tokens) {
        Object hash = jwt.claims().get("at_hash");
        if (hash == null) {
            return Optional.empty();
        }
        try {
            AccessTokenValidator.validate(
                    new BearerAccessToken(tokens.accessToken().reveal()),
                    algorithm(jwt.header()),
                    new AccessTokenHash(hash.toString()));
            return Optional.empty();
        } catch (InvalidHashException | IllegalArgumentException e) {
            // The library rejects a blank hash.
            return Optional.of("it belongs to a different access token (at_hash)");
        }
    }

    /** Whether one of the keys verifies the signature of a compact JWS (RFC 7515 5.2). */
    private static boolean isSigned(String token, JWSHeader header, List<JWK> keys) {
        int end = token.lastIndexOf('.');
        byte[] signed = token.substring(0, end).getBytes(StandardCharsets.US_ASCII);
        Base64URL signature = new Base64URL(token.substring(end + 1));
        JWKMatcher suitable = JWKMatcher.forJWSHeader(header);
        for (JWK key : keys) {
            try {
                if (suitable.matches(key) && verifier(key).verify(header, signed, signature)) {
                    return true;
                }
            } catch (JOSEException e) {
                // A key that the library cannot use verifies nothing.
            }
        }
        return false;
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
     * even if it does not suit the token's algorithm; {@link #isSigned} checks that
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
