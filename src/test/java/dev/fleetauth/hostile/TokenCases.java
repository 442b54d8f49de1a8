package dev.fleetauth.hostile;

import dev.fleetauth.hostile.Case.After;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;

/** Responses of the token endpoint to logins and refreshes. */
final class TokenCases {

    private static final String PATH = "/token";

    private TokenCases() {}

    static List<Case> all() {
        List<Case> all = new ArrayList<>();
        all.add(new Case(
                "oidcc-client-test-client-secret-basic", "refresh", TokenCases::requireBasic, 0, "", "TK", After.NEW));

        // An invalid response says nothing about the token that was sent.
        for (String name : Bodies.names(Bodies.NOT_JSON)) {
            both(
                    all,
                    name,
                    o -> o.rogue.respond(PATH, 200, Bodies.of(Bodies.NOT_JSON, name)),
                    6,
                    "unexpected response" + " from");
        }
        for (String name : Bodies.names(Bodies.BROKEN)) {
            both(
                    all,
                    "server " + name,
                    o -> o.rogue.respond(
                            PATH, request -> Bodies.of(Bodies.BROKEN, name).apply(Rogue.response(200, "{}"))),
                    6,
                    PATH);
        }
        for (String name : Bodies.names(Bodies.SLOW)) {
            all.add(new Case(
                    "refresh: server " + name,
                    "refresh",
                    o -> {
                        o.shell.limits(HostileFixture.SHORT_LIMITS);
                        o.rogue.respond(
                                PATH, request -> Bodies.of(Bodies.SLOW, name).apply(Rogue.response(200, "{}")));
                    },
                    6,
                    "no complete response",
                    "T",
                    After.SAME));
        }
        for (int status : Bodies.REDIRECTS.keySet().stream().sorted().toList()) {
            both(
                    all,
                    "redirect " + status,
                    o -> o.rogue.respond(
                            PATH, request -> Bodies.redirect(status, PATH).apply(o.rogue)),
                    6,
                    "redirects are not followed");
        }
        both(all, "503", status(503, ""), 6, "failed temporarily (503");
        both(
                all,
                "503 with Retry-After: 0",
                o -> o.rogue.respond(PATH, 503, "", "Retry-After", "0"),
                6,
                "failed temporarily" + " (503");
        both(all, "500 with an error", status(500, "{\"error\":\"invalid_grant\"}"), 6, "failed temporarily (500");
        both(all, "408", status(408, ""), 6, "failed temporarily (408");
        both(all, "425", status(425, ""), 6, "failed temporarily (425");
        both(all, "429", o -> o.rogue.respond(PATH, 429, "", "Retry-After", "7"), 6, "try again in 7 s");
        both(
                all,
                "429 with an endless Retry-After",
                o -> o.rogue.respond(PATH, 429, "", "Retry-After", "9".repeat(30)),
                6,
                "is rate-limiting requests");
        both(all, "a CDN's page", status(403, "<HTML><TITLE>Access Denied</TITLE>"), 6, "Access Denied");
        both(all, "a page", status(200, "<!doctype html><title>Sign in</title>"), 6, "titled \"Sign in\"");
        both(all, "an empty object", status(200, "{}"), 6, "neither an access token nor an error");
        both(all, "400 without a code", status(400, "{}"), 6, "status 400 without an error code");
        both(
                all,
                "400 with tokens",
                status(400, "{\"access_token\":\"canary\"}"),
                6,
                "status 400 without an error code");
        both(all, "a temporary error", status(400, "{\"error\":\"temporarily_unavailable\"}"), 6, "failed temporarily");
        both(
                all,
                "error with 200",
                status(200, "{\"error\":\"invalid_scope\"}"),
                5,
                "refused the request: invalid_scope");
        both(
                all,
                "error with 200 and an access token",
                status(200, "{\"error\":\"access_denied\",\"access_token\":\"canary\"}"),
                5,
                "refused the request: access_denied");
        both(all, "an empty error", status(400, "{\"error\":\"\"}"), 5, "refused");
        both(
                all,
                "401 invalid_client",
                status(401, "{\"error\":\"invalid_client\"}"),
                5,
                "refused the request: invalid_client");
        all.add(refresh(
                "invalid_grant",
                status(400, "{\"error\":\"invalid_grant\"}"),
                4,
                "rejected its refresh token (invalid_grant)",
                "T",
                After.SAME));
        all.add(refresh(
                "login_required",
                status(401, "{\"error\":\"login_required\"}"),
                4,
                "(login_required)",
                "T",
                After.SAME));
        all.add(login(
                "invalid_grant",
                status(400, "{\"error\":\"invalid_grant\"}"),
                4,
                "refused the request: invalid_grant",
                "DT",
                After.SAME));

        // Unusual responses that are accepted.
        both(
                all,
                "success with 201",
                o -> o.rogue.respond(PATH, request -> o.rogue.good(request).code(201)),
                0);
        both(
                all,
                "as plain text",
                o -> o.rogue.respond(PATH, request -> o.rogue.good(request).setHeader("Content-Type", "text/plain")),
                0);
        // RFC 6749 5.1 requires a token type; a refresh without one keeps the session's.
        all.add(refresh("no token type", o -> o.rogue.token("token_type", ""), 0, "Refreshed", "TK", After.NEW));
        all.add(login("no token type", o -> o.rogue.token("token_type", ""), 5, "it has no type", "DT", After.SAME));
        both(all, "token type bearer", o -> o.rogue.token("token_type", "\"bearer\""), 0);
        both(all, "an error that is null", o -> o.rogue.token("error", "null"), 0);
        both(all, "an empty error with tokens", o -> o.rogue.token("error", "\"\""), 0);
        for (String life :
                List.of("", "\"3600\"", "-1", "0", "1e400", "\"soon\"", "{}", "null", "9223372036854775807")) {
            both(all, "expires_in " + life, o -> o.rogue.token("expires_in", life), 0);
        }
        both(all, "a member in upper case", o -> o.rogue.token("ACCESS_TOKEN", "\"canary-other\""), 0);
        both(all, "a scope that is a list", o -> o.rogue.token("scope", "[\"openid\"]"), 0);

        // The access token is rejected; after a refresh, the refresh token is still the next to be spent.
        for (String type : List.of("\"DPoP\"", "\"mac\"", "7", "[\"Bearer\"]", "\"Bearer \"", "\"canary-access\"")) {
            all.add(refresh(
                    "token type " + type,
                    o -> o.rogue.token("token_type", type),
                    5,
                    "its type is not Bearer",
                    "T",
                    After.NEXT_REFRESH_TOKEN));
        }
        for (String type : List.of("\"DPoP\"", "\"mac\"", "7", "\"Bearer \"")) {
            all.add(login(
                    "token type " + type,
                    o -> o.rogue.token("token_type", type),
                    5,
                    "its type is not Bearer",
                    "DT",
                    After.SAME));
            all.add(clientCredentials(
                    "token type " + type,
                    o -> o.rogue.token("token_type", type),
                    5,
                    "its type is not Bearer",
                    After.SAME));
        }
        all.add(clientCredentials("good", o -> {}, 0, "Logged in", After.NEW));
        for (String none : List.of("", "null")) {
            all.add(clientCredentials(
                    "token type '" + none + "'",
                    o -> o.rogue.token("token_type", none),
                    5,
                    "it has no type",
                    After.SAME));
        }
        for (String token : List.of("", "null", "7", "true", "\"\"", "[\"canary\"]", "{\"canary\":1}")) {
            all.add(refresh(
                    "access token " + token,
                    o -> o.rogue.token("access_token", token),
                    6,
                    "a refresh token and no access token",
                    "T",
                    After.NEXT_REFRESH_TOKEN));
        }
        all.add(login(
                "only a refresh token",
                o -> o.rogue.token("access_token", ""),
                6,
                "no access token",
                "DT",
                After.SAME));
        all.add(refresh(
                "error with 200 and a refresh token",
                o -> o.rogue.token("error", "\"oops\""),
                6,
                "an error and a refresh token",
                "T",
                After.NEXT_REFRESH_TOKEN));

        // Never used and never printed: a shell or curl could interpret it.
        for (String token : List.of(
                "a b",
                "a\\nb",
                "$(canary)",
                "a'b",
                "a\\\"b",
                "\\u001b[31m",
                "\\u202ea",
                "=",
                "a=b",
                "\u00e4",
                "a;b",
                "\\u0000")) {
            Consumer<HostileFixture> setup = o -> o.rogue.token("access_token", "\"" + token + "\"");
            String output = "contains characters that are not allowed in a bearer token";
            all.add(refresh("the access token " + token, setup, 5, output, "T", After.NEXT_REFRESH_TOKEN));
            all.add(login("the access token " + token, setup, 5, output, "DT", After.SAME));
            all.add(clientCredentials("the access token " + token, setup, 5, output, After.SAME));
        }

        // The trace shows only known text; a server cannot add to it.
        all.add(new Case(
                "trace: a response with unusual names",
                "refresh -v",
                o -> {
                    o.rogue.token("canary-member", "{\"canary\":\"canary\"}");
                    o.rogue.respond(
                            PATH,
                            request -> o.rogue
                                    .good(request)
                                    .setHeader("Content-Type", "canary/canary; canary=canary")
                                    .addHeader("X-Canary-canary", "canary"));
                },
                0,
                "an unusual media type",
                "TK",
                After.NEW));
        all.add(new Case(
                "trace: a redirect with secrets in its path",
                "refresh -v",
                o -> o.rogue.respond(PATH, 302, "", "Location", "/canary/canary?canary=canary#canary"),
                6,
                "redirects are not followed",
                "T",
                After.SAME));

        // A stray variable sends nothing elsewhere: the session's settings are pinned.
        for (String variable : List.of(
                "FLEETAUTH_ISSUER",
                "FLEETAUTH_CLIENT_ID",
                "FLEETAUTH_CLIENT_SECRET",
                "FLEETAUTH_REGION",
                "FLEETAUTH_CACERT",
                "HTTP_PROXY",
                "HTTPS_PROXY")) {
            all.add(refresh(
                    "with " + variable + " set",
                    o -> o.variable(variable, "http://127.0.0.1:1/evil"),
                    0,
                    "Refreshed",
                    "TK",
                    After.NEW));
        }
        return all;
    }

