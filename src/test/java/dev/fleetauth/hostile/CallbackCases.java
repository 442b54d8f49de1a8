package dev.fleetauth.hostile;

import dev.fleetauth.host.Limits;
import dev.fleetauth.hostile.Case.After;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Requests to the callback from the user's browser, from other pages in it, and from other programs. */
final class CallbackCases {

    private static final String REAL = "code={code}&state={state}";

    private CallbackCases() {}

    static List<Case> all() {
        List<Case> all = new ArrayList<>();
        // None of these ends the login: the real response follows each.
        all.add(stray("no query", 400, "it has no state", "GET /callback HTTP/1.1\r\nHost: {host}"));
        all.add(query("no state", "code=canary", "it has no state"));
        all.add(query("an empty state", "code=canary&state=", "state does not match this login"));
        all.add(query("another state", "code=canary&state=canary", "state does not match this login"));
        all.add(query("the state twice", "code=x&state={state}&state={state}", "state does not match this login"));
        all.add(query("the state and another", "code=x&state={state}&state=y", "state does not match this login"));
        all.add(query("the state with a suffix", "code=x&state={state}x", "state does not match this login"));
        all.add(query("the state and a zero byte", "code=x&state={state}%00", "state does not match this login"));
        all.add(query("the state and a blank", "code=x&state={state}+", "state does not match this login"));
        all.add(query("a state in too many bytes", "code=x&state=%c0%af%e0%80%80", "state does not match this login"));
        all.add(query("the state in a fragment", "code=x#state={state}", "it has no state"));
        all.add(query("another state, and the state in a fragment", "code=x&state=y#&state={state}", "does not match"));
        all.add(query("semicolons as separators", "code=x;state={state}", "it has no state"));
        all.add(query("an error without state", "error=access_denied", "it has no state"));
        all.add(query("an error with another state", "error=access_denied&state=x", "state does not match this login"));
        all.add(query("a mix-up without the state", "code=x&iss=https://evil.example", "it has no state"));
        all.add(query("neither code nor error", "state={state}", "neither a code nor an error"));
        all.add(query("an empty code", "code=&state={state}", "neither a code nor an error"));
        all.add(query("the code twice", "code=a&code=b&state={state}", "code more than once"));
        all.add(query("the error twice", "error=a&error=b&state={state}", "error more than once"));
        all.add(query("the issuer twice", REAL + "&iss={issuer}&iss={issuer}", "iss more than once"));
        all.add(query(
                "a code of 5000 characters", "code=" + "x".repeat(5000) + "&state={state}", "its code is too long"));
        all.add(query("invalid percent-encoding", "code=%zz&state={state}", "Logged in"));
        all.add(stray(
                "POST",
                405,
                "a request to the callback with the method POST was rejected",
                request("POST", REAL) + "\r\nContent-Length: 0"));
        all.add(stray(
                "HEAD", 405, "a request to the callback with the method HEAD was rejected", request("HEAD", REAL)));
        all.add(stray(
                "OPTIONS, a private network preflight",
                405,
                "a request to the callback with the method OPTIONS was rejected",
                request("OPTIONS", REAL) + "\r\nOrigin: https://evil.example\r\nAccess-Control-Request-Method: GET\r\n"
                        + "Access-Control-Request-Private-Network: true"));
        all.add(stray(
                "an unknown method", 405, "with an unknown method was rejected", request("\u00c4NDERE-METHODE", REAL)));
        all.add(stray("favicon", 404, "Logged in", "GET /favicon.ico HTTP/1.1\r\nHost: {host}"));
        all.add(stray("another path", 404, "Logged in", "GET /callback/?" + REAL + " HTTP/1.1\r\nHost: {host}"));
        all.add(stray(
                "a path with dot segments",
                404,
                "Logged in",
                "GET /x/../callback?" + REAL + " HTTP/1.1\r\nHost: {host}"));
        all.add(stray("an escaped path", 404, "Logged in", "GET /%63allback?" + REAL + " HTTP/1.1\r\nHost: {host}"));
        for (String host :
                List.of("evil.example:{port}", "127.0.0.1", "localhost.evil.example:{port}", "127.0.0.1:1", "")) {
            all.add(stray(
                    "the Host '" + host + "'",
                    403,
                    "a request for another host",
                    "GET /callback?" + REAL + " HTTP/1.1\r\nHost: " + host));
        }
        all.add(stray("no Host", 403, "a request for another host", "GET /callback?" + REAL + " HTTP/1.0"));
        String ours = "GET /callback?" + REAL + " HTTP/1.1\r\nHost: {host}";
        all.add(stray("a second Host", 403, "a request for another host", ours + "\r\nHost: evil.example"));
        all.add(stray("the same Host twice", 403, "a request for another host", ours + "\r\nHost: {host}"));
        all.add(stray(
                "a Host on a continuation line", 403, "another host", ours.replace("Host: ", "Host:\r\n {host}x")));
        all.add(stray(
                "an absolute address, as sent to a proxy",
                404,
                "Logged in",
                ours.replace("/callback", "http://{host}/callback")));
        all.add(stray(
                "an absolute address of another host",
                404,
                "Logged in",
                ours.replace("/callback", "http://x/callback")));
        all.add(stray("two slashes", 404, "Logged in", ours.replace("/callback", "//callback")));
        all.add(succeeds("HTTP/0.9", "Logged in", v -> v.expect(400, "GET /callback?" + REAL + "\r\n\r\n")));
        String chunked = request("GET", "x") + "\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
        String chunks = String.join("\r\n", "5", "state", "0", "", "");
        all.add(succeeds("a chunked body", "it has no state", v -> v.expect(400, chunked + chunks)));
        all.add(succeeds(
                "pipelined requests",
                "it has no state",
                v -> v.expect(400, "GET /callback HTTP/1.1\r\nHost: {host}\r\n\r\n".repeat(3) + v.get("state=x"))));
        all.add(stray("not HTTP", 400, "Logged in", "canary"));
        all.add(stray("TLS", 400, "Logged in", "\u0016\u0003\u0001\u0000\u0005\u0001\u0000\u0000\u0001\u0000"));
        all.add(succeeds("a connection that sends nothing", "Logged in", v -> v.keepOpen("")));
        all.add(succeeds("a connection that stops halfway", "Logged in", v -> v.keepOpen("GET /callback?code=x HT")));
        all.add(succeeds("a hundred half-open connections", "Logged in", v -> {
            for (int i = 0; i < 100; i++) {
                v.keepOpen(i % 2 == 0 ? "" : "GET /callback?code=x HTTP/1.1\r\nHost:");
            }
        }));
        all.add(succeeds("more half-open connections than the limit", "Logged in", v -> {
            for (int i = 0; i < 3 * Limits.CALLBACK_REQUESTS; i++) {
                v.keepOpen("GET /callback?code=x HTTP/1.1\r\nHost:");
                if (i % 40 == 0) {
                    // A complete request gets a response. This also waits until the earlier connections are accepted:
                    // the backlog is limited.
                    v.expect(400, v.get("state=x"));
                }
            }
        }));
        all.add(succeeds("a hundred forged responses", "not the response", v -> {
            for (int i = 0; i < 100; i++) {
                v.expect(400, v.get("code=canary&state=canary"));
            }
        }));
        all.add(succeeds("a second response", "Logged in", v -> {}, v -> {
            v.answer();
            v.sendWithoutWaiting(v.get("code=canary-other&state={state}"));
        }));
        all.add(succeeds("only 127.0.0.1 is listened on, not ::1", "Logged in", v -> {
            try (Socket socket = new Socket(loopback6(), Integer.parseInt(v.filled("{port}")))) {
                throw new AssertionError("connected to " + socket);
            } catch (IOException e) {
                // Expected.
            }
        }));

        // With the right state: an error, or another provider.
        all.add(fails(
                "wrong iss", REAL + "&iss=https://evil.example", 5, "names another issuer, https://evil.example"));
        all.add(fails("an empty iss", REAL + "&iss=", 5, "names another issuer"));
        all.add(fails("iss with a slash", REAL + "&iss={issuer}/", 5, "names another issuer"));
        all.add(fails(
                "iss with control characters",
                REAL + "&iss=%1B%5B31m%E2%80%AE",
                5,
                "names another issuer, \\u001b[31m\\u202e"));
        all.add(fails("wrong iss and an error", "error=access_denied&state={state}&iss=x", 5, "names another issuer"));
        all.add(new Case(
                "callback: iss promised and missing",
                "login",
                o -> {
                    o.rogue.document("authorization_response_iss_parameter_supported", "true");
                    o.visitor.sends(v -> v.expect(200, v.get(REAL)));
                },
                5,
                "the callback has no iss, although the provider's metadata says that it is always sent",
                "D",
                After.SAME));
        all.add(succeeds("the right iss", "Logged in", v -> {}, v -> v.expect(200, v.get(REAL + "&iss={issuer}"))));
        all.add(fails("denied", "error=access_denied&state={state}", 5, "access was denied: access_denied"));
        all.add(fails(
                "an error with control characters and HTML",
                "error=%1B%5B2J%3Cscript%3E&error_description=%E2%80%AEevil%0D%0Aok%00&state={state}",
                5,
                "\\u001b[2J<script>, \\u202eevil\\u000d\\u000aok\\u0000"));
        all.add(fails("an error of 5000 characters", "error=" + "x".repeat(5000) + "&state={state}", 5, "xxx..."));
        all.add(fails(
                "a temporary error", "error=temporarily_unavailable&state={state}", 6, "temporarily_unavailable"));
        all.add(fails("an error and a code", "error=server_error&" + REAL, 6, "server_error"));

        // No response arrives, or the listener's port is taken.
        all.add(new Case(
                "callback: the browser never returns",
                "login --timeout 1s",
                o -> o.visitor.sends(v -> {}),
                4,
                "the login was not completed",
                "D",
                After.SAME));
        all.add(taken("127.0.0.1"));
        all.add(taken("::1"));
        return all;
    }

