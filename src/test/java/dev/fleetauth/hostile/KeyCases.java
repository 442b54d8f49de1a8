package dev.fleetauth.hostile;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import dev.fleetauth.hostile.Case.After;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A provider's keys. If they are unavailable, that is no verdict: the response is kept as a candidate. */
final class KeyCases {

    private static final String PATH = "/jwks";

    /** Key sets without the token's key, which are fetched twice. */
    private static final Map<String, String> WITHOUT_KEY = Map.of(
            "none", "{\"keys\":[]}",
            "one that is a number", "{\"keys\":[7]}",
            "one that is null", "{\"keys\":[null]}",
            "one without a type", "{\"keys\":[{\"kid\":\"rsa-1\"}]}",
            "one of an unknown type", "{\"keys\":[{\"kty\":\"NEW\",\"kid\":\"rsa-1\"}]}",
            "one without a modulus", "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"rsa-1\",\"e\":\"AQAB\"}]}",
            "one with an empty modulus", "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"rsa-1\",\"n\":\"\",\"e\":\"AQAB\"}]}",
            "one that is not on its curve",
                    "{\"keys\":[{\"kty\":\"EC\",\"kid\":\"rsa-1\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}]}",
            "others",
                    new JWKSet(List.of(TestKeys.OTHER_RSA, TestKeys.EC))
                            .toPublicJWKSet()
                            .toString(),
            "a key that is too small",
                    new JWKSet(new RSAKey.Builder(TestKeys.SMALL_RSA)
                                    .keyID("rsa-1")
                                    .build())
                            .toPublicJWKSet()
                            .toString());

    private KeyCases() {}

    static List<Case> all() {
        List<Case> all = new ArrayList<>();
        for (String name : Bodies.names(WITHOUT_KEY)) {
            all.add(waits(
                    "login",
                    name,
                    o -> o.rogue.respond(PATH, 200, Bodies.of(WITHOUT_KEY, name)),
                    "the token names",
                    "DTKK"));
            all.add(waits(
                    "refresh",
                    name,
                    o -> o.rogue.respond(PATH, 200, Bodies.of(WITHOUT_KEY, name)),
                    "the token names",
                    "TKK"));
        }
        for (String name : Bodies.names(Bodies.NOT_JSON)) {
            all.add(waits(
                    "refresh",
                    name,
                    o -> o.rogue.respond(PATH, 200, Bodies.of(Bodies.NOT_JSON, name)),
                    "cannot fetch the signing keys",
                    "TK"));
        }
        for (String name : Bodies.names(Bodies.BROKEN)) {
            all.add(waits(
                    "refresh",
                    "server " + name,
                    o -> o.rogue.respond(
                            PATH, request -> Bodies.of(Bodies.BROKEN, name).apply(Rogue.response(200, "{}"))),
                    "cannot fetch the signing keys",
                    "TK"));
        }
        for (String name : Bodies.names(Bodies.SLOW)) {
            all.add(waits(
                    "refresh",
                    "server " + name,
                    o -> {
                        o.shell.limits(HostileFixture.SHORT_LIMITS);
                        o.rogue.respond(
                                PATH, request -> Bodies.of(Bodies.SLOW, name).apply(Rogue.response(200, "{}")));
                    },
                    "cannot fetch the signing keys",
                    "TK"));
        }
        for (int status : Bodies.REDIRECTS.keySet().stream().sorted().toList()) {
            all.add(waits(
                    "refresh",
                    "redirect " + status,
                    o -> o.rogue.respond(
                            PATH, request -> Bodies.redirect(status, PATH).apply(o.rogue)),
                    "status " + status,
                    "TK"));
        }
        for (int status : List.of(201, 401, 403, 404, 429, 500)) {
            all.add(waits(
                    "refresh", "status " + status, o -> o.rogue.respond(PATH, status, ""), "status " + status, "TK"));
        }
        all.add(waits("login", "unavailable", o -> o.rogue.respond(PATH, 500, ""), "status 500", "DTK"));
        all.add(waits("refresh", "no keys at all", o -> o.rogue.respond(PATH, 200, "{}"), "not a key set", "TK"));
        all.add(waits(
                "refresh",
                "keys that are an object",
                o -> o.rogue.respond(PATH, 200, "{\"keys\":{}}"),
                "not a key set",
                "TK"));
        all.add(waits("refresh", "too many", o -> o.rogue.respond(PATH, 200, many()), "more than 100", "TK"));
        all.add(waits("login", "none published", o -> o.rogue.document("jwks_uri", ""), "publishes no keys", "DT"));
        all.add(new Case(
                "keys: an invalid key with the valid one",
                "refresh",
                o -> o.rogue.respond(
                        PATH,
                        200,
                        new JWKSet(TestKeys.RSA).toPublicJWKSet().toString().replace("[{", "[7,{\"kty\":\"EC\"},{")),
                0,
                "Refreshed",
                "TK",
                After.NEW));
        return all;
    }

    private static String many() {
        return IntStream.range(0, 101)
                .mapToObj(i -> "{\"kty\":\"NEW\"}")
                .collect(Collectors.joining(",", "{\"keys\":[", "]}"));
    }

    private static Case waits(
            String command, String name, Consumer<HostileFixture> setup, String output, String requests) {
        return new Case("keys, " + command + ": " + name, command, setup, 6, output, requests, After.CANDIDATE);
    }
}
