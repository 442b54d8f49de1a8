package dev.fleetauth.serve.client;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Requests that no client should send, and the expected result of each. */
final class HostileClientRequests {

    /**
     * A request.
     *
     * @param name what is hostile about it
     * @param text the request as it is sent, with names of {@link ClientServer}'s values in braces
     * @param status a pattern of the status of the first response
     * @param target the target that arrives at the Fleet API; null if nothing may arrive
     */
    record Row(
            String name,
            String text,
            String status,
            @Nullable String target) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final String HOST = "Host: 127.0.0.1:{port}\r\n";
    private static final String KEY = "Authorization: Bearer {key}\r\n";
    private static final String FORM = "Content-Type: application/x-www-form-urlencoded\r\n";

    private final List<Row> rows = new ArrayList<>();

    private HostileClientRequests() {}

    static List<Row> all() {
        HostileClientRequests all = new HostileClientRequests();
        all.hosts();
        all.pages();
        all.keys();
        all.targets();
        all.methods();
        all.framing();
        all.headers();
        all.tokenRequests();
        return all.rows;
    }

    private void add(String name, String text, String status) {
        rows.add(new Row(name, text, status, null));
    }

    private void get(String name, String target, String headers, String status) {
        add(name, "GET " + target + " HTTP/1.1\r\n" + HOST + headers + "\r\n", status);
    }

    private void passed(String name, String target, String headers, String arrives) {
        rows.add(new Row(name, "GET " + target + " HTTP/1.1\r\n" + HOST + KEY + headers + "\r\n", "200", arrives));
    }

    private void hosts() {
        String[] hosts = {
            "evil.example",
            "evil.example:{port}",
            "127.0.0.1",
            "127.0.0.1:1",
            "127.0.0.1:{port}.evil.example",
            "localhost.evil.example:{port}",
            "127.0.0.2:{port}",
            "0.0.0.0:{port}",
            "[::1]:{port}",
            "user@127.0.0.1:{port}",
            "127.0.0.1:0{port}",
            ""
        };
        for (String host : hosts) {
            add("host '" + host + "'", "GET /api/1/x HTTP/1.1\r\nHost: " + host + "\r\n" + KEY + "\r\n", "4\\d\\d");
        }
        add("no host", "GET /api/1/x HTTP/1.1\r\n" + KEY + "\r\n", "4\\d\\d");
        add("no host in HTTP/1.0", "GET /api/1/x HTTP/1.0\r\n" + KEY + "\r\n", "4\\d\\d");
        get("two hosts", "/api/1/x", "Host: evil.example\r\n" + KEY, "4\\d\\d");
        add(
                "rebound discovery",
                "GET /.well-known/openid-configuration HTTP/1.1\r\nHost: evil.example:{port}\r\n\r\n",
                "4\\d\\d");
    }

    private void pages() {
        String[] origins = {"https://evil.example", "null", "http://127.0.0.1:{port}", "http://localhost:{port}", ""};
        for (String origin : origins) {
            get("origin '" + origin + "'", "/api/1/x", KEY + "Origin: " + origin + "\r\n", "4\\d\\d");
        }
        for (String site : new String[] {"cross-site", "same-site", "CROSS-SITE"}) {
            get("fetched by a page, " + site, "/api/1/x", KEY + "Sec-Fetch-Site: " + site + "\r\n", "403");
        }
        add(
                "preflight",
                "OPTIONS /api/1/x HTTP/1.1\r\n" + HOST
                        + "Origin: https://evil.example\r\nAccess-Control-Request-Method: GET\r\n\r\n",
                "4\\d\\d");
        token("posted by a page", "Origin: null\r\n" + FORM, "grant_type=refresh_token&refresh_token={key}", "4\\d\\d");
    }

