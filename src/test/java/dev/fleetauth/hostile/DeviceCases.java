package dev.fleetauth.hostile;

import dev.fleetauth.hostile.Case.After;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Responses of the device authorization endpoint, and of the token endpoint that is polled (RFC 8628). */
final class DeviceCases {

    private static final String DEVICE = "/device_authorization";
    private static final String TOKEN = "/token";
    private static final String PENDING = error("authorization_pending");
    private static final String ELSEWHERE = "\"http://device.example/\"";

    private DeviceCases() {}

    static List<Case> all() {
        List<Case> all = new ArrayList<>();
        endpoint(all);
        codes(all);
        addresses(all);
        times(all);
        responses(all);
        polls(all);
        idTokens(all);
        return all;
    }

    private static void endpoint(List<Case> all) {
        all.add(good("a standard response", o -> {}, "DATK"));
        all.add(new Case(
                "device: no authorization endpoint",
                "login",
                o -> o.rogue.document("authorization_endpoint", ""),
                0,
                "Logged in",
                "DATK",
                After.NEW));
        all.add(bad(
                "no endpoint",
                o -> o.rogue.document("device_authorization_endpoint", ""),
                3,
                "does not support login on another device",
                "D"));
        for (String address : List.of(ELSEWHERE, "\"javascript:alert(1)\"", "\"/relative\"", "7", "[]")) {
            all.add(bad(
                    "endpoint " + address,
                    o -> o.rogue.document("device_authorization_endpoint", address),
                    5,
                    "device_authorization_endpoint ",
                    "D"));
        }
        all.add(bad(
                "endpoint of another origin",
                o -> o.rogue.document(
                        "device_authorization_endpoint",
                        "\"" + o.rogue.issuer().replace("127.0.0.1", "localhost") + DEVICE + "\""),
                5,
                "collecting another provider's codes",
                "D"));
    }

    private static void codes(List<Case> all) {
        for (String name : List.of("device_code", "user_code")) {
            all.add(code(name, "absent", "", " is missing"));
            all.add(code(name, "null", "null", " is missing"));
            all.add(code(name, "a number", "1234", " is not a string"));
            all.add(code(name, "a list", "[\"A\"]", " is not a string"));
            all.add(code(name, "empty", "\"\"", " is empty or contains"));
            all.add(code(name, "an escape", "\"A\\u001b[2Jcanary\"", "characters that are not allowed"));
            all.add(code(name, "a line end", "\"A\\r\\ncanary\"", "characters that are not allowed"));
            all.add(code(name, "a zero byte", "\"A\\u0000\"", "characters that are not allowed"));
            all.add(code(name, "a right-to-left override", "\"A\\u202eB\"", "characters that are not allowed"));
            all.add(code(name, "look-alike letters", "\"\u0412\u0421\"", "characters that are not allowed"));
        }
        all.add(code("user_code", "blanks", "\"   \"", "characters that are not allowed"));
        all.add(code("user_code", "too long", text("A".repeat(65)), "more than 64 characters"));
        all.add(code("device_code", "too long", text("a".repeat(4097)), "more than 4096 characters"));
        all.add(good("user_code of the maximum length", device("user_code", text("A".repeat(64))), "DATK"));
        all.add(good("user_code with a blank", device("user_code", "\"WDJB MJHT\""), "DATK"));
    }

    private static void addresses(List<Case> all) {
        for (String name : List.of("verification_uri", "verification_uri_complete")) {
            all.add(code(name, "not https", ELSEWHERE, "is neither a valid https address nor on this machine"));
            all.add(code(name, "a script", "\"javascript:alert(1)\"", " is "));
            all.add(code(name, "data", "\"data:text/html,canary\"", " is "));
            all.add(code(name, "a file", "\"file:///etc/passwd\"", " is "));
            all.add(code(name, "relative", "\"/device\"", "is not an absolute address"));
            all.add(code(name, "with credentials", "\"https://google.com:x@device.example/\"", "contains credentials"));
            all.add(code(name, "with a line end", "\"https://device.example/\\r\\ncanary\"", "is not an address"));
            all.add(code(name, "too long", text("https://device.example/" + "a".repeat(2048)), "is too long"));
            all.add(code(name, "a number", "7", name + " is not a string"));
        }
        all.add(code("verification_uri", "absent", "", "verification_uri is missing"));
        all.add(good("no complete address", device("verification_uri_complete", ""), "DATK"));
        all.add(good(
                "Google's name for the address",
                o -> o.rogue.respond(
                        DEVICE,
                        200,
                        "{\"device_code\":\"canary-code\",\"user_code\":\"GQVQ-JKEC\",\"verification_url\":"
                                + "\"https://www.google.example/device\",\"expires_in\":1800,\"interval\":5}"),
                "DATK"));
    }

