package dev.fleetauth.hostile;

import dev.fleetauth.hostile.Case.After;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Responses of a revocation endpoint (RFC 7009). Unless the provider accepts, no tokens are removed. */
final class RevocationCases {

    private static final String PATH = "/revoke";

    private RevocationCases() {}

    static List<Case> all() {
        List<Case> all = new ArrayList<>();
        all.add(new Case(
                "revoke: a standard response", "revoke", o -> {}, 0, "Provider: accepted", "RR", After.REMOVED));
        all.add(new Case(
                "revoke: 200 with an error in it",
                "revoke",
                o -> o.rogue.respond(PATH, 200, "{\"error\":\"invalid_token\"}"),
                0,
                "Provider: accepted",
                "RR",
                After.REMOVED));
        all.add(new Case(
                "revoke: 200 with a page",
                "revoke",
                o -> o.rogue.respond(PATH, 200, "<!doctype html><title>Done</title>"),
                0,
                "Provider: accepted",
                "RR",
                After.REMOVED));
        all.add(failed("503", 503, "", 6, "failed temporarily (503"));
        all.add(failed("429", 429, "", 6, "is rate-limiting requests"));
        all.add(failed("a CDN's page", 403, "<html>", 6, "content delivery network"));
        all.add(failed("401 without a body", 401, "", 5, "refused the request (401)"));
        all.add(failed("400 with half a body", 400, "{\"error\":\"inv", 5, "refused the request (400)"));
        all.add(failed(
                "400 invalid_request",
                400,
                "{\"error\":\"invalid_request\"}",
                5,
                "refused the request: invalid_request"));
        all.add(failed("404", 404, "", 5, "refused the request (404)"));
        for (int status : Bodies.REDIRECTS.keySet().stream().sorted().toList()) {
            all.add(failed(
                    "redirect " + status,
                    o -> o.rogue.respond(
                            PATH, request -> Bodies.redirect(status, PATH).apply(o.rogue)),
                    6,
                    "redirects are not followed"));
        }
        for (String name : Bodies.names(Bodies.BROKEN)) {
            all.add(failed(
                    "server " + name,
                    o -> o.rogue.respond(
                            PATH, request -> Bodies.of(Bodies.BROKEN, name).apply(Rogue.response(400, "{}"))),
                    6,
                    "nothing was deleted"));
        }
        for (String name : Bodies.names(Bodies.SLOW)) {
            all.add(failed(
                    "server " + name,
                    o -> {
                        o.shell.limits(HostileFixture.SHORT_LIMITS);
                        o.rogue.respond(
                                PATH, request -> Bodies.of(Bodies.SLOW, name).apply(Rogue.response(200, "{}")));
                    },
                    6,
                    "nothing was deleted"));
        }
        return all;
    }

    private static Case failed(String name, int status, String body, int exit, String output) {
        return failed(name, o -> o.rogue.respond(PATH, status, body), exit, output);
    }

    private static Case failed(String name, Consumer<HostileFixture> setup, int exit, String output) {
        return new Case("revoke: " + name, "revoke", setup, exit, output, "R", After.SAME);
    }
}
