package dev.fleetauth.http;

import dev.fleetauth.host.Limits;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/** Checks and formats addresses before anything is sent to them. */
public final class Addresses {

    private static final int MAX_SHOWN_CHARS = 200;

    private static final String CREDENTIALS = "//[^/?#]*@";

    private Addresses() {}

    /** A string that should be an address, with any credentials removed. */
    public static String withoutCredentials(String address) {
        return address.replaceAll(CREDENTIALS, "//…@");
    }

    /**
     * Whether a host is this machine, by its name: {@code localhost}, 127.0.0.0/8 or ::1. The name {@code localhost} is
     * never looked up, so it cannot resolve to another machine.
     *
     * @param host a host as returned by {@link URI#getHost}, an IPv6 address with or without brackets
     */
    public static boolean isLoopback(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost")
                || name.equals("::1")
                || name.equals("[::1]")
                // Four decimal numbers: a name such as 127.example.org does not match.
                || name.matches("127\\.(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)){2}");
    }

    /** Whether an address is on this machine, like {@link #isLoopback(String)}. */
    public static boolean isLoopback(URI uri) {
        HttpUrl url = HttpUrl.parse(uri.toString());
        return url != null && isLoopback(url.host());
    }

    /**
     * Whether traffic to an address is protected: https, or http on loopback. False for addresses that the HTTP client
     * rejects, or in which it sees a different host.
     */
    public static boolean isProtected(URI uri) {
        String host = host(uri);
        HttpUrl url = HttpUrl.parse(uri.toString());
        if (host.isEmpty() || url == null) {
            return false;
        }
        boolean ipv6 = host.startsWith("[");
        return (ipv6 || host.equalsIgnoreCase(url.host())) && (url.isHttps() || isLoopback(url.host()));
    }

    /**
     * Why no secret may be sent to an address and no browser directed to it; null if both are safe.
     *
     * @param allowLoopback whether an address on this machine is allowed: one from a remote server would make this
     * program send requests to local servers
     */
    public static @Nullable String whyUnusable(String address, boolean allowLoopback) {
        if (address.length() > Limits.ADDRESS_CHARACTERS) {
            return "is too long";
        }
        URI uri;
        try {
            uri = new URI(address);
        } catch (URISyntaxException e) {
            return "is not an address";
        }
        if (!uri.isAbsolute()) {
            return "is not an absolute address";
        }
        if (uri.getRawUserInfo() != null) {
            return "contains credentials";
        }
        if (uri.getRawFragment() != null) {
            return "has a fragment";
        }
        if (!isProtected(uri)) {
            return "is neither a valid https address nor on this machine";
        }
        return allowLoopback || !isLoopback(uri) ? null : "is on this machine, but the server that names it is not";
    }

    /** Whether a string is an absolute address of any scheme, without credentials or a fragment. */
    public static boolean isPlainAbsolute(String address) {
        try {
            URI uri = new URI(address);
            return uri.isAbsolute()
                    && uri.getRawFragment() == null
                    && uri.getRawUserInfo() == null
                    && !Pattern.compile(CREDENTIALS).matcher(address).find();
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /**
     * An address safe to show: in ASCII, shortened with an ellipsis if it is long, and without credentials, query or
     * fragment, which may contain secrets.
     */
    public static String shown(URI uri) {
        String path = URI.create(uri.toASCIIString()).getRawPath();
        String text = origin(uri) + (path == null ? "" : path);
        return text.length() <= MAX_SHOWN_CHARS ? text : text.substring(0, MAX_SHOWN_CHARS) + "…";
    }

    /** The scheme, host and port of an address (RFC 6454 4), safe to show. */
    public static String origin(URI uri) {
        String host = host(uri);
        String port = uri.getHost() == null
                ? String.valueOf(uri.getRawAuthority()).substring(host.length())
                : uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return uri.getScheme() + "://" + host + (host.isEmpty() ? "" : port);
    }

    /**
     * The host of an address, including hosts with an underscore, which the JDK does not recognize; empty if it has
     * none.
     */
    public static String host(URI uri) {
        if (uri.getHost() != null) {
            return uri.getHost();
        }
        Matcher authority =
                Pattern.compile("([A-Za-z0-9._-]+)(?::\\d{1,5})?").matcher(String.valueOf(uri.getRawAuthority()));
        return uri.getRawAuthority() != null && authority.matches() ? authority.group(1) : "";
    }

    /** The bytes of a literal IP address; null if the text is not one. No lookup takes place. */
    static byte @Nullable [] literal(String host) {
        try {
            return host.indexOf(':') >= 0 || host.matches("\\d{1,3}(?:\\.\\d{1,3}){3}")
                    ? InetAddress.getByName(host).getAddress()
                    : null;
        } catch (UnknownHostException e) {
            return null;
        }
    }
}
