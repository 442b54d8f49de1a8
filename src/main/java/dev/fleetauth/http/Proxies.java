package dev.fleetauth.http;

import dev.fleetauth.model.Failure;
import java.math.BigInteger;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import okhttp3.Credentials;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the proxy for a request as curl does: {@code HTTPS_PROXY}, or else {@code ALL_PROXY}, unless {@code NO_PROXY}
 * lists the server. The lower-case name of a variable takes precedence. {@code HTTP_PROXY} does not apply, since plain
 * http is used only on loopback, which is never proxied.
 */
public final class Proxies {

    /** curl's default port. */
    private static final int DEFAULT_PORT = 1080;

    private final @Nullable String name;
    private final String value;
    private final String exceptions;

    public Proxies(Map<String, String> variables) {
        name = firstSet(variables, "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY");
        value = name == null ? "" : variables.getOrDefault(name, "");
        String exceptionsName = firstSet(variables, "no_proxy", "NO_PROXY");
        exceptions = exceptionsName == null ? "" : variables.getOrDefault(exceptionsName, "");
    }

    private static @Nullable String firstSet(Map<String, String> variables, String... names) {
        for (String name : names) {
            if (!variables.getOrDefault(name, "").isBlank()) {
                return name;
            }
        }
        return null;
    }

    /** The variable that names the proxy; empty if none is set. */
    String variable() {
        return name == null ? "" : name;
    }

    /**
     * An HTTP proxy that tunnels with CONNECT (RFC 9110 9.3.6).
     *
     * @param authorization the {@code Proxy-Authorization}; null for none
     */
    public record HttpProxy(String host, int port, @Nullable String authorization) {

        /** Omits the authorization, which is secret. */
        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    /**
     * The proxy for a server; empty for a direct connection.
     *
     * @param host the server's name or address; IPv6 without brackets
     * @throws Failure of kind {@code BAD_VALUE} if the variable is invalid; its value is not shown, since it may
     * contain a password
     */
    public Optional<HttpProxy> forServer(String host, int port) {
        if (name == null || Addresses.isLoopback(host) || isException(host, port)) {
            return Optional.empty();
        }
        return Optional.of(parse(name, value.strip()));
    }

    private static HttpProxy parse(String name, String value) {
        String address = value.contains("://") ? value : "http://" + value;
        HttpUrl url = HttpUrl.parse(address);
        // Both parsers are needed: only OkHttp accepts an underscore in a host name, and only the JDK rejects invalid
        // characters.
        if (!isAddress(address) || url == null || url.isHttps()) {
            throw unusable(name);
        }
        boolean hasPort = address.matches(".*:\\d+/?");
        return new HttpProxy(url.host(), hasPort ? url.port() : DEFAULT_PORT, authorization(url));
    }

    private static boolean isAddress(String text) {
        try {
            return new URI(text).getRawAuthority() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static Failure unusable(String name) {
        return Failure.of(Failure.Kind.BAD_VALUE, name, "(not shown)", "a proxy such as http://proxy.example:3128");
    }

    private static @Nullable String authorization(HttpUrl url) {
        return url.username().isEmpty() && url.password().isEmpty()
                ? null
                : Credentials.basic(url.username(), url.password(), StandardCharsets.UTF_8);
    }

    private boolean isException(String host, int port) {
        String name = withoutFinalDot(host.toLowerCase(Locale.ROOT));
        for (String entry : exceptions.toLowerCase(Locale.ROOT).split("[,\\s]+", -1)) {
            if (!entry.isEmpty() && matches(entry, name, port)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether an entry matches a host. An entry is {@code *}, a network (CIDR), or a host or domain, with or without a
     * port.
     */
    private static boolean matches(String entry, String host, int port) {
        if (entry.equals("*")) {
            return true;
        }
        byte[] address = Addresses.literal(host);
        int slash = entry.indexOf('/');
        if (slash >= 0) {
            return address != null && isIn(address, entry.substring(0, slash), entry.substring(slash + 1));
        }
        String pattern = entry;
        int bracket = entry.lastIndexOf(']');
        int colon = entry.lastIndexOf(':');
        boolean bareIpv6 = bracket < 0 && entry.indexOf(':') != colon;
        if (colon > bracket && !bareIpv6) {
            if (!entry.substring(colon + 1).equals(Integer.toString(port))) {
                return false;
            }
            pattern = entry.substring(0, colon);
        }
        if (pattern.startsWith("[") && pattern.endsWith("]")) {
            pattern = pattern.substring(1, pattern.length() - 1);
        }
        if (pattern.startsWith("*")) {
            pattern = pattern.substring(1);
        }
        if (pattern.startsWith(".")) {
            pattern = pattern.substring(1);
        }
        pattern = withoutFinalDot(pattern);
        return !pattern.isEmpty() && (host.equals(pattern) || (address == null && host.endsWith("." + pattern)));
    }

    /** Whether an address is in a network; like curl, never in a network of all addresses. */
    private static boolean isIn(byte[] address, String network, String length) {
        byte[] start = Addresses.literal(network);
        if (start == null || start.length != address.length || !length.matches("\\d{1,3}")) {
            return false;
        }
        int bits = Integer.parseInt(length);
        if (bits == 0 || bits > 8 * address.length) {
            return false;
        }
        int rest = 8 * address.length - bits;
        return new BigInteger(1, address).shiftRight(rest).equals(new BigInteger(1, start).shiftRight(rest));
    }

    private static String withoutFinalDot(String host) {
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }
}
