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
        all.add(query("a state that begins right", "code=x&state={state}x", "state does not match this login"));
        all.add(query("the state and a zero", "code=x&state={state}%00", "state does not match this login"));
        all.add(query("the state and a blank", "code=x&state={state}+", "state does not match this login"));
        all.add(query("a state in too many bytes", "code=x&state=%c0%af%e0%80%80", "state does not match this login"));
        all.add(query("the state in a fragment", "code=x#state={state}", "it has no state"));
        all.add(query("the state there and in a fragment", "code=x&state=y#&state={state}", "does not match"));
        all.add(query("semicolons between", "code=x;state={state}", "it has no state"));
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
        all.add(query("broken percent signs", "code=%zz&state={state}", "Logged in"));
        all.add(stray(
                "POST",
                405,
                "a request to the callback with the method POST was rejected",
                request("POST", REAL) + "\r\nContent-Length: 0"));
        all.add(stray(
                "HEAD", 405, "a request to the callback with the method HEAD was rejected", request("HEAD", REAL)));
        all.add(stray(
                "OPTIONS, asking for the private network",
                405,
                "a request to the callback with the method OPTIONS was rejected",
                request("OPTIONS", REAL) + "\r\nOrigin: https://evil.example\r\nAccess-Control-Request-Method: GET\r\n"
                        + "Access-Control-Request-Private-Network: true"));
        all.add(stray("a method nobody knows", 405, "with an unknown method was rejected", request("\u00c4NDERE-METHODE", REAL)));
        all.add(stray("favicon", 404, "Logged in", "GET /favicon.ico HTTP/1.1\r\nHost: {host}"));
        all.add(stray("another path", 404, "Logged in", "GET /callback/?" + REAL + " HTTP/1.1\r\nHost: {host}"));
        all.add(stray(
                "a path that leads back",
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
        all.add(stray("a Host on a line of its own", 403, "another host", ours.replace("Host: ", "Host:\r\n {host}x")));
        all.add(stray("as of a proxy", 404, "Logged in", ours.replace("/callback", "http://{host}/callback")));
        all.add(stray("as of a proxy, elsewhere", 404, "Logged in", ours.replace("/callback", "http://x/callback")));
        all.add(stray("two slashes", 404, "Logged in", ours.replace("/callback", "//callback")));
        all.add(goesOn("HTTP/0.9", "Logged in", v -> v.expect(400, "GET /callback?" + REAL + "\r\n\r\n")));
        String chunked = request("GET", "x") + "\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
        String chunks = String.join("\r\n", "5", "state", "0", "", "");
        all.add(goesOn("a body in chunks", "it has no state", v -> v.expect(400, chunked + chunks)));
        all.add(goesOn(
                "several requests in one go",
                "it has no state",
                v -> v.expect(400, "GET /callback HTTP/1.1\r\nHost: {host}\r\n\r\n".repeat(3) + v.get("state=x"))));
        all.add(stray("no HTTP", 400, "Logged in", "canary"));
        all.add(stray("TLS", 400, "Logged in", "\u0016\u0003\u0001\u0000\u0005\u0001\u0000\u0000\u0001\u0000"));
        all.add(goesOn("a connection that sends nothing", "Logged in", v -> v.stand("")));
        all.add(goesOn("a connection that stops half way", "Logged in", v -> v.stand("GET /callback?code=x HT")));
        all.add(goesOn("a hundred half open connections", "Logged in", v -> {
            for (int i = 0; i < 100; i++) {
                v.stand(i % 2 == 0 ? "" : "GET /callback?code=x HTTP/1.1\r\nHost:");
            }
        }));
        all.add(goesOn("more half open connections than are read at once", "Logged in", v -> {
            for (int i = 0; i < 3 * Limits.CALLBACK_REQUESTS; i++) {
                v.stand("GET /callback?code=x HTTP/1.1\r\nHost:");
                if (i % 40 == 0) {
                    // A complete request gets a response. This also waits until the earlier connections are accepted:
                    // the backlog is limited.
                    v.expect(400, v.get("state=x"));
                }
            }
        }));
        all.add(goesOn("a hundred forged responses", "not the response", v -> {
            for (int i = 0; i < 100; i++) {
                v.expect(400, v.get("code=canary&state=canary"));
            }
        }));
        all.add(goesOn("after the answer, another", "Logged in", v -> {}, v -> {
            v.answer();
            v.sendUnheard(v.get("code=canary-other&state={state}"));
        }));
        all.add(goesOn("::1 is not listened on beside 127.0.0.1", "Logged in", v -> {
            try (Socket socket = new Socket(loopback6(), Integer.parseInt(v.filled("{port}")))) {
                throw new AssertionError("connected to " + socket);
            } catch (IOException e) {
                // As it should be.
            }
        }));

        // With the right state: an error, or another provider.
        all.add(over("wrong iss", REAL + "&iss=https://evil.example", 5, "names another issuer, https://evil.example"));
        all.add(over("an empty iss", REAL + "&iss=", 5, "names another issuer"));
        all.add(over("iss with a slash", REAL + "&iss={issuer}/", 5, "names another issuer"));
        all.add(over(
                "iss with controls", REAL + "&iss=%1B%5B31m%E2%80%AE", 5, "names another issuer, \\u001b[31m\\u202e"));
        all.add(over("wrong iss and an error", "error=access_denied&state={state}&iss=x", 5, "names another issuer"));
        all.add(new Case(
                "callback: iss promised and missing",
                "login",
                o -> {
                    o.rogue.document("authorization_response_iss_parameter_supported", "true");
                    o.visitor.goes(v -> v.expect(200, v.get(REAL)));
                },
                5,
                "promises iss in the callback, but did not send it",
                "D",
                After.SAME));
        all.add(goesOn("iss right", "Logged in", v -> {}, v -> v.expect(200, v.get(REAL + "&iss={issuer}"))));
        all.add(over("denied", "error=access_denied&state={state}", 5, "access was denied: access_denied"));
        all.add(over(
                "an error with controls and HTML",
                "error=%1B%5B2J%3Cscript%3E&error_description=%E2%80%AEevil%0D%0Aok%00&state={state}",
                5,
                "\\u001b[2J<script>, \\u202eevil\\u000d\\u000aok\\u0000"));
        all.add(over("an error of 5000 characters", "error=" + "x".repeat(5000) + "&state={state}", 5, "xxx..."));
        all.add(over("an error for now", "error=temporarily_unavailable&state={state}", 6, "temporarily_unavailable"));
        all.add(over("an error and a code", "error=server_error&" + REAL, 6, "server_error"));

        // No response arrives, or the listener's port is taken.
        all.add(new Case(
                "callback: the browser never comes back",
                "login --timeout 1s",
                o -> o.visitor.goes(v -> {}),
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

    private static Case query(String name, String query, String says) {
        return stray(name, 400, says, request("GET", query));
    }

    private static Case stray(String name, int status, String says, String head) {
        return goesOn(name, says, v -> v.expect(status, head + "\r\nConnection: close\r\n\r\n"));
    }

    private static Case goesOn(String name, String says, Consumer<Visitor> first) {
        return goesOn(name, says, first, Visitor::answer);
    }

    private static Case goesOn(String name, String says, Consumer<Visitor> first, Consumer<Visitor> then) {
        return new Case(
                "callback: " + name, "login", o -> o.visitor.goes(first.andThen(then)), 0, says, "DTK", After.NEW);
    }

    private static Case over(String name, String query, int exit, String says) {
        return new Case(
                "callback: " + name,
                "login",
                o -> o.visitor.goes(v -> v.expect(200, v.get(query))),
                exit,
                says,
                "D",
                After.SAME);
    }

    private static Case taken(String address) {
        return new Case(
                "callback: the port is taken on " + address,
                "login --redirect-uri http://localhost:{port}/callback",
                o -> o.occupy(address),
                6,
                ": its port is taken by",
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
