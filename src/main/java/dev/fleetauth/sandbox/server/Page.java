package dev.fleetauth.sandbox.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The pages that people see: fixed HTML without scripts, into which texts are put escaped. */
public final class Page {

    /** Where the pages' only style sheet is. */
    public static final String STYLE_PATH = "/sandbox.css";

    private static final String TEMPLATE = new String(resource("page.html"), StandardCharsets.UTF_8);

    private Page() {}

    /**
     * A page whose form, if it has one, leads nowhere else.
     *
     * @param title the title and heading, a text
     * @param content the rest
     */
    public static Reply of(int status, String title, Html content) {
        return leadingTo(null, status, title, content);
    }

    /**
     * A page whose form's answer sends the browser on to another server. Chromium holds the content security policy of a
     * form against the redirects that follow it, so that server has to be named.
     *
     * @param target where the browser is sent on to; null for nowhere
     */
    public static Reply leadingTo(@Nullable String target, int status, String title, Html content) {
        String html = Html.of(TEMPLATE, title, title, content).markup();
        String formAction = target == null ? "'self'" : "'self' " + source(URI.create(target));
        return Reply.of(status, "text/html; charset=utf-8", html.getBytes(StandardCharsets.UTF_8))
                .header(
                        "Content-Security-Policy",
                        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action "
                                + formAction)
                .header("Referrer-Policy", "no-referrer");
    }

    public static Reply style() {
        return Reply.of(200, "text/css; charset=utf-8", resource("sandbox.css"));
    }

    /** The source expression that lets an address through (CSP Level 3, 2.3.1): it has no form for IPv6 addresses. */
    private static String source(URI target) {
        boolean isNamed = target.getHost() != null && !target.getHost().startsWith("[");
        boolean isWeb = "http".equals(target.getScheme()) || "https".equals(target.getScheme());
        return target.getScheme() + ":" + (isNamed && isWeb ? "//" + target.getAuthority() : "");
    }

    /** Whether a host, as in an address, is this machine. */
    public static boolean isLoopback(String host) {
        return host.equals("localhost") || host.equals("127.0.0.1") || host.equals("[::1]");
    }

    private static byte[] resource(String name) {
        try (InputStream in = Page.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not beside the class");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