    private void keys() {
        get("no key", "/api/1/x", "", "401");
        get("a wrong key", "/api/1/x", "Authorization: Bearer {wrongKey}\r\n", "401");
        get("a key cut off", "/api/1/x", "Authorization: Bearer fleetauth_ck_\r\n", "401");
        get("a hash instead of a key", "/api/1/x", "Authorization: Bearer {hash}\r\n", "401");
        get("the access token instead of a key", "/api/1/x", "Authorization: Bearer {token}\r\n", "401");
        get("a key with a suffix", "/api/1/x", "Authorization: Bearer {key}x\r\n", "401");
        get("two keys in a header", "/api/1/x", "Authorization: Bearer {key}, Bearer {key}\r\n", "401");
        get("two Authorization headers", "/api/1/x", KEY + KEY, "400");
        get("a right and a wrong header", "/api/1/x", KEY + "Authorization: Bearer {wrongKey}\r\n", "400");
        get("Basic", "/api/1/x", "Authorization: Basic {key}\r\n", "401");
        get("the key in a cookie", "/api/1/x", "Cookie: token={key}\r\n", "400");
        get("the key in another header as well", "/api/1/x", KEY + "X-Api-Key: {key}\r\n", "400");
        get("the key in the query", "/api/1/x?access_token={key}", "", "400");
        get("the key in the query, encoded", "/api/1/x?a=%66leetauth_ck_abc", KEY, "400");
        get("the key in the path", "/api/1/{key}", KEY, "400");
        get("the key in the path, encoded", "/api/1/fleetauth%5Fck_abc", KEY, "400");
        get("the key in the user agent", "/api/1/x", KEY + "User-Agent: {key}\r\n", "400");
        get("a key for one profile at another", "/profile/van/api/1/x", KEY, "403");
        get("a key at a profile with an encoded name", "/profile/%76an/api/1/x", KEY, "403");
        get("a key at an empty profile name", "/profile//api/1/x", KEY, "400");
        add(
                "a read-only key that posts",
                "POST /api/1/x HTTP/1.1\r\n" + HOST + "Authorization: Bearer {readKey}\r\nContent-Length: 0\r\n\r\n",
                "403");
        rows.add(new Row(
                "a read-only key that overrides the method",
                "GET /api/1/x HTTP/1.1\r\n" + HOST
                        + "Authorization: Bearer {readKey}\r\nX-HTTP-Method-Override: POST\r\n\r\n",
                "200",
                "/api/1/x"));
    }

    private void targets() {
        String[] refused = {
            "//evil.example/api/1/x",
            "/api//1/x",
            "/api/1/../../x",
            "/..",
            "/./api",
            "/api/1/.",
            "/api/1/%2e%2e/x",
            "/api/1/%2E%2E/x",
            "/api/1/.%2e/x",
            "/api/1/%2f%2fevil.example",
            "/api/1/x%2fy",
            "/api/1/x%5cy",
            "/api/1\\x",
            "/api/1/..;/x",
            "/api/1;v=2/x",
            "/api/1/%252e%252e/x",
            "/api/1/%00",
            "/api/1/%0d%0aX:%20y",
            "/api/1/%7f",
            "/api/1/%",
            "/api/1/%zz",
            "/api/1/%u002e",
            "/api/1/x#fragment",
            "/api/1/<x>",
            "/api/1/\u00e9",
            "/api/1/%3Fx",
            "/@evil.example/../x",
            "*",
            "api/1/x",
            ":80/x",
            "@evil.example/x",
            "?x"
        };
        for (String target : refused) {
            get("target '" + target + "'", target, KEY, "4\\d\\d");
        }
        get("absolute target of another host", "http://evil.example/api/1/x", KEY, "4\\d\\d");
        get("absolute target of another host, TLS", "https://evil.example/api/1/x", KEY, "4\\d\\d");
        get("absolute target with a user", "http://127.0.0.1:{port}@evil.example/x", KEY, "4\\d\\d");
        get("absolute target of a file", "file:///etc/passwd", KEY, "4\\d\\d");
        get("line end in the query", "/api/1/x?a=\rb", KEY, "4\\d\\d");
        get("tab in the query", "/api/1/x?a=\tb", KEY, "4\\d\\d");
        passed("absolute target of this server", "http://127.0.0.1:{port}/api/1/x", "", "/api/1/x");
        passed("at sign in the path", "/api/1/@evil.example:80/x", "", "/api/1/@evil.example:80/x");
        passed(
                "an address in the query",
                "/api/1/x?url=http://evil.example//",
                "",
                "/api/1/x?url=http://evil.example//");
        passed("encoded dots in the query", "/api/1/x?a=%2e%2e%2f", "", "/api/1/x?a=%2e%2e%2f");
        passed("an encoded letter", "/api/1/%78", "", "/api/1/%78");
    }

