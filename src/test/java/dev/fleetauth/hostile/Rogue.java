package dev.fleetauth.hostile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.jspecify.annotations.Nullable;

/** A provider that conforms to the standards until a case makes it misbehave. Its secrets contain the word canary. */
final class Rogue implements AutoCloseable {

    static final String CLIENT = "a-client";
    static final String CLIENT_SECRET = "canary secret+/=";

    /** When the user logged in, which the id token of a refresh repeats. */
    private static final long LOGGED_IN_AT = 1_750_000_000;

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Map<String, String> LETTERS = Map.of(
            "/.well-known/openid-configuration", "D",
            "/.well-known/oauth-authorization-server", "O",
            "/device_authorization", "A",
            "/token", "T",
            "/jwks", "K",
            "/revoke", "R");

    final MockWebServer server = new MockWebServer();
    private final Clock clock;
    private final StringBuilder requests = new StringBuilder();
    private final List<String> bodies = new ArrayList<>();
    private int issued;

    // How it misbehaves; see beGood.
    private final Map<String, Function<RecordedRequest, MockResponse.Builder>> responses = new HashMap<>();
    private Consumer<ObjectNode> document = json -> {};
    private Consumer<ObjectNode> token = json -> {};
    private Consumer<ObjectNode> device = json -> {};
    private Consumer<Map<String, Object>> claims = all -> {};
    private String nonce = "";
    private String subject = "somebody";
    private JWK signingKey = TestKeys.RSA;
    private String algorithm = "RS256";
    private @Nullable String keyId = TestKeys.RSA.getKeyID();
    private Consumer<JWSHeader.Builder> header = all -> {};
    private List<JWK> published = List.of(TestKeys.RSA);

