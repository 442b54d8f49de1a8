package dev.fleetauth.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.fleetauth.host.Limits;
import dev.fleetauth.http.Http;
import dev.fleetauth.http.HttpResponse;
import dev.fleetauth.model.Dialect;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.testing.TestClock;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A provider's keys are cached for a day, or until none of them fits. */
@Tag("any-jdk")
class ProviderKeysTest {

    private static final String ISSUER = "https://provider.example";
    private static final URI JWKS = URI.create(ISSUER + "/keys");

    @TempDir
    Path folder;

    private final TestClock clock = new TestClock();
    private final List<Map<String, String>> asked = new ArrayList<>();
    private @Nullable String published;
    private @Nullable Failure failure;
    private ECKey first;
    private ECKey second;

    @BeforeEach
    void createTwoKeys() throws JOSEException {
        first = new ECKeyGenerator(Curve.P_256).keyID("first").generate();
        second = new ECKeyGenerator(Curve.P_256).keyID("second").generate();
        published = set(first);
    }

    private static String set(ECKey... keys) {
        return new JWKSet(List.of(keys)).toPublicJWKSet().toString();
    }

    private String signed(ECKey key) throws JOSEException {
        var jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(),
                new JWTClaimsSet.Builder()
                        .issuer(ISSUER)
                        .expirationTime(Date.from(clock.instant().plusSeconds(60)))
                        .build());
        jwt.sign(new ECDSASigner(key));
        return jwt.serialize();
    }

    /** Verifies a token as a new process would, with nothing from earlier calls but the cache. */
    private Optional<String> problemWith(String token) {
        Http http = new Http() {
            @Override
            public HttpResponse get(URI uri, Map<String, String> headers, int maxBytes) {
                asked.add(headers);
                if (failure != null) {
                    throw failure;
                }
                if (published == null) {
                    throw Failure.of(Kind.UNREACHABLE, uri, "nobody is there");
                }
                return new HttpResponse(uri, 200, Map.of(), published.getBytes(StandardCharsets.UTF_8));
            }

            @Override
            public HttpResponse post(URI uri, Map<String, String> headers, String form, int maxBytes) {
                throw new AssertionError("nothing is posted to verify a token");
            }
        };
        return new TokenVerifier(new ProviderKeys(http, folder, clock), clock)
                .problemWith(token, JWKS, Dialect.standard(ISSUER, false));
    }

    @Test
    void keysAreFetchedOnceADay() throws JOSEException {
        assertThat(problemWith(signed(first))).isEmpty();
        published = null;
        clock.advance(Duration.ofHours(23));
        assertThat(problemWith(signed(first))).isEmpty();
        assertThat(asked).containsExactly(Map.of());
        clock.advance(Duration.ofHours(2));
        String token = signed(first);
        assertThat(catchThrowableOfType(Failure.class, () -> problemWith(token)).kind())
                .isEqualTo(Kind.KEYS_UNAVAILABLE);
    }

    @Test
    void anInvalidProxyVariableIsNamed() throws JOSEException {
        failure = Failure.of(Kind.BAD_VALUE, "HTTPS_PROXY", "(not shown)", "a proxy");
        String token = signed(first);
        assertThat(catchThrowableOfType(Failure.class, () -> problemWith(token)).fields())
                .containsEntry("why", "HTTPS_PROXY is not valid");
    }

    @Test
    void theRequestForAMissingKeyBypassesHttpCaches() throws JOSEException {
        assertThat(problemWith(signed(first))).isEmpty();
        published = set(second);
        assertThat(problemWith(signed(second))).isEmpty();
        assertThat(problemWith(signed(second))).isEmpty();
        assertThat(asked).containsExactly(Map.of(), Map.of("Cache-Control", "no-cache"));
    }

    @Test
    void aReplacementKeyWithTheSameIdIsFetched() throws JOSEException {
        assertThat(problemWith(signed(first))).isEmpty();
        ECKey renewed = new ECKey.Builder(second).keyID("first").build();
        published = set(renewed);
        assertThat(problemWith(signed(renewed))).isEmpty();
        assertThat(problemWith(signed(first))).isPresent();
        assertThat(asked).hasSize(3);
    }

    @Test
    void anInvalidCacheFileIsIgnored() throws JOSEException, IOException {
        for (String kept : List.of("", "{}", "{\"address\":\"" + JWKS + "\",\"document\":\"[]\"}", "\0")) {
            assertThat(problemWith(signed(first))).isEmpty();
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.writeString(file, kept);
                }
            }
        }
        assertThat(problemWith(signed(first))).isEmpty();
        assertThat(asked).hasSize(5);
    }

    @Test
    void theLargestKeySetIsCached() throws JOSEException {
        String set = set(first);
        // A line ending takes two characters in the cache.
        published = set + "\n".repeat(Limits.KEYS_BYTES - set.length());
        assertThat(problemWith(signed(first))).isEmpty();
        assertThat(problemWith(signed(first))).isEmpty();
        assertThat(asked).hasSize(1);
    }

    @Test
    void aCacheFromTheFutureIsIgnored() throws JOSEException {
        assertThat(problemWith(signed(first))).isEmpty();
        clock.advance(Duration.ofHours(-1));
        assertThat(problemWith(signed(first))).isEmpty();
        assertThat(asked).hasSize(2);
    }
}
