package dev.fleetauth.oauth.callback;

import dev.fleetauth.oauth.AuthorizationRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * A page on the callback's port that can be opened once. It sends the browser on to the provider, and gives it a cookie by which
 * it is known when it comes back. So the arguments of a browser, which every user of the machine can read, do not hold the state.
 */
final class StartPage {

    private final String path;
    private final String cookieName;
    private final String cookieValue;
    private final String cookieAttributes;
    private final Runnable reopened;
    private final AtomicBoolean isOpened = new AtomicBoolean();

    /**
     * @param callback the path of the callback, which alone gets the cookie
     * @param port the port of the callback: browsers do not tell cookies of two ports apart
     * @param reopened run when the page is asked for a second time
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

    boolean isAt(String asked) {
        return same(asked, path);
    }

    /** Opens the page; false if it was opened before, which is told. */
    boolean open() {
        boolean first = isOpened.compareAndSet(false, true);
        if (!first) {
            reopened.run();
        }
        return first;
    }

    /** What makes a browser keep the cookie. */
    String setCookie() {
        return cookieName + "=" + cookieValue + cookieAttributes;
    }

    /** What makes a browser forget the cookie. */
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
