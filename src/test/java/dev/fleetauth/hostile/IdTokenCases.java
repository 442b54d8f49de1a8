package dev.fleetauth.hostile;

import com.nimbusds.jose.Payload;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import dev.fleetauth.hostile.Case.After;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Valid and defective id tokens, at a login and at a refresh (OpenID Connect Core 3.1.3.7 and 12.2). */
final class IdTokenCases {

    private static final String NONE = Base64URL.encode("{\"alg\":\"none\"}").toString();
    private static final String FORGED =
            Base64URL.encode("{\"iss\":\"x\",\"sub\":\"canary\"}").toString();

    private IdTokenCases() {}

    static List<Case> all() {
        List<Case> all = new ArrayList<>();
        all.add(good("oidcc-client-test", o -> {}));
        all.add(good("oidcc-client-test-idtoken-sig-rs256", o -> o.rogue.signWith(TestKeys.RSA, "RS256", "rsa-1")));
        all.add(bad("oidcc-client-test-invalid-iss", claim("iss", "https://evil.example"), "(iss)"));
        all.add(bad("oidcc-client-test-missing-sub", claim("sub", null), "(sub)"));
        all.add(bad("oidcc-client-test-invalid-aud", claim("aud", "another-client"), "(aud)"));
        all.add(bad("oidcc-client-test-missing-aud", claim("aud", null), "(aud)"));
        all.add(bad("oidcc-client-test-missing-iat", claim("iat", null), "(iat)"));
        all.add(bad("oidcc-client-test-nonce-invalid", claim("nonce", "canary"), "(nonce)"));
        all.add(good("oidcc-client-test-kid-absent-single-jwks", o -> o.rogue.signWith(TestKeys.RSA, "RS256", null)));
        all.add(good("oidcc-client-test-kid-absent-multiple-jwks", o -> {
            // Every key that fits is tried.
            o.rogue.publish(TestKeys.OTHER_RSA, TestKeys.EC, TestKeys.RSA);
            o.rogue.signWith(TestKeys.RSA, "RS256", null);
        }));
        all.add(bad(
                "id token: no key id, and no key matches",
                o -> {
                    o.rogue.publish(TestKeys.OTHER_RSA, TestKeys.EC);
                    o.rogue.signWith(TestKeys.RSA, "RS256", null);
                },
                "signature does not match"));
        all.add(raw("oidcc-client-test-idtoken-sig-none", NONE + "." + FORGED + "."));
        all.add(bad(
                "oidcc-client-test-invalid-sig-rs256",
                o -> o.rogue.signWith(TestKeys.OTHER_RSA, "RS256", "rsa-1"),
                "signature does not match"));
        all.add(bad(
                "oidcc-client-test-invalid-sig-es256",
                o -> {
                    o.rogue.publish(TestKeys.EC);
                    o.rogue.signWith(TestKeys.OTHER_EC, "ES256", "ec-1");
                },
                "signature does not match"));
        all.add(rejectedWithoutKeys(
                "oidcc-client-test-invalid-sig-hs256",
                o -> o.rogue.signWith(TestKeys.shared(Rogue.CLIENT_SECRET), "HS256", null),
                "(alg)"));
        all.add(rejectedWithoutKeys(
                "id token: signed with the public key as the secret",
                o -> o.rogue.signWith(TestKeys.shared(TestKeys.RSA.toPublicJWK().toJSONString()), "HS256", "rsa-1"),
                "(alg)"));
        all.add(good("oidcc-client-test-signing-key-rotation", o -> {
            o.rogue.publish(TestKeys.OTHER_RSA, TestKeys.RSA);
            o.rogue.signWith(TestKeys.OTHER_RSA, "RS256", "rsa-2");
        }));
        all.add(new Case(
                "oidcc-client-test-signing-key-rotation-just-before-signing",
                "login",
                IdTokenCases::rotateLate,
                0,
                "Logged in",
                "DTKK",
                After.NEW));
        all.add(refresh("oidcc-client-test-refresh-token", o -> {}, 0, "Refreshed", "TK", After.NEW));
        all.add(badRefresh(
                "oidcc-client-test-refresh-token-invalid-issuer", claim("iss", "https://evil.example"), "(iss)"));
        all.add(badRefresh(
                "oidcc-client-test-refresh-token-invalid-sub",
                claim("sub", "somebody-else"),
                "it is for somebody-else, but the session belongs to somebody"));

        all.add(good("id token: ES256", o -> {
            o.rogue.publish(TestKeys.EC, TestKeys.RSA);
            o.rogue.signWith(TestKeys.EC, "ES256", "ec-1");
        }));
        all.add(good("id token: PS256", o -> o.rogue.signWith(TestKeys.RSA, "PS256", "rsa-1")));
        all.add(bad(
                "id token: ES256 with the id of an RSA key",
                o -> o.rogue.signWith(TestKeys.EC, "ES256", "rsa-1"),
                "signature does not match"));
        all.add(bad(
                "id token: a key for another algorithm",
                o -> o.rogue.publish(new RSAKey.Builder(TestKeys.RSA)
                        .algorithm(com.nimbusds.jose.JWSAlgorithm.PS256)
                        .build()),
                "signature does not match"));
        all.add(bad(
                "id token: a key for encryption",
                o -> o.rogue.publish(new RSAKey.Builder(TestKeys.RSA)
                        .keyUse(com.nimbusds.jose.jwk.KeyUse.ENCRYPTION)
                        .build()),
                "signature does not match"));
        all.add(bad(
                "id token: ES256 with the id of a key on another curve",
                o -> {
                    o.rogue.publish(TestKeys.LARGE_EC);
                    o.rogue.signWith(TestKeys.EC, "ES256", "ec-1");
                },
                "signature does not match"));
        all.add(good("id token: ES384", o -> {
            o.rogue.publish(TestKeys.LARGE_EC);
            o.rogue.signWith(TestKeys.LARGE_EC, "ES384", "ec-1");
        }));
        all.add(bad(
                "id token: it contains its own key",
                o -> {
                    o.rogue.signWith(TestKeys.OTHER_RSA, "RS256", "rsa-1");
                    o.rogue.header(header -> header.jwk(TestKeys.OTHER_RSA.toPublicJWK()));
                },
                "signature does not match"));
        all.add(bad(
                "id token: it names the address of its key",
                o -> {
                    o.rogue.signWith(TestKeys.OTHER_RSA, "RS256", "rsa-1");
                    URI elsewhere = URI.create(o.rogue.issuer() + "/elsewhere");
                    o.rogue.header(header -> header.jwkURL(elsewhere).x509CertURL(elsewhere));
                },
                "signature does not match"));
        all.add(good(
                "id token: an unknown header parameter",
                o -> o.rogue.header(header -> header.customParam("zip", "DEF"))));
        all.add(new Case(
                "id token: a key id with control characters",
                "login",
                o -> o.rogue.signWith(TestKeys.RSA, "RS256", "\u001b[31m\u202e"),
                6,
                "the response does not contain the key that the token names",
                "DTKK",
                After.CANDIDATE));
        for (String issuer : List.of("", "HTTP://127.0.0.1", "\u202ehttp")) {
            all.add(bad("id token: iss '" + issuer + "'", claim("iss", issuer), "(iss)"));
        }
        all.add(bad("id token: no iss", claim("iss", null), "(iss)"));
        all.add(bad("id token: an empty sub", claim("sub", ""), "(sub)"));
        all.add(bad("id token: several aud and no azp", claim("aud", List.of(Rogue.CLIENT, "another")), "(azp)"));
        all.add(bad("id token: another azp", claim("azp", "another-client"), "(azp)"));
        all.add(bad("id token: no exp", claim("exp", null), "(exp)"));
        all.add(bad("id token: expired", claim("exp", 1), "(exp)"));
        all.add(rejectedWithoutKeys("id token: exp as text", claim("exp", "tomorrow"), "id token was rejected"));
        all.add(rejectedWithoutKeys("id token: exp far in the past", claim("exp", -1e300), "id token was rejected"));
        all.add(rejectedWithoutKeys("id token: exp too large", claim("exp", 1e300), "(exp)"));
        all.add(good(
                "id token: times with a fraction",
                o -> o.rogue.claim("exp", o.shell.clock().instant().getEpochSecond() + 60.5)));
        all.add(bad("id token: issued in the future", claim("iat", 99999999999L), "(iat)"));
        all.add(bad("id token: not valid yet", claim("nbf", 99999999999L), "(nbf)"));
        all.add(bad("id token: no nonce", claim("nonce", null), "(nonce)"));
        all.add(bad("id token: nonce as a list", claim("nonce", List.of("x")), "(nonce)"));
        all.add(bad("id token: hash of another access token", claim("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"), "(at_hash)"));
        all.add(bad("id token: at_hash as a number", claim("at_hash", 7), "(at_hash)"));
        for (String text : List.of(
                "canary",
                "...",
                "a.b.c",
                "a.b.c.d.e",
                "x".repeat(200_000),
                Base64URL.encode("{\"alg\":\"RSA-OAEP\",\"enc\":\"A128GCM\"}") + ".YQ.YQ.YQ.YQ",
                NONE + "." + FORGED + ".AAAA",
                Base64URL.encode("null") + "." + FORGED + ".AAAA",
                Base64URL.encode("{\"alg\":\"RS1\"}") + "." + FORGED + ".AAAA",
                Base64URL.encode("{\"alg\":" + "[".repeat(9000)) + "." + FORGED + ".AAAA",
                " ")) {
            all.add(raw("id token: the text " + text.substring(0, Math.min(40, text.length())), text));
        }
        String critical = Base64URL.encode("{\"alg\":\"RS256\",\"crit\":[\"x\"],\"x\":1}") + "." + FORGED + ".AAAA";
        all.add(rejectedWithoutKeys(
                "id token: an unknown critical extension",
                o -> o.rogue.token("id_token", "\"" + critical + "\""),
                "id token was rejected"));
        String unencoded =
                Base64URL.encode("{\"alg\":\"RS256\",\"crit\":[\"b64\"],\"b64\":false}") + "." + FORGED + ".AAAA";
        all.add(rejectedWithoutKeys(
                "id token: a payload that is not encoded",
                o -> o.rogue.token("id_token", "\"" + unencoded + "\""),
                "id token was rejected"));
        all.add(rejectedWithoutKeys(
                "id token: a payload that is not an object",
                o -> o.rogue.token("id_token", "\"" + o.rogue.signed(new Payload("[1]")) + "\""),
                "id token was rejected"));
        all.add(rejectedWithoutKeys(
                "id token: a claim twice",
                o -> o.rogue.token("id_token", "\"" + o.rogue.signed(new Payload("{\"iss\":1,\"iss\":2}")) + "\""),
                "id token was rejected"));
        for (String none : List.of("", "null", "\"\"", "7", "{}")) {
            all.add(new Case(
                    "id token: requested, and answered with " + none,
                    "login",
                    o -> o.rogue.token("id_token", none),
                    5,
                    "the response was rejected: it has no id token, although the scope openid was requested",
                    "DT",
                    After.SAME));
        }
        all.add(new Case(
                "id token: openid not granted, so no id token",
                "login",
                o -> {
                    o.rogue.token("id_token", "");
                    o.rogue.token("scope", "\"offline_access\"");
                },
                0,
                "\u2717 openid",
                "DT",
                After.NEW));
        all.add(refresh("refresh: without an id token", o -> o.rogue.token("id_token", ""), 0, "", "T", After.NEW));
        all.add(badRefresh("refresh: id token of another client", claim("aud", "another"), "(aud)"));
        all.add(badRefresh("refresh: id token without a subject", claim("sub", null), "(sub)"));
        all.add(badRefresh("refresh: id token with another nonce", claim("nonce", "canary"), "(nonce)"));
        all.add(badRefresh("refresh: id token of another authentication", claim("auth_time", 1), "(auth_time)"));
        all.add(refresh(
                "refresh: id token without auth_time", claim("auth_time", null), 0, "Refreshed", "TK", After.NEW));
        all.add(badRefresh(
                "refresh: id token signed with another key",
                o -> o.rogue.signWith(TestKeys.OTHER_RSA, "RS256", "rsa-1"),
                "signature"));
        all.add(new Case(
                Case.DIFFERENT_USER,
                "login",
                o -> o.rogue.claim("sub", "else"),
                5,
                "this login is for else",
                "DTK",
                After.SAME));
        return all;
    }

