package dev.fleetauth.serve.client;

import dev.fleetauth.model.ClientKey;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * The rules that a request must satisfy before it is processed. A path that two servers could interpret differently is
 * refused, so that the Fleet API sees exactly what is checked here.
 */
final class RequestRules {

    private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");

    /** The values of Sec-Fetch-Site that a browser sends if no page of another origin caused the request. */
    private static final Set<String> NOT_CROSS_ORIGIN = Set.of("none", "same-origin");

    /** The characters of RFC 3986 3.3 without the semicolon, since some servers ignore what follows it in a path. */
    private static final String PATH_CHARACTERS = "-._~!$&'()*+,=:@/";

    /**
     * The characters that must not be percent-encoded in a path, since a server could decode them before it splits the
     * path.
     */
    private static final String NEVER_ENCODED = "/\\.;?#%";

    private RequestRules() {}

    /** Refuses a request that breaks the rules. */
    static void check(Request request) {
        String method = request.getMethod();
        if (!METHODS.contains(method)) {
            throw ClientErrorException.method(String.join(", ", METHODS));
        }
        checkHeaders(request);
        checkPath(request.getHttpURI().getPath());
        checkQuery(request.getHttpURI().getQuery());
    }

    private static void checkHeaders(Request request) {
        String site = request.getHeaders().get("Sec-Fetch-Site");
        if (site != null && !NOT_CROSS_ORIGIN.contains(site.toLowerCase(Locale.ROOT))) {
            throw new ClientErrorException(403, "access_denied", "the request was caused by a page of another origin");
        }
        String coding = request.getHeaders().get(HttpHeader.TRANSFER_ENCODING);
        if (coding != null && !coding.equalsIgnoreCase("chunked")) {
            throw new ClientErrorException(501, "invalid_request", "this transfer coding is not supported");
        }
        if (request.getHeaders().getValuesList(HttpHeader.AUTHORIZATION).size() > 1) {
            throw ClientErrorException.invalid("there is more than one Authorization header");
        }
        for (HttpField field : request.getHeaders()) {
            if (field.getHeader() != HttpHeader.AUTHORIZATION && holdsKey(field.getValue())) {
                throw misplacedKey();
            }
        }
    }

    private static void checkPath(@Nullable String path) {
        if (path == null || !path.startsWith("/")) {
            throw ClientErrorException.invalid("the path does not begin with a slash");
        }
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '%') {
                int decoded = decoded(path, i);
                if (decoded < ' ' || decoded == 0x7f || NEVER_ENCODED.indexOf(decoded) >= 0) {
                    throw ClientErrorException.invalid("the path contains an encoded character that is not allowed");
                }
                i += 2;
            } else if (!isLetterOrDigit(c) && PATH_CHARACTERS.indexOf(c) < 0) {
                throw ClientErrorException.invalid("the path contains a character that is not allowed");
            }
        }
        String[] segments = path.split("/", -1);
        for (int i = 1; i < segments.length; i++) {
            boolean isEnd = i == segments.length - 1;
            if ((segments[i].isEmpty() && !isEnd) || segments[i].equals(".") || segments[i].equals("..")) {
                throw ClientErrorException.invalid("the path contains an empty or relative segment");
            }
        }
        if (holdsKey(path)) {
            throw misplacedKey();
        }
    }

    private static void checkQuery(@Nullable String query) {
        if (query == null) {
            return;
        }
        for (int i = 0; i < query.length(); i++) {
            char c = query.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '#') {
                throw ClientErrorException.invalid("the query contains a character that is not allowed");
            }
            if (c == '%' && decoded(query, i) < 0) {
                throw ClientErrorException.invalid("the query is not percent-encoded correctly");
            }
        }
        if (holdsKey(query)) {
            throw misplacedKey();
        }
    }

    /** The byte that is percent-encoded at an index; -1 if none is. */
    private static int decoded(String text, int at) {
        int high = at + 2 < text.length() ? Character.digit(text.charAt(at + 1), 16) : -1;
        int low = high < 0 ? -1 : Character.digit(text.charAt(at + 2), 16);
        return low < 0 ? -1 : high * 16 + low;
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    /** Whether a string contains a client key, percent-encoded or not. */
    private static boolean holdsKey(@Nullable String text) {
        if (text == null || text.contains(ClientKey.PREFIX)) {
            return text != null;
        }
        try {
            return text.indexOf('%') >= 0
                    && URLDecoder.decode(text, StandardCharsets.UTF_8).contains(ClientKey.PREFIX);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static ClientErrorException misplacedKey() {
        return ClientErrorException.invalid(
                "a client key belongs in the Authorization header, or in the body of a token request");
    }

    /** The key in the header {@code Authorization}; empty if there is none. */
    static String bearer(Request request) {
        List<String> values = request.getHeaders().getValuesList(HttpHeader.AUTHORIZATION);
        String value = values.isEmpty() ? "" : values.get(0);
        String scheme = "Bearer ";
        return value.regionMatches(true, 0, scheme, 0, scheme.length())
                ? value.substring(scheme.length()).strip()
                : "";
    }
}
