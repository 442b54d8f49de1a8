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

/** What can be told of an address before anything is sent to it. */
public final class Addresses {

    private static final int MAX_SHOWN_CHARS = 200;

    // Four decimal numbers, so that nothing that merely begins with 127 passes, such as 127.example.org.
    private static final Pattern LOOPBACK_V4 =
            Pattern.compile("127\\.(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)){2}");

    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(?:\\.\\d{1,3}){3}");

    private static final Pattern WITH_UNDERSCORE = Pattern.compile("([A-Za-z0-9._-]+)(?::\\d{1,5})?");

    private static final Pattern CREDENTIALS = Pattern.compile("//[^/?#]*@");

    private Addresses() {}

    /** A text that should be an address, without the credentials that may be in it. */
    public static String withoutCredentials(String address) {
        return CREDENTIALS.matcher(address).replaceAll("//…@");
    }

    /**
     * Whether a host is this machine, by its name alone: {@code localhost}, 127.0.0.0/8 or ::1. The name
     * {@code localhost} is never looked up, so that it cannot lead elsewhere.
     *
     * @param host a host as {@link URI#getHost} gives it, an IPv6 address in brackets or without
     */
    public static boolean isLoopback(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost")
                || name.equals("::1")
                || name.equals("[::1]")
                || LOOPBACK_V4.matcher(name).matches();
    }

    /** Whether an address is of this machine, by its host's name alone, as {@link #isLoopback(String)}. */
    public static boolean isLoopback(URI uri) {
        HttpUrl url = HttpUrl.parse(uri.toString());
        return url != null && isLoopback(url.host());
    }

    /**
     * Whether what is sent to an address is safe from others under way: https, or http that stays on this machine. False
     * too for one that the HTTP client would not take, or in which it would see another host.
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
     * Why an address cannot be one that a secret is sent to, or a browser is led to; null if it can.
     *
     * @param mayBeHere whether plain http on this machine will do: in what comes from elsewhere, it would have this program
     *     send requests of somebody else's choice to whatever listens here
     */
    public static @Nullable String whyUnusable(String address, boolean mayBeHere) {
        if (address.length() > Limits.ADDRESS_CHARACTERS) {
            return "is too long for an address";
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
            return "holds credentials";
        }
        if (uri.getRawFragment() != null) {
            return "has a fragment";
        }
        if (!isProtected(uri)) {
            return "is neither an https address nor on this machine";
        }
        return mayBeHere || !isLoopback(uri) ? null : "is on this machine, and the document is not";
    }

    /** Whether a text is an absolute address without credentials and fragment, of whatever scheme. */
    public static boolean isPlainAbsolute(String address) {
        try {
            URI uri = new URI(address);
            return uri.isAbsolute()
                    && uri.getRawFragment() == null
                    && uri.getRawUserInfo() == null
                    && !CREDENTIALS.matcher(address).find();
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /**
     * An address as it may be shown: ASCII, of a bounded length, and without credentials, query and fragment, in which
     * secrets may be.
     */
    public static String shown(URI uri) {
        String path = URI.create(uri.toASCIIString()).getRawPath();
        String text = origin(uri) + (path == null ? "" : path);
        return text.length() <= MAX_SHOWN_CHARS ? text : text.substring(0, MAX_SHOWN_CHARS) + "…";
    }

    /** The scheme, host and port of an address (RFC 6454 4), as it may be shown. */
    public static String origin(URI uri) {
        String host = host(uri);
        String port = uri.getHost() == null
                ? String.valueOf(uri.getRawAuthority()).substring(host.length())
                : uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return uri.getScheme() + "://" + host + (host.isEmpty() ? "" : port);
    }

    /** The host of an address, also one with an underscore, which the JDK does not see; empty if it has none. */
    public static String host(URI uri) {
        if (uri.getHost() != null) {
            return uri.getHost();
        }
        Matcher authority = WITH_UNDERSCORE.matcher(String.valueOf(uri.getRawAuthority()));
        return uri.getRawAuthority() != null && authority.matches() ? authority.group(1) : "";
    }

    /** An IP address that is written as one; null if the text is none. Nothing is looked up. */
    static byte @Nullable [] literal(String host) {
        try {
            return host.indexOf(':') >= 0 || IPV4.matcher(host).matches()
                    ? InetAddress.getByName(host).getAddress()
                    : null;
        } catch (UnknownHostException e) {
            return null;
        }
    }
}