    /** Publishes the new key only after the first request for the keys. */
    private static void rotateLate(HostileFixture o) {
        o.rogue.signWith(TestKeys.OTHER_RSA, "RS256", "rsa-2");
        o.rogue.respond("/jwks", request -> {
            var answer = o.rogue.good(request);
            o.rogue.publish(TestKeys.OTHER_RSA);
            return answer;
        });
    }

    private static Consumer<HostileFixture> claim(String name, @Nullable Object value) {
        return o -> o.rogue.claim(name, value);
    }

    private static Case good(String name, Consumer<HostileFixture> setup) {
        return new Case(name, "login", setup, 0, "Logged in", "DTK", After.NEW);
    }

    private static Case bad(String name, Consumer<HostileFixture> setup, String output) {
        return new Case(name, "login", setup, 5, output, "DTK", After.SAME);
    }

    /** An id token that is rejected without a request for the keys. */
    private static Case rejectedWithoutKeys(String name, Consumer<HostileFixture> setup, String output) {
        return new Case(name, "login", setup, 5, output, "DT", After.SAME);
    }

    private static Case raw(String name, String token) {
        return rejectedWithoutKeys(name, o -> o.rogue.token("id_token", "\"" + token + "\""), "id token was rejected");
    }

    private static Case badRefresh(String name, Consumer<HostileFixture> setup, String output) {
        return refresh(name, setup, 5, output, "TK", After.NEXT_REFRESH_TOKEN);
    }

    private static Case refresh(
            String name, Consumer<HostileFixture> setup, int exit, String output, String requests, After after) {
        return new Case(name, "refresh", setup, exit, output, requests, after);
    }
}
