package dev.fleetauth.flow;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.fleetauth.host.Browser;
import dev.fleetauth.testing.SigningKey;
import dev.fleetauth.testing.StartedBrowser;
import dev.fleetauth.testing.TcpProxy;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.RSAPublicKey;
import java.time.Clock;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;

/**
 * Fake servers with the names of Tesla's, behind a proxy on loopback, with a certificate from a test root. Nothing
 * leaves this machine.
 */
public final class TeslaServers implements AutoCloseable {

    private static final HeldCertificate ROOT = new HeldCertificate.Builder()
            .certificateAuthority(0)
            .commonName("Test root")
            .build();

    private static final RSAKey KEY = new RSAKey.Builder((RSAPublicKey) SigningKey.SHARED.getPublic())
            .privateKey(SigningKey.SHARED.getPrivate())
            .keyID("tesla")
            .build();

    private final MockWebServer server = new MockWebServer();
    private final TcpProxy proxy;
    private final Clock clock;
    private final Queue<String> requests = new ConcurrentLinkedQueue<>();
    private volatile String nonce = "";

    /** The members of the discovery document, as JSON. */
    final Map<String, String> document = new TreeMap<>();

    /** The claim {@code iss} of both tokens. */
    String tokenIssuer;

    /** The parameter {@code iss} of the callback; null for none. */
    @Nullable
    String callbackIssuer;

    /** The claim {@code scp} of access tokens, in any form; null for none. */
    @Nullable
    Object scp = List.of("openid", "offline_access");

    /** More members of the token response, as JSON. */
    final Map<String, String> tokenMembers = new TreeMap<>();

    /** The response of the token endpoint; null for tokens. */
    @Nullable
    MockResponse refusal;

    /** The response of the Fleet API. */
    public MockResponse fleetApi =
            new MockResponse.Builder().code(404).body("{}").build();

    /** Responses that replace all others, by the method, host and path of a request: {@code GET example.com/path}. */
    final Map<String, MockResponse> responses = new TreeMap<>();

    /** The prefix of the code and the refresh tokens. */
    String prefix = "NA_";

    /** @param domain {@code com} or {@code cn} */
    public TeslaServers(String domain, Clock clock) throws IOException {
        this.clock = clock;
        String auth = "https://auth.tesla." + domain;
        tokenIssuer = auth + "/oauth2/v3/nts";
        document.put("issuer", quoted(auth));
        document.put("authorization_endpoint", quoted(auth + "/oauth2/v3/authorize"));
        document.put("token_endpoint", quoted(auth + "/oauth2/v3/token"));
        document.put("jwks_uri", quoted(auth + "/oauth2/v3/discovery/thirdparty/keys"));
        var leaf = new HeldCertificate.Builder().signedBy(ROOT);
        Set<String> hosts = Set.of(
                "example.com",
                "www.example.com",
                "auth.tesla." + domain,
                "fleet-auth.prd.vn.cloud.tesla.com",
                "fleet-api.prd.na.vn.cloud.tesla.com",
                "fleet-api.prd.eu.vn.cloud.tesla.com",
                "fleet-api.prd.cn.vn.cloud.tesla.cn");
        hosts.forEach(leaf::addSubjectAlternativeName);
        server.useHttps(new HandshakeCertificates.Builder()
                .heldCertificate(leaf.build())
                .build()
                .sslSocketFactory());
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return respond(request);
            }
        });
        server.start();
        proxy = TcpProxy.tunnel(
                hosts.stream().map(host -> host + ":443").collect(Collectors.toSet()), server.getPort());
    }

    /** The value of {@code HTTPS_PROXY} with which a command reaches these servers. */
    public String proxy() {
        return "http://127.0.0.1:" + proxy.port();
    }

    /** The root certificate to trust, in PEM, for the file that {@code FLEETAUTH_CACERT} names. */
    public static String certificates() {
        return ROOT.certificatePem();
    }

    /** The host and path of each request so far. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    /** A user who immediately allows what the page requests. */
    public Browser user() {
        return page -> {
            StartedBrowser browser = StartedBrowser.at(page);
            Map<String, String> asked = parameters(browser.address().getRawQuery());
            nonce = asked.getOrDefault("nonce", "");
            String issuer = callbackIssuer == null ? "" : "&iss=" + encoded(callbackIssuer);
            browser.comeBackTo(URI.create(asked.get("redirect_uri") + "?code=" + prefix
                    + "the-code-of-this-login&state=" + encoded(Objects.requireNonNull(asked.get("state"))) + issuer));
            return true;
        };
    }

    private MockResponse respond(RecordedRequest request) {
        String host = request.getUrl().host();
        String path = request.getUrl().encodedPath();
        requests.add(host + path);
        MockResponse chosen = responses.get(request.getMethod() + " " + host + path);
        if (chosen != null) {
            return chosen;
        }
        if (path.endsWith("/.well-known/openid-configuration")) {
            return json(object(document));
        }
        if (path.endsWith("/keys")) {
            return json("{\"keys\":[" + KEY.toPublicJWK().toJSONString() + "]}");
        }
        if (host.startsWith("fleet-api.")) {
            return fleetApi;
        }
        if (!path.endsWith("/token")) {
            return new MockResponse.Builder().code(404).build();
        }
        return refusal != null ? refusal : json(object(tokens()));
    }

    private Map<String, String> tokens() {
        Map<String, String> members = new TreeMap<>();
        var access = claims("an-audience").claim("azp", "a-client").claim("amr", List.of("pwd"));
        if (scp != null) {
            access.claim("scp", scp);
        }
        members.put("access_token", quoted(signed(access)));
        members.put("id_token", quoted(signed(claims("a-client").claim("nonce", nonce.isEmpty() ? null : nonce))));
        members.put("refresh_token", quoted(prefix + "refresh-token-" + requests.size()));
        members.put("token_type", quoted("Bearer"));
        members.put("expires_in", "28800");
        members.putAll(tokenMembers);
        return members;
    }

    private JWTClaimsSet.Builder claims(String audience) {
        Date now = Date.from(clock.instant());
        return new JWTClaimsSet.Builder()
                .issuer(tokenIssuer)
                .subject("a-person")
                .audience(audience)
                .issueTime(now)
                .expirationTime(Date.from(now.toInstant().plusSeconds(28_800)));
    }

    private static String signed(JWTClaimsSet.Builder claims) {
        try {
            var jwt = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID(KEY.getKeyID())
                            .build(),
                    claims.build());
            jwt.sign(new RSASSASigner(KEY));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A response with status 200 and a JSON body. */
    public static MockResponse json(String body) {
        return json(200, body);
    }

    static MockResponse json(int status, String body) {
        return new MockResponse.Builder()
                .code(status)
                .addHeader("Content-Type", "application/json")
                .body(body)
                .build();
    }

    private static String object(Map<String, String> members) {
        StringBuilder json = new StringBuilder("{");
        members.forEach((name, value) -> json.append(json.length() == 1 ? "" : ",")
                .append(quoted(name))
                .append(':')
                .append(value));
        return json.append('}').toString();
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new TreeMap<>();
        for (String parameter : query.split("&", -1)) {
            String[] parts = parameter.split("=", 2);
            parameters.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return parameters;
    }

    @Override
    public void close() throws IOException {
        proxy.close();
        server.close();
    }
}
