package dev.fleetauth.hostile;

import dev.fleetauth.hostile.Case.After;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A provider's discovery document. */
final class DiscoveryCases {

    private static final String PATH = "/.well-known/openid-configuration";

    private DiscoveryCases() {}

    static List<Case> all() {
        List<Case> all = new ArrayList<>();
        all.add(good("oidcc-client-test-discovery-openid-config", o -> {}));
        all.add(good(
                "oidcc-client-test-discovery-jwks-uri-keys",
                o -> o.rogue.document("jwks_uri", "\"" + o.rogue.issuer() + "/jwks?version=2\"")));

        all.add(member("oidcc-client-test-discovery-issuer-mismatch", "issuer", "'https://evil.example'", "issuer is"));
        all.add(member("discovery: issuer with a slash", "issuer", "'{issuer}/'", "issuer is"));
        all.add(member("discovery: issuer in capitals", "issuer", "'HTTP://127.0.0.1'", "issuer is"));
        all.add(member("discovery: issuer with control characters", "issuer", "'\\u001b[31m\\u202ered'", "issuer is"));
        all.add(member("discovery: no issuer", "issuer", "", "issuer is missing"));
        all.add(member("discovery: issuer as a list", "issuer", "['{issuer}']", "issuer is not a string"));
        all.add(member("discovery: issuer null", "issuer", "null", "issuer is missing"));

        for (String name : List.of("authorization_endpoint", "token_endpoint", "jwks_uri")) {
            endpoint(all, name, "on plain http", "'http://auth.example/x'", "is neither a valid https");
            endpoint(all, name, "on a host that looks like this machine", "'http://127.0.0.1.example/x'", "is neither");
            endpoint(all, name, "javascript", "'javascript:alert(1)'", "is neither a valid https");
            endpoint(all, name, "a file", "'file:///etc/passwd'", "is neither a valid https");
            endpoint(all, name, "an option", "'--help'", "is not an absolute address");
            endpoint(all, name, "relative", "'/x'", "is not an absolute address");
            endpoint(all, name, "with credentials", "'https://canary:canary@auth.example/x'", "contains credentials");
            endpoint(all, name, "with a fragment", "'{issuer}/x#y'", "has a fragment");
            endpoint(all, name, "with a line end", "'{issuer}/x\\r\\nX: y'", "is not an address");
            endpoint(all, name, "on a host that looks like another", "'https://\u0430uth.example/x'", "is neither");
            endpoint(all, name, "on a host that is one number", "'http://2130706433/x'", "is neither a valid https");
            endpoint(all, name, "on an IPv4-mapped IPv6 address", "'http://[::ffff:10.0.0.1]/x'", "is neither");
            endpoint(all, name, "on a link-local address", "'https://[fe80::1%25eth0]/x'", "is neither a valid https");
            endpoint(all, name, "with a backslash", "'https://evil.example\\\\@127.0.0.1/x'", "is not an address");
            endpoint(all, name, "with an invalid port", "'https://auth.example:99999/x'", "is neither a valid https");
            endpoint(all, name, "on a very long host", "'https://" + "a.".repeat(200) + "example/x'", "is neither");
            endpoint(all, name, "longer than the limit", "'https://a.example/" + "x".repeat(3000) + "'", "is too long");
            endpoint(all, name, "a number", "7", "is not a string");
        }
        all.add(good(
                "discovery: a member in another letter case",
                o -> o.rogue.document("Token_Endpoint", "\"https://evil.example/x\"")));
        all.add(good(
                "discovery: with a byte order mark", o -> o.rogue.respond(PATH, 200, "\uFEFF" + o.rogue.document())));
        all.add(good(
                "discovery: as plain text",
                o -> o.rogue.respond(PATH, 200, o.rogue.document().toString(), "Content-Type", "text/plain")));
        all.add(member("discovery: no token endpoint", "token_endpoint", "", "token_endpoint is missing"));
        all.add(refused(
                "discovery: no authorization endpoint",
                o -> o.rogue.document(
                        json -> json.remove(List.of("authorization_endpoint", "device_authorization_endpoint"))),
                "authorization_endpoint is missing"));
        all.add(member(
                "discovery: an unknown client authentication method",
                "token_endpoint_auth_methods_supported",
                "['private_key_jwt']",
                "neither client_secret_basic nor"));
        all.add(member("discovery: scopes as text", "scopes_supported", "'openid'", "is not an array"));
        all.add(member(
                "discovery: a boolean as text",
                "authorization_response_iss_parameter_supported",
                "'true'",
                "is not a boolean"));

        for (String name : Bodies.names(Bodies.NOT_JSON)) {
            all.add(refused(
                    "discovery: " + name,
                    o -> o.rogue.respond(PATH, 200, Bodies.of(Bodies.NOT_JSON, name)),
                    "document"));
        }
        for (int status : Bodies.REDIRECTS.keySet().stream().sorted().toList()) {
            all.add(refused(
                    "discovery: redirect " + status,
                    o -> o.rogue.respond(
                            PATH, request -> Bodies.redirect(status, PATH).apply(o.rogue)),
                    "redirects are not followed"));
        }
        all.add(refused("discovery: 401", o -> o.rogue.respond(PATH, 401, ""), "was refused (status 401)"));
        all.add(new Case(
                "discovery: not found",
                "login",
                o -> o.rogue.respond(PATH, 404, ""),
                5,
                "was not found",
                "DO",
                After.SAME));
        all.add(new Case(
                "discovery: of another issuer at the second address",
                "login",
                o -> {
                    o.rogue.respond(PATH, 404, "");
                    o.rogue.respond(
                            "/.well-known/oauth-authorization-server", 200, "{\"issuer\":\"https://evil.example\"}");
                },
                5,
                "issuer is",
                "DO",
                After.SAME));

        all.add(later(
                "discovery: a page", o -> o.rogue.respond(PATH, 200, "<!doctype html><title>Hi</title>"), "HTML"));
        all.add(later("discovery: 503", o -> o.rogue.respond(PATH, 503, ""), "failed temporarily (503"));
        all.add(later("discovery: 429", o -> o.rogue.respond(PATH, 429, "", "Retry-After", "7"), "try again in 7 s"));
        all.add(later(
                "discovery: a CDN's page", o -> o.rogue.respond(PATH, 403, "<html>"), "content delivery network"));
        for (String name : Bodies.names(Bodies.BROKEN)) {
            all.add(later(
                    "discovery: server " + name,
                    o -> o.rogue.respond(
                            PATH, request -> Bodies.of(Bodies.BROKEN, name).apply(Rogue.response(200, "{}"))),
                    PATH));
        }
        for (String name : Bodies.names(Bodies.SLOW)) {
            all.add(later(
                    "discovery: server " + name,
                    o -> {
                        o.shell.limits(HostileFixture.SHORT_LIMITS);
                        o.rogue.respond(
                                PATH, request -> Bodies.of(Bodies.SLOW, name).apply(Rogue.response(200, "{}")));
                    },
                    "no complete response"));
        }
        return all;
    }

    private static void endpoint(List<Case> all, String name, String how, String json, String output) {
        all.add(member("discovery: " + name + " " + how, name, json, name + " " + output));
    }

    private static Case member(String name, String member, String json, String output) {
        return refused(
                name,
                o -> o.rogue.document(member, json.replace('\'', '"').replace("{issuer}", o.rogue.issuer())),
                output);
    }

    private static Case good(String name, Consumer<HostileFixture> setup) {
        return new Case(name, "login", setup, 0, "Logged in", "DTK", After.NEW);
    }

    private static Case refused(String name, Consumer<HostileFixture> setup, String output) {
        return new Case(name, "login", setup, 5, output, "D", After.SAME);
    }

    private static Case later(String name, Consumer<HostileFixture> setup, String output) {
        return new Case(name, "login", setup, 6, output, "D", After.SAME);
    }
}
