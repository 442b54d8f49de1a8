package dev.fleetauth.oauth.callback;

import dev.fleetauth.oauth.AuthorizationRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * A page on the callback's port that can be opened once. It redirects the browser to the provider and sets a cookie
 * that identifies the browser when it returns. Thus the browser's command line, which every user of the machine can
 * read, does not contain the state.
 */
final class StartPage {

    private final String path;
    private final String cookieName;
    private final String cookieValue;
    private final String cookieAttributes;
    private final Runnable reopened;
    private final AtomicBoolean opened = new AtomicBoolean();

    /**
     * @param callback the path of the callback, to which the cookie is restricted
     * @param port the port of the callback, part of the cookie's name since browsers do not separate cookies by port
     * @param reopened run when the page is requested a second time
     */
    StartPage(String callback, int port, SecureRandom random, Runnable reopened) {
        path = "/" + AuthorizationRequest.random(random);
        cookieName = "fleetauth_" + port;
        cookieValue = AuthorizationRequest.random(random);
        // A semicolon would end the attribute.
        cookieAttributes = "; Path=" + (callback.indexOf(';') < 0 ? callback : "/") + "; HttpOnly; SameSite=Lax";
        this.reopened = reopened;
    }

    String path() {
        return path;
    }

    boolean isAt(String requestPath) {
        return same(requestPath, path);
    }

    /** Opens the page. If it was opened before, runs {@code reopened} and returns false. */
    boolean open() {
        boolean first = opened.compareAndSet(false, true);
        if (!first) {
            reopened.run();
        }
        return first;
    }

    /** The header value that sets the cookie. */
    String setCookie() {
        return cookieName + "=" + cookieValue + cookieAttributes;
    }

    /** The header value that deletes the cookie. */
    String clearCookie() {
        return cookieName + "=; Max-Age=0" + cookieAttributes;
    }

    /** Whether a request comes from the browser that opened the page. */
    boolean isKnown(List<String> cookieHeaders) {
        return cookieHeaders.stream()
                .flatMap(header -> Stream.of(header.split(";", -1)))
                .anyMatch(cookie -> same(cookie.strip(), cookieName + "=" + cookieValue));
    }

    private static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
