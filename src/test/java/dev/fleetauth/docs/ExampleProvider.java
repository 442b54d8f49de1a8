package dev.fleetauth.docs;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.fleetauth.testing.TcpProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Credentials;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;

/**
 * The standard provider in the examples of {@code docs/providers.md}, with the two clients of the examples. Programs
 * reach it as {@code id.example.com} through {@link #proxy}, and have to trust {@link #root}.
 */
final class ExampleProvider implements AutoCloseable {

    /** The secret of {@code my-job}. */
    static final String SECRET = "secret-of-my-job";

    private static final String HOST = "id.example.com";
    private static final String ISSUER = "https://" + HOST + "/";
    private static final HeldCertificate ROOT =
            new HeldCertificate.Builder().certificateAuthority(0).build();

    private final RSAKey key;
    private final MockWebServer server = new MockWebServer();
    private final TcpProxy proxy;

    /** The authorization requests that were allowed, by code. */
    private final Map<String, Map<String, String>> allowed = new ConcurrentHashMap<>();

    ExampleProvider() throws IOException, JOSEException {
        key = new RSAKeyGenerator(2048).keyID("its-key").generate();
        HeldCertificate leaf = new HeldCertificate.Builder()
                .signedBy(ROOT)
                .addSubjectAlternativeName(HOST)
                .build();
        server.useHttps(new HandshakeCertificates.Builder()
                .heldCertificate(leaf)
                .build()
                .sslSocketFactory());
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return switch (request.getUrl().encodedPath()) {
                    case "/.well-known/openid-configuration" -> json(200, document());
                    case "/keys" -> json(200, new JWKSet(key).toJSONObject());
                    case "/authorize" ->
                        authorize(parameters(String.valueOf(request.getUrl().encodedQuery())));
                    case "/token" ->
                        token(
                                request.getHeaders().get("Authorization"),
                                parameters(Objects.requireNonNull(request.getBody())
                                        .utf8()));
                    default -> new MockResponse.Builder().code(404).build();
                };
            }
        });
        server.start(InetAddress.getLoopbackAddress(), 0);
        proxy = TcpProxy.tunnel(HOST + ":443", server.getPort());
    }

    /** The address of the proxy to the provider, for {@code HTTPS_PROXY}. */
    String proxy() {
        return "http://127.0.0.1:" + proxy.port();
    }

    /** The root certificate to trust, in PEM. */
    String root() {
        return ROOT.certificatePem();
    }

    private static Map<String, Object> document() {
        return Map.of(
                "issuer", ISSUER,
                "authorization_endpoint", ISSUER + "authorize",
                "token_endpoint", ISSUER + "token",
                "jwks_uri", ISSUER + "keys",
                "response_types_supported", List.of("code"),
                "subject_types_supported", List.of("public"),
                "id_token_signing_alg_values_supported", List.of("RS256"),
                "code_challenge_methods_supported", List.of("S256"),
                "token_endpoint_auth_methods_supported", List.of("client_secret_basic", "none"));
    }

    /** Allows a request, for a user who is already logged in. */
    private MockResponse authorize(Map<String, String> request) {
        String redirectUri = request.getOrDefault("redirect_uri", "");
        if (!"my-app".equals(request.get("client_id"))
                || !redirectUri.matches("http://127\\.0\\.0\\.1:\\d+/callback")) {
            return new MockResponse.Builder().code(400).build();
        }
        String code = "code-" + allowed.size();
        allowed.put(code, request);
        return new MockResponse.Builder()
                .code(302)
                .addHeader("Location", redirectUri + "?code=" + code + "&state=" + request.get("state"))
                .build();
    }

    private MockResponse token(@Nullable String authorization, Map<String, String> request) {
        Map<String, Object> response = new HashMap<>(Map.of("token_type", "Bearer", "expires_in", 3600));
        Map<String, String> login = allowed.remove(request.getOrDefault("code", ""));
        if (login != null
                && authorization == null
                && "my-app".equals(request.get("client_id"))
                && challenge(request).equals(login.get("code_challenge"))) {
            response.put("access_token", "access-of-my-app");
            response.put("id_token", idToken(login));
        } else if (Credentials.basic("my-job", SECRET).equals(authorization)
                && "client_credentials".equals(request.get("grant_type"))
                && "https://api.example.com".equals(request.get("audience"))) {
            response.put("access_token", "access-of-my-job");
        } else {
            return json(401, Map.of("error", "invalid_client"));
        }
        return json(200, response);
    }

    private static String challenge(Map<String, String> request) {
        try {
            byte[] verifier = request.getOrDefault("code_verifier", "").getBytes(StandardCharsets.US_ASCII);
            return Base64URL.encode(MessageDigest.getInstance("SHA-256").digest(verifier))
                    .toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private String idToken(Map<String, String> login) {
        long now = Instant.now().getEpochSecond();
        Map<String, Object> claims =
                new HashMap<>(Map.of("iss", ISSUER, "sub", "somebody", "aud", "my-app", "iat", now, "exp", now + 600));
        claims.put("nonce", login.get("nonce"));
        try {
            JWSObject token = new JWSObject(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID(key.getKeyID())
                            .build(),
                    new Payload(claims));
            token.sign(new RSASSASigner(key));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static MockResponse json(int status, Map<String, Object> members) {
        return new MockResponse.Builder()
                .code(status)
                .addHeader("Content-Type", "application/json")
                .body(JSONObjectUtils.toJSONString(members))
                .build();
    }

    private static Map<String, String> parameters(String form) {
        Map<String, String> parameters = new HashMap<>();
        Stream.of(form.split("&", -1))
                .map(pair -> pair.split("=", 2))
                .forEach(pair ->
                        parameters.put(pair[0], URLDecoder.decode(pair[pair.length - 1], StandardCharsets.UTF_8)));
        return parameters;
    }

    @Override
    public void close() throws IOException {
        proxy.close();
        server.close();
    }
}