    private static String request(String method, String query) {
        return method + " /callback?" + query + " HTTP/1.1\r\nHost: {host}";
    }

    private static Case query(String name, String query, String output) {
        return stray(name, 400, output, request("GET", query));
    }

    private static Case stray(String name, int status, String output, String head) {
        return succeeds(name, output, v -> v.expect(status, head + "\r\nConnection: close\r\n\r\n"));
    }

    private static Case succeeds(String name, String output, Consumer<Visitor> first) {
        return succeeds(name, output, first, Visitor::answer);
    }

    private static Case succeeds(String name, String output, Consumer<Visitor> first, Consumer<Visitor> then) {
        return new Case(
                "callback: " + name, "login", o -> o.visitor.sends(first.andThen(then)), 0, output, "DTK", After.NEW);
    }

    private static Case fails(String name, String query, int exit, String output) {
        return new Case(
                "callback: " + name,
                "login",
                o -> o.visitor.sends(v -> v.expect(200, v.get(query))),
                exit,
                output,
                "D",
                After.SAME);
    }

    private static Case taken(String address) {
        return new Case(
                "callback: the port is taken on " + address,
                "login --redirect-uri http://localhost:{port}/callback",
                o -> o.occupy(address),
                6,
                ": it is in use by",
                "D",
                After.SAME);
    }

    private static InetAddress loopback6() throws IOException {
        byte[] bytes = new byte[16];
        bytes[15] = 1;
        return InetAddress.getByAddress(bytes);
    }

    /** A socket that listens at an address, on a port of the system's choice. */
    static ServerSocket listening(String address) {
        try {
            return new ServerSocket(0, 1, InetAddress.getByName(address));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
