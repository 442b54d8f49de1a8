package dev.fleetauth.hostile;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.fleetauth.hostile.Case.After;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;

/** A client that authenticates with a key, and a provider that misbehaves when it does. */
final class ClientKeyCases {

    private static final String PATH = "/token";
    private static final String INVALID = "{\"error\":\"invalid_client\",\"error_description\":\"No such client.\"}";
    private static final Pattern ASSERTION = Pattern.compile("client_assertion=([^&]+)");
    private static final String ALGORITHMS = "token_endpoint_auth_signing_alg_values_supported";

    private ClientKeyCases() {}

    static List<Case> all() {
        List<Case> all = new ArrayList<>();
        all.add(good("oidcc-client-test client_auth_type=private_key_jwt RS256", TestKeys.RSA, "RS256"));
        all.add(good("oidcc-client-test client_auth_type=private_key_jwt PS256", TestKeys.RSA, "PS256"));
        all.add(good("oidcc-client-test client_auth_type=private_key_jwt ES256", TestKeys.EC, "ES256"));
        all.add(new Case(
                "oidcc-client-test client_auth_type=client_secret_post",
                "login",
                ClientKeyCases::requirePostedSecret,
                0,
                "Logged in",
                "DTK",
                After.NEW));

        // Algorithms that the discovery document names.
        for (String list : List.of("[]", "[\"ES256\",\"none\"]", "[\"HS256\",\"ES256\",\"ES256\"]")) {
            all.add(login("the algorithms " + list, algorithms(list), 0, "Logged in", "DTK", After.NEW));
        }
        for (String list : List.of("[\"none\"]", "[\"HS256\"]", "[\"es256\"]", "[\"RS256\",\"PS256\"]", "[\"\"]")) {
            all.add(login("the algorithms " + list, algorithms(list), 5, "does not accept ES256", "D", After.SAME));
        }
        for (String list : List.of("\"ES256\"", "{}", "7", "[256]", "[null]", "[[\"ES256\"]]")) {
            all.add(login(
                    "the algorithms " + list, algorithms(list), 5, ALGORITHMS + " is not an array", "D", After.SAME));
        }

        // Verdicts on the client, which a wrong clock may cause.
        all.add(refused("401", 401, INVALID, Duration.ZERO, 5, "refused the request: invalid_client", "DT"));
        all.add(refused("400", 400, INVALID, Duration.ofSeconds(59), 5, "refused the request: invalid_client", "DT"));
        for (String skew : List.of("PT1H", "PT-1H", "PT61S", "PT-61S", "P3000D", "P-20000D")) {
            all.add(refused(
                    "a clock off by " + skew,
                    401,
                    INVALID,
                    Duration.parse(skew),
                    5,
                    "refused the request: invalid_client",
                    "DTT"));
            all.add(new Case(
                    "client key: a strict server whose clock is off by " + skew,
                    command() + " --grant client-credentials",
                    o -> {
                        write(o, TestKeys.EC);
                        // The times of an id token are not tested here.
                        o.rogue.token("id_token", "");
                        requireAssertion(o, TestKeys.EC, Duration.parse(skew));
                    },
                    0,
                    "Logged in",
                    "DTT",
                    After.NEW));
        }
        all.add(login(
                "a clock that jumps",
                ClientKeyCases::jump,
                5,
                "refused the request: invalid_client",
                "DTT",
                After.SAME));
        for (String date : List.of("", "soon", "0", "Thu, 99 Jan 2026 00:00:00 GMT", "9".repeat(5000))) {
            all.add(login(
                    "the date " + date.substring(0, Math.min(10, date.length())),
                    o -> o.rogue.respond(PATH, 401, INVALID, "Date", date),
                    5,
                    "refused the request: invalid_client",
                    "DT",
                    After.SAME));
        }
        Duration hour = Duration.ofHours(1);
        all.add(refused("503 and another clock", 503, INVALID, hour, 6, "failed temporarily (503", "DT"));
        all.add(refused("200 and another clock", 200, INVALID, hour, 5, "refused the request: invalid_client", "DT"));
        all.add(refused("a page and another clock", 401, "<html></html>", hour, 6, "HTML page", "DT"));
        all.add(refused(
                "a spent code and another clock",
                400,
                "{\"error\":\"invalid_grant\"}",
                hour,
                4,
                "invalid_grant",
                "DT"));
        all.add(refused("no error and another clock", 401, "{\"error\":[]}", hour, 6, "without an error code", "DT"));

        // Responses that repeat the assertion, or parts of it.
        for (String form : List.of("%s", "your assertion is %s, which is bad", "error %.60s", "<%S>")) {
            all.add(repeated(
                    "in a description as " + form,
                    form,
                    401,
                    "{\"error\":\"invalid_client\",\"error_description\":\"%s\"}",
                    5));
            all.add(repeated("as an error as " + form, form, 400, "{\"error\":\"%s\"}", 5));
        }
        all.add(repeated("on a page", "%s", 502, "<html><title>%s</title>", 6));
        all.add(repeated(
                "in a scope",
                "%s",
                400,
                "{\"error\":\"invalid_scope\",\"error_description\":\"%s\",\"scope\":\"%s\"}",
                5));
        all.add(login(
                "a redirect elsewhere",
                o -> o.rogue.respond(PATH, 307, "", "Location", "http://127.0.0.1:1/token"),
                6,
                "redirects are not followed",
                "DT",
                After.SAME));
        return all;
    }

