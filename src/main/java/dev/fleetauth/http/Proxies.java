package dev.fleetauth.http;

import dev.fleetauth.model.Failure;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import okhttp3.Credentials;
import org.jspecify.annotations.Nullable;

/**
 * Which requests go through a proxy, by the variables {@code HTTPS_PROXY} and {@code NO_PROXY}, read as curl reads them:
 * the name in lower case wins. {@code HTTP_PROXY} has nothing to say here, since plain http is only spoken on loopback,
 * and loopback is never proxied.
 */
public final class Proxies {

    private final @Nullable String name;
    private final String value;
    private final String exceptions;

    public Proxies(Map<String, String> variables) {
        name = firstSet(variables, "https_proxy", "HTTPS_PROXY");
        value = name == null ? "" : variables.getOrDefault(name, "");
        String exceptionsName = firstSet(variables, "no_proxy", "NO_PROXY");
        exceptions = exceptionsName == null ? "" : variables.getOrDefault(exceptionsName, "");
    }

    private static @Nullable String firstSet(Map<String, String> variables, String first, String second) {
        if (!variables.getOrDefault(first, "").isBlank()) {
            return first;
        }
        return variables.getOrDefault(second, "").isBlank() ? null : second;
    }

    /**
     * A proxy that speaks HTTP and tunnels with CONNECT (RFC 9110 9.3.6).
     *
     * @param authorization the {@code Proxy-Authorization}; null for none
     */
    public record HttpProxy(String host, int port, @Nullable String authorization) {

        /** Without the authorization, which is a secret. */
        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    /**
     * The proxy for a server; empty if it is asked directly.
     *
     * @param host the server's name, an IPv6 address without brackets
     * @throws Failure of kind {@code BAD_VALUE} if the variable cannot be used; it does not tell the value, in which a
     *     password may be
     */
    public Optional<HttpProxy> forServer(String host, int port) {
        if (name == null || Addresses.isLoopback(host) || isException(host, port)) {
            return Optional.empty();
        }
        return Optional.of(parse(name, value.strip()));
    }

    private static HttpProxy parse(String name, String value) {
        URI uri;
        try {
            uri = new URI(value.contains("://") ? value : "http://" + value);
        } catch (URISyntaxException e) {
            // Not the cause: its message quotes the value.
            throw unusable(name);
        }
        String host = uri.getHost();
        if (!"http".equalsIgnoreCase(uri.getScheme()) || host == null || host.isEmpty() || uri.getPort() > 0xFFFF) {
            throw unusable(name);
        }
        String plainHost = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return new HttpProxy(plainHost, uri.getPort() < 0 ? 80 : uri.getPort(), authorization(uri.getRawUserInfo()));
    }

    private static Failure unusable(String name) {
        return Failure.of(Failure.Kind.BAD_VALUE, name, "(not shown)", "a proxy such as http://proxy.example:3128");
    }

    private static @Nullable String authorization(@Nullable String userInfo) {
        if (userInfo == null || userInfo.isEmpty()) {
            return null;
        }
        int colon = userInfo.indexOf(':');
        String user = colon < 0 ? userInfo : userInfo.substring(0, colon);
        String password = colon < 0 ? "" : userInfo.substring(colon + 1);
        return Credentials.basic(decode(user), decode(password), StandardCharsets.UTF_8);
    }

    private static String decode(String percentEncoded) {
        // In an address, unlike in a form, a plus sign is itself.
        return URLDecoder.decode(percentEncoded.replace("+", "%2B"), StandardCharsets.UTF_8);
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

    /** Whether an entry names a host: {@code *}, the host itself or a domain it is in, each with a port or without. */
    private static boolean matches(String entry, String host, int port) {
        if (entry.equals("*")) {
            return true;
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
        return !pattern.isEmpty() && (host.equals(pattern) || host.endsWith("." + pattern));
    }

    private static String withoutFinalDot(String host) {
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }
}