    private static void requireBasic(HostileFixture fixture) {
        // RFC 6749 2.3.1: form-urlencoded, then in Base64.
        String basic = "Basic "
                + Base64.getEncoder()
                        .encodeToString((Rogue.CLIENT + ":canary+secret%2B%2F%3D").getBytes(StandardCharsets.UTF_8));
        fixture.rogue.respond(
                PATH,
                request -> basic.equals(request.getHeaders().get("Authorization"))
                        ? fixture.rogue.good(request)
                        : Rogue.response(401, "{\"error\":\"invalid_client\"}"));
    }

    private static Consumer<HostileFixture> status(int status, String body) {
        return o -> o.rogue.respond(PATH, status, body);
    }

    private static void both(List<Case> all, String name, Consumer<HostileFixture> setup, int exit, String output) {
        all.add(login(name, setup, exit, output, "DT", After.SAME));
        all.add(refresh(name, setup, exit, output, "T", After.SAME));
    }

    private static void both(List<Case> all, String name, Consumer<HostileFixture> setup, int exit) {
        all.add(login(name, setup, exit, "Logged in", "DTK", After.NEW));
        all.add(refresh(name, setup, exit, "Refreshed", "TK", After.NEW));
    }

    private static Case login(
            String name, Consumer<HostileFixture> setup, int exit, String output, String requests, After after) {
        return new Case("login: " + name, "login", setup, exit, output, requests, after);
    }

    /** A login with the client credentials grant, which has no user and no id token. */
    private static Case clientCredentials(
            String name, Consumer<HostileFixture> setup, int exit, String output, After after) {
        Consumer<HostileFixture> withoutIdToken = o -> o.rogue.token("id_token", "");
        return new Case(
                "login of a client: " + name,
                "login --grant client-credentials",
                withoutIdToken.andThen(setup),
                exit,
                output,
                "DT",
                after);
    }

    private static Case refresh(
            String name, Consumer<HostileFixture> setup, int exit, String output, String requests, After after) {
        return new Case("refresh: " + name, "refresh", setup, exit, output, requests, after);
    }
}
