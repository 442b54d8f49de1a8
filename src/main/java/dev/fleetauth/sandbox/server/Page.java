package dev.fleetauth.sandbox.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The pages for users: fixed HTML without scripts, with escaped text. */
public final class Page {

    /** The path of the pages' only style sheet. */
    public static final String STYLE_PATH = "/sandbox.css";

    private static final String TEMPLATE = new String(resource("page.html"), StandardCharsets.UTF_8);

    private Page() {}

    /**
     * A page whose form, if any, is posted to this server only.
     *
     * @param title the title and heading, plain text
     * @param content the content below the heading
     */
    public static Reply of(int status, String title, Html content) {
        return leadingTo(null, status, title, content);
    }

    /**
     * A page whose form leads to a redirect to another server. Chromium applies the {@code form-action} of the page's
     * content security policy to the redirects that follow, so it must name that server.
     *
     * @param target the address of the redirect; null for none
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

    /**
     * The source expression that allows a URL (CSP Level 3, 2.3.1). There is no syntax for IPv6 addresses, so a URL
     * with one is allowed by its scheme alone.
     */
    private static String source(URI target) {
        boolean isNamed = target.getHost() != null && !target.getHost().startsWith("[");
        boolean isWeb = "http".equals(target.getScheme()) || "https".equals(target.getScheme());
        return target.getScheme() + ":" + (isNamed && isWeb ? "//" + target.getAuthority() : "");
    }

    /** Whether the host of an address is this machine. */
    public static boolean isLoopback(String host) {
        return host.equals("localhost") || host.equals("127.0.0.1") || host.equals("[::1]");
    }

    private static byte[] resource(String name) {
        try (InputStream in = Page.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing from the class path");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