    private static void times(List<Case> all) {
        for (String life :
                List.of("", "null", "0", "-1", "0.5", "\"soon\"", "\"\"", "true", "{}", "-1e308", "\"NaN\"")) {
            all.add(code("expires_in", life.isEmpty() ? "absent" : life, life, "is not a positive number of seconds"));
        }
        for (String life : List.of("600.9", "\"600\"", "1e308", "1" + "0".repeat(90))) {
            all.add(good("expires_in " + life, device("expires_in", life), "DATK"));
        }
        for (String interval :
                List.of("", "null", "0", "-1", "-1e308", "1.5", "\"1\"", "\"soon\"", "\"NaN\"", "true", "[]")) {
            all.add(good(
                    "interval " + (interval.isEmpty() ? "absent" : interval), device("interval", interval), "DATK"));
        }
        for (String interval :
                List.of("600", "\"600\"", "601", "1e308", "1e999", "\"Infinity\"", "1" + "0".repeat(90))) {
            all.add(code("interval", interval, interval, "is not shorter than the lifetime of the codes"));
        }
    }

    private static void responses(List<Case> all) {
        for (String name : Bodies.names(Bodies.NOT_JSON)) {
            all.add(response(
                    name,
                    o -> o.rogue.respond(DEVICE, 200, Bodies.of(Bodies.NOT_JSON, name)),
                    6,
                    "unexpected response"));
        }
        for (String name : Bodies.names(Bodies.BROKEN)) {
            all.add(response(
                    "server " + name,
                    o -> o.rogue.respond(
                            DEVICE, request -> Bodies.of(Bodies.BROKEN, name).apply(Rogue.response(200, "{}"))),
                    6,
                    DEVICE));
        }
        for (int status : Bodies.REDIRECTS.keySet().stream().sorted().toList()) {
            all.add(response(
                    "redirect " + status,
                    o -> o.rogue.respond(
                            DEVICE, request -> Bodies.redirect(status, DEVICE).apply(o.rogue)),
                    6,
                    "redirects are not followed"));
        }
        all.add(response("an empty object", 200, "{}", 5, "expires_in is not a positive"));
        all.add(response("a page", 200, "<!doctype html><title>Sign in</title>", 6, "titled \"Sign in\""));
        all.add(response("a CDN's page", 403, "<HTML><TITLE>Access Denied</TITLE>", 6, "Access Denied"));
        all.add(response("503", 503, "", 6, "failed temporarily (503"));
        all.add(response("429", 429, "", 6, "is rate-limiting requests"));
        all.add(response("400 without a code", 400, "{}", 6, "status 400 without an error code"));
        all.add(response("404", 404, "{}", 6, "status 404 without an error code"));
        all.add(response(
                "unauthorized_client",
                400,
                error("unauthorized_client"),
                5,
                "refused the request: unauthorized_client"));
        all.add(response("invalid_client", 401, error("invalid_client"), 5, "refused the request: invalid_client"));
        all.add(response("an error with 200", 200, error("invalid_scope"), 5, "refused the request: invalid_scope"));
        all.add(response(
                "an error that repeats the secret",
                400,
                "{\"error\":\"invalid_request\",\"error_description\":\"got " + Rogue.CLIENT_SECRET + "\"}",
                5,
                "refused the request: invalid_request"));
        all.add(response(
                "a code twice",
                200,
                "{\"device_code\":\"a\",\"device_code\":\"b\",\"user_code\":\"A\",\"verification_uri\":"
                        + "\"https://device.example/\",\"expires_in\":600}",
                6,
                "unexpected response"));
    }

