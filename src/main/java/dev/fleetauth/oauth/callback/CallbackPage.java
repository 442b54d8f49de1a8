package dev.fleetauth.oauth.callback;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The pages of the callback: the outcome of a login, or why a request is rejected. Their text is fixed, except for an
 * error's reason, which is added as plain text.
 */
public enum CallbackPage {
    /** The tokens are stored. */
    LOGGED_IN("Logged in", "fleetauth has received its tokens. You can close this window.", true),
    /** The user or the provider denied access. */
    DENIED("Not logged in", "Access was denied. See the terminal for details; you can close this window.", false),
    /** The provider returned an error that is not a user's decision. */
    ERROR("Not logged in", "The provider returned an error. You can close this window.", false),
    /** A response arrived, but a later step failed. */
    FAILED("Not logged in", "The login could not be completed. See the terminal for the reason.", false),
    /** The outcome is not known yet. */
    UNFINISHED("Not finished", "See the terminal for the outcome of the login.", false),
    /** A response to a login that already has one. */
    COMPLETED(
            "Already completed",
            "The response to this login was already received. See the terminal for the outcome.",
            false),
    /** Not the response to this login. */
    STRAY("Not this login", "This address does not belong to the login in progress. Nothing was changed.", false),
    /** The body of a redirect, which browsers do not show. */
    STARTED("Log in", "Redirecting to the provider.", false),
    /** The page that starts a login, requested a second time. */
    OPENED_BEFORE(
            "Already opened",
            "This page was already opened, perhaps by another program. Continue with the address shown in the"
                    + " terminal.",
            false),
    /** The response, in a different browser from the one that started the login. */
    OTHER_BROWSER(
            "Different browser",
            "This login was started in another browser; continue there, or paste this page's address into the"
                    + " terminal.",
            false),
    /** Any other address. */
    NOT_HERE("Not found", "This server only receives the response to a login.", false);

    private static final String STYLE = """
            :root{color-scheme:light dark}\
            body{font:16px/1.5 system-ui,sans-serif;margin:0;min-height:100vh;display:grid;place-items:center;\
            background:#f6f6f4;color:#1c1c1a}\
            main{max-width:26rem;margin:1rem;padding:2rem 2.5rem;border-radius:12px;background:#fff;\
            border:1px solid #deded8;border-top:6px solid #a3a39a}\
            main.good{border-top-color:#1f8a4c}h1{font-size:1.4rem;margin:0 0 .5rem}p{margin:0}\
            p+p{margin-top:.75rem;overflow-wrap:anywhere}\
            small{display:block;margin-top:1.5rem;color:#66665f}\
            @media(prefers-color-scheme:dark){body{background:#161615;color:#ecece6}\
            main{background:#222220;border-color:#3a3a36}main.good{border-top-color:#3fbf74}small{color:#a3a39a}}""";

    /** Headers of every page: nothing is loaded, framed, cached or sent as a referrer. */
    static final Map<String, String> HEADERS = Map.of(
            "Content-Type",
            "text/html; charset=utf-8",
            "Content-Security-Policy",
            "default-src 'none'; style-src 'sha256-" + sha256(STYLE)
                    + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "Cache-Control",
            "no-store",
            "Referrer-Policy",
            "no-referrer",
            "X-Content-Type-Options",
            "nosniff",
            "Cross-Origin-Opener-Policy",
            "same-origin");

    private final String title;
    private final String text;
    private final boolean isSuccess;

    CallbackPage(String title, String text, boolean isSuccess) {
        this.title = title;
        this.text = text;
        this.isSuccess = isSuccess;
    }

    byte[] html() {
        return html(List.of());
    }

    /** @param reason additional paragraphs, which may contain untrusted text */
    byte[] html(List<String> reason) {
        String html = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width\">\n"
                + "<title>" + title + " - fleetauth</title>\n<style>" + STYLE + "</style>\n"
                + "<main class=\"" + (isSuccess ? "good" : "other") + "\"><h1>" + title + "</h1><p>" + text + "</p>"
                + reason.stream().map(line -> "<p>" + escaped(line) + "</p>").collect(Collectors.joining())
                + "<small>fleetauth</small></main>\n</html>\n";
        return html.getBytes(StandardCharsets.UTF_8);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    private static String sha256(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK lacks SHA-256", e);
        }
    }
}