    private static Case good(String name, JWK key, String algorithm) {
        Consumer<HostileFixture> setup = o -> {
            write(o, key);
            o.rogue.document(json -> {
                json.putArray("token_endpoint_auth_methods_supported").add("private_key_jwt");
                json.putArray(ALGORITHMS).add(algorithm);
            });
            requireAssertion(o, key, Duration.ZERO);
        };
        return new Case(name, command(), setup, 0, "Logged in", "DTK", After.NEW);
    }

    private static Case login(
            String name, Consumer<HostileFixture> setup, int exit, String output, String requests, After after) {
        Consumer<HostileFixture> keyed = o -> write(o, TestKeys.EC);
        return new Case("client key: " + name, command(), keyed.andThen(setup), exit, output, requests, after);
    }

    private static String command() {
        return "login --client-key {folder}/given";
    }

    private static Consumer<HostileFixture> algorithms(String json) {
        return o -> {
            o.rogue.document(ALGORITHMS, json);
            requireAssertion(o, TestKeys.EC, Duration.ZERO);
        };
    }

    private static Case refused(
            String name, int status, String body, Duration skew, int exit, String output, String requests) {
        return login(
                name,
                o -> o.rogue.respond(
                        PATH,
                        status,
                        body,
                        "Date",
                        date(o.shell.clock().instant().plus(skew))),
                exit,
                output,
                requests,
                After.SAME);
    }

    private static Case repeated(String name, String form, int status, String body, int exit) {
        Function<RecordedRequest, String> repeat = request -> String.format(form, assertion(request));
        return login(
                "repeated " + name,
                o -> o.rogue.respond(PATH, request -> {
                    // All but the beginning, which every assertion has.
                    o.shell.watch(assertion(request).substring(40));
                    return Rogue.response(status, body.replace("%s", repeat.apply(request)));
                }),
                exit,
                "",
                "DT",
                After.SAME);
    }

    private static void jump(HostileFixture o) {
        Instant start = o.shell.clock().instant();
        o.rogue.respond(
                PATH,
                request -> Rogue.response(
                        401,
                        INVALID,
                        "Date",
                        date(start.plus(Duration.ofDays(o.rogue.bodies().size())))));
    }

    /** Accepts an assertion once, if it is exactly right and valid by the server's clock. */
    private static void requireAssertion(HostileFixture o, JWK key, Duration skew) {
        Set<String> seen = new HashSet<>();
        Instant now = o.shell.clock().instant().plus(skew);
        o.rogue.respond(PATH, request -> {
            MockResponse.Builder answer = isRight(o, assertion(request), key, now, seen)
                    ? o.rogue.good(request)
                    : Rogue.response(401, INVALID);
            return skew.isZero() ? answer : answer.addHeader("Date", date(now));
        });
    }

    private static boolean isRight(HostileFixture o, String assertion, JWK key, Instant now, Set<String> seen) {
        try {
            SignedJWT jwt = SignedJWT.parse(assertion);
            JWTClaimsSet claims = jwt.getJWTClaimsSet();
            Instant issued = claims.getIssueTime().toInstant();
            Instant end = claims.getExpirationTime().toInstant();
            return jwt.verify(key instanceof RSAKey rsa ? new RSASSAVerifier(rsa) : new ECDSAVerifier(key.toECKey()))
                    && Objects.equals(jwt.getHeader().getKeyID(), key.getKeyID())
                    && claims.getIssuer().equals(Rogue.CLIENT)
                    && claims.getSubject().equals(Rogue.CLIENT)
                    && claims.getAudience().equals(List.of(o.rogue.issuer()))
                    && Duration.between(issued, now).abs().compareTo(Duration.ofSeconds(5)) < 0
                    && end.isAfter(now)
                    && end.isBefore(now.plus(Duration.ofMinutes(2)))
                    && seen.add(claims.getJWTID());
        } catch (Exception e) {
            return false;
        }
    }

    private static void requirePostedSecret(HostileFixture o) {
        o.rogue.document("token_endpoint_auth_methods_supported", "[\"client_secret_post\"]");
        o.rogue.respond(
                PATH,
                request -> Objects.requireNonNull(request.getBody())
                                .utf8()
                                .contains("client_secret=canary+secret%2B%2F%3D")
                        ? o.rogue.good(request)
                        : Rogue.response(401, INVALID));
    }

    private static String assertion(RecordedRequest request) {
        Matcher matcher =
                ASSERTION.matcher(Objects.requireNonNull(request.getBody()).utf8());
        return matcher.find() ? URLDecoder.decode(matcher.group(1), StandardCharsets.UTF_8) : "";
    }

    private static String date(Instant time) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(time.atOffset(ZoneOffset.UTC));
    }

    private static void write(HostileFixture o, JWK key) {
        try {
            Files.writeString(o.file("given"), key.toJSONString());
            Files.setPosixFilePermissions(o.file("given"), PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