    private static void polls(List<Case> all) {
        all.add(good("pending, and then allowed", o -> o.rogue.refuseFirst(TOKEN, PENDING, PENDING), "DATTTK"));
        all.add(good("slow_down, and then allowed", o -> o.rogue.refuseFirst(TOKEN, error("slow_down")), "DATTK"));
        for (int status : List.of(200, 401, 403, 428)) {
            all.add(good("pending with " + status, o -> once(o, status, PENDING), "DATTK"));
        }
        for (int status : List.of(408, 425, 429, 500, 502, 503)) {
            all.add(good("poll " + status + ", and then allowed", o -> once(o, status, ""), "DATTK"));
        }
        all.add(good("poll: a CDN's page, and then allowed", o -> once(o, 403, "<html>"), "DATTK"));
        all.add(good("poll: a temporary error", o -> once(o, 400, error("server_error")), "DATTK"));
        all.add(poll("expired_token", 400, error("expired_token"), 4, "the code has expired"));
        all.add(poll("access_denied", 400, error("access_denied"), 5, "access was denied"));
        all.add(poll("authorization_declined", 400, error("authorization_declined"), 5, "access was denied"));
        all.add(poll("invalid_grant", 400, error("invalid_grant"), 4, "refused the request: invalid_grant"));
        all.add(poll("invalid_client", 401, error("invalid_client"), 5, "refused the request: invalid_client"));
        all.add(poll("bad_verification_code", 400, error("bad_verification_code"), 5, "bad_verification_code"));
        all.add(poll("unsupported_grant_type", 400, error("unsupported_grant_type"), 5, "unsupported_grant_type"));
        all.add(poll("an empty error", 400, error(""), 5, "refused"));
        all.add(poll("an empty object", 200, "{}", 6, "neither an access token nor an error"));
        all.add(poll("a page", 200, "<!doctype html><title>Sign in</title>", 6, "titled \"Sign in\""));
        all.add(poll("a truncated response", 200, "{\"access_token\":\"canary", 6, "unexpected response"));
        all.add(poll("redirect", 302, "", 6, "redirects are not followed"));
        all.add(poll(
                "denied, with a token",
                200,
                "{\"error\":\"access_denied\",\"access_token\":\"canary\"}",
                5,
                "access was denied"));
        all.add(poll(
                "an error that repeats the device code",
                400,
                "{\"error\":\"invalid_request\",\"error_description\":\"got canary-device-code\"}",
                5,
                "refused the request: invalid_request"));
    }

    /** There is no nonce; everything else is checked as after any login. */
    private static void idTokens(List<Case> all) {
        all.add(idToken("issuer", "iss", "https://evil.example", "(iss)"));
        all.add(idToken("audience", "aud", "another-client", "(aud)"));
        all.add(new Case(
                "device: id token signed with another key",
                "login --device",
                o -> o.rogue.signWith(TestKeys.OTHER_RSA, "RS256", TestKeys.RSA.getKeyID()),
                5,
                "id token",
                "DATK",
                After.SAME));
    }

    private static Case idToken(String name, String claim, String value, String output) {
        return new Case(
                "device: id token for another " + name,
                "login --device",
                o -> o.rogue.claim(claim, value),
                5,
                output,
                "DATK",
                After.SAME);
    }

    private static void once(HostileFixture o, int status, String body) {
        boolean[] done = new boolean[1];
        o.rogue.respond(TOKEN, request -> {
            if (done[0]) {
                return o.rogue.good(request);
            }
            done[0] = true;
            return Rogue.response(status, body);
        });
    }

    private static Consumer<HostileFixture> device(String member, String json) {
        return o -> o.rogue.device(member, json);
    }

    private static Case good(String name, Consumer<HostileFixture> setup, String requests) {
        return new Case("device: " + name, "login --device", setup, 0, "Logged in", requests, After.NEW);
    }

    private static Case bad(String name, Consumer<HostileFixture> setup, int exit, String output, String requests) {
        return new Case("device: " + name, "login --device", setup, exit, output, requests, After.SAME);
    }

    private static Case code(String member, String name, String json, String output) {
        return bad(member + " " + name, device(member, json), 5, output, "DA");
    }

    private static Case response(String name, int status, String body, int exit, String output) {
        return response(name, o -> o.rogue.respond(DEVICE, status, body), exit, output);
    }

    private static Case response(String name, Consumer<HostileFixture> setup, int exit, String output) {
        return bad("response: " + name, setup, exit, output, "DA");
    }

    private static Case poll(String name, int status, String body, int exit, String output) {
        return bad("poll: " + name, o -> o.rogue.respond(TOKEN, status, body), exit, output, "DAT");
    }

    private static String error(String code) {
        return "{\"error\":" + text(code) + "}";
    }

    private static String text(String text) {
        return '"' + text + '"';
    }
}