    Rogue(Clock clock) {
        this.clock = clock;
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return handle(request).build();
            }
        });
        try {
            server.start(InetAddress.getLoopbackAddress(), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Conforms again, and forgets the requests. */
    synchronized void beGood() {
        responses.clear();
        document = json -> {};
        token = json -> {};
        device = json -> {};
        claims = all -> {};
        header = all -> {};
        signWith(TestKeys.RSA, "RS256", TestKeys.RSA.getKeyID());
        publish(TestKeys.RSA);
        requests.setLength(0);
        bodies.clear();
    }

    String issuer() {
        return "http://127.0.0.1:" + server.getPort();
    }

    synchronized String requests() {
        return requests.toString();
    }

    /** The bodies of the requests. */
    synchronized List<String> bodies() {
        return List.copyOf(bodies);
    }

    String accessToken() {
        return "canary-access-" + issued;
    }

    String refreshToken() {
        return "canary-refresh-" + issued;
    }

    /** Sets the response at a path. */
    synchronized void respond(String path, Function<RecordedRequest, MockResponse.Builder> response) {
        responses.put(path, response);
    }

    void respond(String path, int status, String body, String... headers) {
        respond(path, request -> response(status, body, headers));
    }

    /** Changes the discovery document. */
    void document(Consumer<ObjectNode> change) {
        document = change;
    }

    /** Sets a member of the discovery document to a JSON value; an empty string removes it. */
    void document(String name, String json) {
        document = all -> set(all, name, json);
    }

    /** Sets a member of the token response to a JSON value; an empty string removes it. */
    void token(String name, String json) {
        Consumer<ObjectNode> before = token;
        token = before.andThen(all -> set(all, name, json));
    }

    /** Sets a member of the device authorization response to a JSON value; an empty string removes it. */
    void device(String name, String json) {
        device = all -> set(all, name, json);
    }

    /** Responds at a path with these bodies and status 400 first, and then conforms. */
    void refuseFirst(String path, String... bodies) {
        Deque<String> waiting = new ArrayDeque<>(List.of(bodies));
        respond(path, request -> waiting.isEmpty() ? good(request) : response(400, waiting.remove()));
    }

    /** Sets a claim of the id token; null removes it. */
    void claim(String name, @Nullable Object value) {
        claims = all -> {
            if (value == null) {
                all.remove(name);
            } else {
                all.put(name, value);
            }
        };
    }

    /**
     * Sets the key, and the algorithm and key id in the header, with which tokens are signed.
     *
     * @param id the key id; null to omit it
     */
    void signWith(JWK key, String signingAlgorithm, @Nullable String id) {
        signingKey = key;
        algorithm = signingAlgorithm;
        keyId = id;
    }

    /** Changes the header of signed tokens. */
    void header(Consumer<JWSHeader.Builder> change) {
        header = change;
    }

    /** Sets the published keys. */
    void publish(JWK... keys) {
        published = List.of(keys);
    }

    /** Sets the nonce of the next id token: that of the authorization request. */
    void nonce(String requested) {
        nonce = requested;
    }

    /** Sets the user who logs in. */
    void subject(String user) {
        subject = user;
    }

    private synchronized MockResponse.Builder handle(RecordedRequest request) {
        String path = request.getUrl().encodedPath();
        requests.append(LETTERS.getOrDefault(path, "?"));
        if (request.getBody() != null) {
            bodies.add(request.getBody().utf8());
        }
        Function<RecordedRequest, MockResponse.Builder> other = responses.get(path);
        return other != null ? other.apply(request) : good(request);
    }

    /** The response that conforms to the standards, with the changes of the case. */
    MockResponse.Builder good(RecordedRequest request) {
        String path = request.getUrl().encodedPath();
        return switch (path) {
            case "/.well-known/openid-configuration" -> json(document());
            case "/token" ->
                json(tokens(Objects.requireNonNull(request.getBody()).utf8()));
            case "/device_authorization" -> json(device());
            case "/jwks" -> response(200, new JWKSet(published).toPublicJWKSet().toString());
            case "/revoke" -> response(200, "");
            default -> response(404, "");
        };
    }

    ObjectNode document() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("issuer", issuer())
                .put("authorization_endpoint", issuer() + "/authorize")
                .put("token_endpoint", issuer() + "/token")
                .put("device_authorization_endpoint", issuer() + "/device_authorization")
                .put("jwks_uri", issuer() + "/jwks")
                .put("revocation_endpoint", issuer() + "/revoke");
        json.putArray("scopes_supported").add("openid").add("offline_access");
        document.accept(json);
        return json;
    }

    private ObjectNode device() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("device_code", "canary-device-code")
                .put("user_code", "WDJB-MJHT")
                .put("verification_uri", issuer() + "/device")
                .put("verification_uri_complete", issuer() + "/device?user_code=WDJB-MJHT")
                .put("expires_in", 600)
                .put("interval", 1);
        device.accept(json);
        return json;
    }

    private ObjectNode tokens(String form) {
        issued++;
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("access_token", accessToken())
                .put("token_type", "Bearer")
                .put("expires_in", 3600)
                .put("refresh_token", refreshToken());
        json.put("id_token", idToken(form.contains("grant_type=authorization_code")));
        token.accept(json);
        return json;
    }

    private String idToken(boolean isLogin) {
        long now = clock.instant().getEpochSecond();
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("iss", issuer());
        all.put("sub", subject);
        all.put("aud", CLIENT);
        all.put("exp", now + 600);
        all.put("iat", now);
        all.put("auth_time", LOGGED_IN_AT);
        if (isLogin) {
            all.put("nonce", nonce);
        }
        claims.accept(all);
        return signed(new Payload(all));
    }

    String signed(Payload payload) {
        try {
            var all = new JWSHeader.Builder(JWSAlgorithm.parse(algorithm)).keyID(keyId);
            header.accept(all);
            JWSObject jws = new JWSObject(all.build(), payload);
            jws.sign(signer());
            return jws.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private JWSSigner signer() throws JOSEException {
        if (signingKey instanceof OctetSequenceKey secret) {
            byte[] key = secret.toByteArray();
            return new MACSigner(key.length < 64 ? Arrays.copyOf(key, 64) : key);
        }
        return signingKey instanceof ECKey ec ? new ECDSASigner(ec) : new RSASSASigner(signingKey.toRSAKey());
    }

    static MockResponse.Builder response(int status, String body, String... headers) {
        var response = new MockResponse.Builder().code(status).body(body);
        for (int i = 0; i < headers.length; i += 2) {
            response.addHeader(headers[i], headers[i + 1]);
        }
        return response;
    }

    private static MockResponse.Builder json(JsonNode json) {
        return response(200, json.toString(), "Content-Type", "application/json");
    }

    private static void set(ObjectNode all, String name, String json) {
        if (json.isEmpty()) {
            all.remove(name);
            return;
        }
        try {
            all.set(name, MAPPER.readTree(json.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
