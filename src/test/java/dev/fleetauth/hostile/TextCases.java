package dev.fleetauth.hostile;

import dev.fleetauth.hostile.Case.After;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * How text from a server is shown. For every case, {@link HostileFixture} checks that the output contains no control
 * or invisible characters, and no secrets.
 */
final class TextCases {

    /** Ways in which a server may repeat a secret. */
    private static final Map<String, UnaryOperator<String>> FORMS = Map.of(
            "unchanged", secret -> secret,
            "urlencoded", secret -> java.net.URLEncoder.encode(secret, StandardCharsets.UTF_8),
            "urlencoded in lower case",
                    secret -> java.net.URLEncoder.encode(secret, StandardCharsets.UTF_8)
                            .toLowerCase(Locale.ROOT),
            "in Base64", secret -> Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8)));

    private TextCases() {}

    static List<Case> all() {
        List<Case> all = new ArrayList<>();
        all.add(description(
                "an escape sequence", "\\u001b[2J\\u001b]0;title\\u0007", "\\u001b[2J\\u001b]0;title\\u0007"));
        all.add(description("a C1 control", "\\u009b31m", "\\u009b31m"));
        all.add(description("bidirectional controls", "\\u202e\\u2066\\u200f", "\\u202e\\u2066\\u200f"));
        all.add(description("invisible characters", "a\\u200bb\\ufeffc\\u00add", "a\\u200bb\\ufeffc\\u00add"));
        all.add(description("a tag beyond the first plane", "\\udb40\\udc41", "\\udb40\\udc41"));
        all.add(description("half a character", "\\ud800", "\\ud800"));
        all.add(description(
                "line ends", "a\\r\\nfleetauth: all is well\\u2028b", "a\\u000d\\u000afleetauth: all is well\\u2028b"));
        all.add(description("a long text", "x".repeat(100_000), "xxx..."));
        all.add(new Case(
                "text: controls in an error code",
                "refresh",
                o -> o.rogue.respond("/token", 400, "{\"error\":\"\\u001b[31m\"}"),
                5,
                "refused the request: \\u001b[31m",
                "T",
                After.SAME));
        all.add(new Case(
                "text: controls in a title",
                "refresh",
                o -> o.rogue.respond("/token", 503, "<html><title>\u001b[31m\u202ered</title>"),
                6,
                "[31m red",
                "T",
                After.SAME));
        all.add(new Case(
                "text: controls in a scope",
                "login",
                o -> o.rogue.token("scope", "\"openid \\u001b[31m\\u202ered\""),
                0,
                "\\u001b[31m\\u202ered",
                "DTK",
                After.NEW));
        for (String format : List.of("text", "json")) {
            all.add(new Case(
                    "text: controls in a document, as " + format,
                    "discover --issuer {issuer} --format " + format,
                    o -> o.rogue.document("x\u009b31m\u202e", "\"\\u009b31m\\u202e\\u007f\""),
                    0,
                    "\\u009b31m\\u202e",
                    "D",
                    After.SAME));
        }
        for (String form : FORMS.keySet().stream().sorted().toList()) {
            for (String secret : List.of(Rogue.CLIENT_SECRET, "{refresh}")) {
                all.add(new Case(
                        "text: the " + (secret.equals("{refresh}") ? "refresh token" : "secret") + " sent back " + form,
                        "refresh",
                        o -> {
                            String text = Bodies.of(FORMS, form).apply(secret.replace("{refresh}", "canary-refresh-1"));
                            o.shell.watch(text);
                            o.rogue.respond(
                                    "/token",
                                    400,
                                    "{\"error\":\"invalid_request\",\"error_description\":\"not good: " + text
                                            + "!\"}");
                        },
                        5,
                        "not good: \u2026!",
                        "T",
                        After.SAME));
            }
        }
        all.add(new Case(
                "text: the whole header sent back",
                "refresh",
                o -> o.rogue.respond(
                        "/token",
                        request -> Rogue.response(
                                400,
                                "{\"error\":\"invalid_request\",\"error_description\":\""
                                        + request.getHeaders().get("Authorization") + "\"}")),
                5,
                "Basic \u2026 (400)",
                "T",
                After.SAME));
        all.add(new Case(
                "text: the secret sent back in a title",
                "refresh",
                o -> o.rogue.respond("/token", 503, "<html><title>No " + Rogue.CLIENT_SECRET + "</title>"),
                6,
                "No \u2026",
                "T",
                After.SAME));
        all.add(new Case(
                "text: the trace of a server that puts secrets everywhere",
                "refresh -v",
                o -> o.rogue.respond(
                        "/token",
                        400,
                        "{\"error\":\"x\",\"canary\":1}",
                        "Content-Type",
                        "canary/canary",
                        "Server",
                        "canary",
                        "Location",
                        "https://canary.example/?canary=canary"),
                5,
                "< 400",
                "T",
                After.SAME));
        return all;
    }

    private static Case description(String name, String json, String shown) {
        return new Case(
                "text: " + name,
                "refresh",
                o -> o.rogue.respond(
                        "/token", 400, "{\"error\":\"invalid_request\",\"error_description\":\"" + json + "\"}"),
                5,
                shown,
                "T",
                After.SAME);
    }
}
