package dev.fleetauth.oauth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.fleetauth.http.Answer;
import dev.fleetauth.http.Http;
import dev.fleetauth.model.Dialect;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Settings;
import dev.fleetauth.model.Tokens;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Verifies JWTs against the keys a provider publishes. The signature algorithms are the asymmetric ones (RFC 8725 3.1
 * and 3.2): with a symmetric one a public key would do as the secret.
 */
public final class TokenVerifier {

    private static final int MOST_BYTES = 512 * 1024;

    /** How far the provider's clock and this one may be apart. */
    private static final Duration SKEW = Duration.ofSeconds(60);

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

    private final Http http;
    private final Clock clock;

    public TokenVerifier(Http http, Clock clock) {
        this.http = http;
        this.clock = clock;
    }

    /**
     * Verifies an id token (OpenID Connect Core 3.1.3.7, and 12.2 for one that came with a refresh).
     *
     * @param tokens the answer it came in
     * @param nonce the nonce that was sent; null if it came with a refresh
     * @param at the time that its times are compared with: that of its coming, since the keys may have been away for longer
     *     than it lives, and by the provider's clock where that is known, since its times are
     * @return what is wrong with it; empty if nothing is
     * @throws Failure of kind {@code KEYS_UNAVAILABLE} if the keys cannot be had, which is no verdict
     */
    public Optional<String> wrongWithIdToken(
            Tokens tokens, Settings settings, Dialect dialect, @Nullable String nonce, Instant at) {
        if (tokens.idToken() == null) {
            return Optional.empty();
        }
        String idToken = tokens.idToken().reveal();
        Verdict verdict = verify(idToken, settings.endpoints().jwks(), dialect.tokenIssuers(), at);
        if (verdict.wrong() != null) {
            return Optional.of(verdict.wrong());
        }
        JWTClaimsSet claims = verdict.claims();
        List<String> audience = claims.getAudience();
        Object authorizedParty = claims.getClaim("azp");
        if (!audience.contains(settings.clientId())) {
            return Optional.of("it is meant for another client (aud)");
        }
        if (authorizedParty == null ? audience.size() > 1 : !authorizedParty.equals(settings.clientId())) {
            return Optional.of("it was issued to another client (azp)");
        }
        if (claims.getSubject() == null || claims.getSubject().isEmpty()) {
            return Optional.of("it names nobody (sub)");
        }
        if (claims.getIssueTime() == null) {
            return Optional.of("it does not say when it was issued (iat)");
        }
        if (nonce != null && !nonce.equals(claims.getClaim("nonce"))) {
            return Optional.of("it was not made for this login (nonce)");
        }
        return wrongWithHash(idToken, claims, tokens);
    }

    /**
     * Verifies any JWT of the provider: its signature, issuer and times.
     *
     * @return what is wrong with it; empty if nothing is
     * @throws Failure of kind {@code KEYS_UNAVAILABLE} if the keys cannot be had
     */
    public Optional<String> wrongWith(String token, @Nullable URI jwks, Dialect dialect) {
        return Optional.ofNullable(
                verify(token, jwks, dialect.tokenIssuers(), clock.instant()).wrong());
    }

    private record Verdict(JWTClaimsSet claims, @Nullable String wrong) {}

    private Verdict verify(String token, @Nullable URI jwks, Set<String> issuers, Instant at) {
        JWTClaimsSet claims = new JWTClaimsSet.Builder().build();
        try {
            SignedJWT jwt = parsed(() -> SignedJWT.parse(token));
            if (!ALGORITHMS.contains(jwt.getHeader().getAlgorithm())) {
                return new Verdict(claims, "its signature algorithm is not accepted (alg)");
            }
            if (jwks == null) {
                throw Failure.of(Kind.KEYS_UNAVAILABLE, "the provider", "it publishes no keys");
            }
            var processor = new DefaultJWTProcessor<SecurityContext>();
            processor.setJWSTypeVerifier((JOSEObjectTypeVerifier<SecurityContext>) (type, context) -> {});
            processor.setJWSKeySelector(
                    new JWSVerificationKeySelector<>(ALGORITHMS, new ImmutableJWKSet<>(keys(jwks))));
            processor.setJWTClaimsSetVerifier((unused, context) -> {});
            claims = processor.process(jwt, null);
        } catch (ParseException | BadJOSEException | JOSEException e) {
            return new Verdict(claims, "its signature does not fit the provider's keys");
        }
        return new Verdict(claims, wrongWithClaims(claims, issuers, at));
    }

    private static @Nullable String wrongWithClaims(JWTClaimsSet claims, Set<String> issuers, Instant at) {
        Date expires = claims.getExpirationTime();
        Date issued = claims.getIssueTime();
        Date notBefore = claims.getNotBeforeTime();
        if (claims.getIssuer() == null || !issuers.contains(claims.getIssuer())) {
            return "it is of another issuer (iss)";
        }
        if (expires == null) {
            return "it does not say when it ends (exp)";
        }
        if (!at.minus(SKEW).isBefore(expires.toInstant())) {
            return "it has expired (exp)";
        }
        if (issued != null && issued.toInstant().isAfter(at.plus(SKEW))) {
            return "it was issued in the future (iat); is this machine's clock right?";
        }
        if (notBefore != null && notBefore.toInstant().isAfter(at.plus(SKEW))) {
            return "it is not valid yet (nbf)";
        }
        return null;
    }

    /** The hash that binds an id token to its access token is optional, but must fit (OpenID Connect Core 3.1.3.6). */
    private static Optional<String> wrongWithHash(String idToken, JWTClaimsSet claims, Tokens tokens) {
        Object hash = claims.getClaim("at_hash");
        if (hash == null) {
            return Optional.empty();
        }
        return hash(tokens.accessToken(), idToken).equals(hash)
                ? Optional.empty()
                : Optional.of("it belongs to another access token (at_hash)");
    }

    /** The left half of the hash that goes with the id token's algorithm. */
    private static String hash(Secret accessToken, String idToken) {
        try {
            String algorithm =
                    SignedJWT.parse(idToken).getHeader().getAlgorithm().getName();
            byte[] hash = MessageDigest.getInstance("SHA-" + algorithm.substring(2))
                    .digest(accessToken.reveal().getBytes(StandardCharsets.UTF_8));
            return Base64URL.encode(Arrays.copyOf(hash, hash.length / 2)).toString();
        } catch (ParseException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("it was verified before", e);
        }
    }

    private interface Parsing<T> {
        T parse() throws ParseException;
    }

    /** The library falls over a null where it expects an object, which is not its caller's mistake. */
    private static <T> T parsed(Parsing<T> text) throws ParseException {
        try {
            return text.parse();
        } catch (RuntimeException e) {
            throw new ParseException("not what it should be", 0);
        }
    }

    private JWKSet keys(URI jwks) {
        try {
            Answer answer = http.get(jwks, Map.of(), MOST_BYTES);
            if (answer.status() != 200) {
                throw Failure.of(Kind.KEYS_UNAVAILABLE, jwks, "status " + answer.status());
            }
            return parsed(() -> JWKSet.parse(answer.text()));
        } catch (ParseException e) {
            throw Failure.because(e, Kind.KEYS_UNAVAILABLE, jwks, "what came is no set of keys");
        } catch (Failure e) {
            if (e.kind() == Kind.KEYS_UNAVAILABLE) {
                throw e;
            }
            throw Failure.because(
                    e, Kind.KEYS_UNAVAILABLE, jwks, e.fields().getOrDefault("why", "they could not be fetched"));
        }
    }
}