    private void methods() {
        for (String method : new String[] {"TRACE", "OPTIONS", "PROPFIND", "get", "CONNECT", "PRI", "TRACK"}) {
            add("method " + method, method + " /api/1/x HTTP/1.1\r\n" + HOST + KEY + "\r\n", "4\\d\\d|505");
        }
        add(
                "CONNECT to another host",
                "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n" + KEY + "\r\n",
                "4\\d\\d");
        add("CONNECT to this host", "CONNECT 127.0.0.1:{port} HTTP/1.1\r\n" + HOST + KEY + "\r\n", "4\\d\\d");
        passed("websocket", "/api/1/x", "Upgrade: websocket\r\nConnection: Upgrade\r\n", "/api/1/x");
        passed("HTTP/2 by upgrade", "/api/1/x", "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n", "/api/1/x");
        add("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "4\\d\\d|505");
        add("HTTP/0.9", "GET /api/1/x\r\n\r\n", "4\\d\\d|505|");
        add("not HTTP", "\u0016\u0003\u0001\u0002\u0000\r\n\r\n", "4\\d\\d|505|");
    }

    private void framing() {
        String post = "POST /api/1/x HTTP/1.1\r\n" + HOST + KEY;
        String inner = "POST /api/1/smuggled HTTP/1.1\r\n" + HOST + KEY + "Content-Length: 0\r\n\r\n";
        add(
                "length and chunks",
                post + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + inner,
                "4\\d\\d");
        add(
                "chunks and length",
                post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + inner,
                "4\\d\\d");
        add("two lengths", post + "Content-Length: 0\r\nContent-Length: 5\r\n\r\nhello" + inner, "4\\d\\d");
        add("a list of lengths", post + "Content-Length: 0, 5\r\n\r\nhello", "4\\d\\d");
        add("a negative length", post + "Content-Length: -1\r\n\r\n", "4\\d\\d");
        add("a length with a sign", post + "Content-Length: +5\r\n\r\nhello", "4\\d\\d");
        add("a length in hexadecimal", post + "Content-Length: 0x5\r\n\r\nhello", "4\\d\\d");
        add("a length that overflows", post + "Content-Length: 18446744073709551617\r\n\r\n", "4\\d\\d");
        add("a length that is too large", post + "Content-Length: 99999999\r\n\r\n", "413");
        add("unknown coding", post + "Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n", "4\\d\\d|501");
        add("chunks twice", post + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", "4\\d\\d|501");
        add("chunks in disguise", post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", "4\\d\\d|501");
        add("blank before the colon", post + "Content-Length : 5\r\n\r\nhello", "4\\d\\d");
        add("folded header", post + "X: a\r\n Content-Length: 5\r\n\r\nhello", "4\\d\\d");
        add("bare line feed", "GET /api/1/x HTTP/1.1\nHost: evil.example\n\n", "4\\d\\d");
        add("a header without a name", post + ": x\r\n\r\n", "4\\d\\d");
        add("NUL in a header", post + "X: a\u0000b\r\n\r\n", "4\\d\\d");
        add("carriage return in a header", post + "X: a\rX-Injected: b\r\n\r\n", "4\\d\\d");
        get("a body in a GET request", "/api/1/x", KEY + "Content-Length: 5\r\n", "400");
        get("a chunked body in a GET request", "/api/1/x", KEY + "Transfer-Encoding: chunked\r\n", "400");
    }

    private void headers() {
        get("headers that are too large", "/api/1/x", KEY + "X: " + "x".repeat(20_000) + "\r\n", "431|4\\d\\d");
        get("a target that is too long", "/api/1/" + "x".repeat(20_000), KEY, "414|431");
        get("unknown expectation", "/api/1/x", KEY + "Expect: 200-ok\r\n", "4\\d\\d");
        passed(
                "a header named by Connection",
                "/api/1/x",
                "Connection: X-Secret, close\r\nX-Secret: 1\r\n",
                "/api/1/x");
        passed(
                "forwarding headers",
                "/api/1/x",
                "X-Forwarded-Host: evil.example\r\nForwarded: host=evil\r\n",
                "/api/1/x");
        passed("proxy credentials", "/api/1/x", "Proxy-Authorization: Basic eA==\r\nConnection: close\r\n", "/api/1/x");
    }

    private void token(String name, String headers, String body, String status) {
        add(
                "token request: " + name,
                "POST " + ClientTokenEndpoint.PATH + " HTTP/1.1\r\n" + HOST + headers
                        + "Content-Length: {length}\r\n\r\n" + body,
                status);
    }

    private void tokenRequests() {
        String good = "grant_type=refresh_token&refresh_token={key}";
        get("token request by GET", ClientTokenEndpoint.PATH + "?" + "grant_type=refresh_token", "", "405");
        token("nothing", FORM, "", "400");
        token("no grant", FORM, "refresh_token={key}", "400");
        token("no key", FORM, "grant_type=refresh_token", "400");
        token("empty key", FORM, "grant_type=refresh_token&refresh_token=", "400");
        token("wrong key", FORM, "grant_type=refresh_token&refresh_token={wrongKey}", "400");
        token("key as the secret", FORM, "grant_type=refresh_token&client_secret={key}", "400");
        token("key in the header", FORM + KEY, "grant_type=refresh_token", "400");
        token("client credentials", FORM, "grant_type=client_credentials&client_secret={key}", "400");
        token("password", FORM, "grant_type=password&username=a&password={key}", "400");
        token("two grants", FORM, good + "&grant_type=password", "400");
        token("two keys", FORM, good + "&refresh_token={wrongKey}", "400");
        token("bad encoding", FORM, good + "&a=%zz", "400");
        token("not UTF-8", FORM, good + "&a=\u00ff", "400");
        token("no type", "", good, "400");
        token("text", "Content-Type: text/plain\r\n", good, "400");
        token("multipart", "Content-Type: multipart/form-data; boundary=x\r\n", good, "400");
        token("JSON as a form", FORM, "{\"grant_type\":\"refresh_token\",\"refresh_token\":\"{key}\"}", "400");
        token("a form as JSON", "Content-Type: application/json\r\n", good, "400");
        token(
                "JSON with a duplicate member",
                "Content-Type: application/json\r\n",
                "{\"grant_type\":\"refresh_token\",\"refresh_token\":\"{key}\",\"refresh_token\":\"{key}\"}",
                "400");
        token(
                "JSON with a list",
                "Content-Type: application/json\r\n",
                "{\"grant_type\":\"refresh_token\",\"refresh_token\":[\"{key}\"]}",
                "400");
        token("deep JSON", "Content-Type: application/json\r\n", "[".repeat(5000), "400");
        token("too large", FORM, "a=" + "x".repeat(17_000), "413");
        token("proxy-only key", FORM, "grant_type=refresh_token&refresh_token={proxyKey}", "400");
        token("read-only key", FORM, "grant_type=refresh_token&refresh_token={readKey}", "400");
        token("key of several profiles", FORM, "grant_type=refresh_token&refresh_token={severalKey}", "400");
        token("access token as the key", FORM, "grant_type=refresh_token&refresh_token={token}", "400");
        add("delete the token", "DELETE " + ClientTokenEndpoint.PATH + " HTTP/1.1\r\n" + HOST + KEY + "\r\n", "405");
        add(
                "a POST to a document",
                "POST /.well-known/openid-configuration HTTP/1.1\r\n" + HOST + "Content-Length: 0\r\n\r\n",
                "405");
        get("the endpoint with a dot segment", ClientTokenEndpoint.PATH + "/..", KEY, "400");
        get("the socket's endpoint without a key", "/token?profile=car", "", "401");
        get("the socket's status without a key", "/status", "", "401");
    }
}
