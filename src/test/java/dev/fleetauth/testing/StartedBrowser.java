package dev.fleetauth.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;

/**
 * A browser that has opened the page it was started with.
 *
 * @param address the authorization request, to which the page redirected
 * @param cookie the cookie that the page set; empty if the browser was started with the authorization request itself
 */
public record StartedBrowser(URI address, String cookie) {

    /** Opens the page that a browser was started with. */
    public static StartedBrowser at(URI page) {
        if (page.getRawQuery() != null) {
            return new StartedBrowser(page, "");
        }
        try {
            HttpURLConnection connection = (HttpURLConnection) page.toURL().openConnection(Proxy.NO_PROXY);
            connection.setInstanceFollowRedirects(false);
            connection.setReadTimeout(20_000);
            if (connection.getResponseCode() != 302) {
                throw new AssertionError("the start page answers " + connection.getResponseCode());
            }
            String cookie = connection.getHeaderField("Set-Cookie");
            return new StartedBrowser(
                    URI.create(connection.getHeaderField("Location")), cookie.substring(0, cookie.indexOf(';')));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Requests a callback, on a separate thread, since the response takes as long as the login. */
    public void comeBackTo(URI callback) {
        Thread thread = new Thread(
                () -> {
                    try {
                        HttpURLConnection connection =
                                (HttpURLConnection) callback.toURL().openConnection(Proxy.NO_PROXY);
                        connection.setReadTimeout(20_000);
                        connection.setRequestProperty("Cookie", cookie);
                        connection.getResponseCode();
                    } catch (IOException e) {
                        // The login may have ended before.
                    }
                },
                "browser");
        thread.setDaemon(true);
        thread.start();
    }
}
