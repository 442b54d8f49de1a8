package dev.fleetauth.sandbox.provider;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.fleetauth.sandbox.server.BoundedMap;
import dev.fleetauth.sandbox.server.Parameters;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Verifies client assertions (RFC 7523 3). Each must be for the issuer and expire soon, and is accepted once. */
final class Assertions {

    static final String METHOD = "private_key_jwt";
    static final List<String> ALGORITHMS = List.of("RS256", "PS256", "ES256");

    private static final String TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private static final Duration MAX_LIFETIME = Duration.ofMinutes(5);
    private static final Duration SKEW = Duration.ofSeconds(10);

    private final String issuer;
    private final Clock clock;
    private final Map<String, Boolean> seen = new BoundedMap<>();

    Assertions(String issuer, Clock clock) {
        this.issuer = issuer;
        this.clock = clock;
    }

    /** Whether a form contains a valid assertion of a client; each assertion is valid only the first time. */
    synchronized boolean isValid(String clientId, @Nullable JWK key, Parameters form) {
        if (key == null
                || !form.value("client_assertion_type").filter(TYPE::equals).isPresent()) {
            return false;
        }
        try {
            SignedJWT jwt = SignedJWT.parse(form.value("client_assertion").orElse(""));
            JWSAlgorithm algorithm = jwt.getHeader().getAlgorithm();
            boolean isSigned = ALGORITHMS.contains(algorithm.getName())
                    && String.valueOf(key.getKeyID()).equals(jwt.getHeader().getKeyID())
                    && jwt.verify(
                            key instanceof RSAKey rsa ? new RSASSAVerifier(rsa) : new ECDSAVerifier(key.toECKey()));
            return isSigned && areValid(clientId, jwt.getJWTClaimsSet());
        } catch (ParseException | JOSEException e) {
            return false;
        }
    }

    private boolean areValid(String clientId, JWTClaimsSet claims) {
        Instant now = clock.instant();
        return clientId.equals(claims.getIssuer())
                && clientId.equals(claims.getSubject())
                && claims.getAudience().equals(List.of(issuer))
                && isWithin(claims.getIssueTime(), now.minus(MAX_LIFETIME), now.plus(SKEW))
                && isWithin(claims.getExpirationTime(), now.minus(SKEW), now.plus(MAX_LIFETIME))
                && claims.getJWTID() != null
                && seen.put(claims.getJWTID(), true) == null;
    }

    private static boolean isWithin(@Nullable Date time, Instant from, Instant to) {
        return time != null
                && time.toInstant().isAfter(from)
                && time.toInstant().isBefore(to);
    }
}
