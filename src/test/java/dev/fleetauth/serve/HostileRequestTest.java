package dev.fleetauth.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import dev.fleetauth.host.Limits;
import dev.fleetauth.serve.SocketClient.Answer;
import dev.fleetauth.testing.ShellAndSandbox;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that no honest client sends: all errors have one form, and the server keeps serving. */
@Tag("any-jdk")
class HostileRequestTest {

    /** A request, and the status of its response; 0 if any status will do. */
    record Case(String request, int status) {}

    private static Case get(String target, int status) {
        return with(target, "", status);
    }

    private static Case with(String target, String headers, int status) {
        return new Case(request("GET", target, "Host: fleetauth\r\n" + headers), status);
    }

    private static String request(String method, String target, String headers) {
        return method + " " + target + " HTTP/1.1\r\n" + headers + "Connection: close\r\n\r\n";
    }

    private static final List<Case> CASES = List.of(
            get("/token", 200),
            // Paths.
            get("/", 404),
            get("/tokens", 404),
            get("/token/", 404),
            get("//token", 400),
            get("/token/..", 404),
            get("/x/../token", 404),
            get("/%74oken", 404),
            get("/token;x=1", 404),
            get("/TOKEN", 404),
            get("/token%00", 400),
            get("/token%2f", 400),
            get("/..", 400),
            get("/%", 400),
            get("http://fleetauth/token", 200),
            get("*", 400),
            get("token", 400),
            get("/token#x", 400),
            // Queries.
            get("/token?", 200),
            get("/token?profile=default&profile=default", 400),
            get("/token?profil=default", 400),
            get("/token?profile=", 400),
            get("/token?profile=..%2f..%2fetc", 400),
            get("/token?profile=a%00b", 400),
            get("/token?profile=%ff%fe", 400),
            get("/token?profile=%zz", 400),
            get("/token?profile=" + "a".repeat(5000), 400),
            get("/token?profile=nobody", 404),
            get("/token?min_validity=", 400),
            get("/token?min_validity=60", 400),
            get("/token?min_validity=-1s", 400),
            get("/token?min_validity=999999999d", 400),
            get("/token?min_validity=1%0d%0aX:%20y", 400),
            get("/token?min_validity=9h", 403),
            get("/token?access_token=eyJhbGciOiJub25lIn0.e30.", 400),
            get("/status?profile=nobody", 404),
            get("/status?min_validity=1h", 400),
            // Methods.
            new Case(request("POST", "/token", "Host: fleetauth\r\nContent-Length: 0\r\n"), 405),
            new Case(request("HEAD", "/token", "Host: fleetauth\r\n"), 405),
            new Case(request("OPTIONS", "/token", "Host: fleetauth\r\n"), 405),
            new Case(request("TRACE", "/token", "Host: fleetauth\r\n"), 405),
            new Case(request("DELETE", "/status", "Host: fleetauth\r\n"), 405),
            new Case(request("CONNECT", "fleetauth:443", "Host: fleetauth\r\n"), 400),
            new Case(request("get", "/token", "Host: fleetauth\r\n"), 405),
            // Web pages.
            with("/token", "Origin: http://localhost\r\n", 403),
            with("/token", "Origin: null\r\n", 403),
            with("/token", "Origin:\r\n", 403),
            // Hosts.
            new Case(request("GET", "/token", ""), 400),
            new Case(request("GET", "/token", "Host: a\r\nHost: b\r\n"), 400),
            new Case(request("GET", "/token", "Host: a b\r\n"), 400),
            // Headers.
            with("/token", "X: " + "a".repeat(Limits.SERVE_HEADER_BYTES) + "\r\n", 431),
            with("/token", "X: y\r\n".repeat(4000), 431),
            get("/" + "a".repeat(Limits.SERVE_HEADER_BYTES), 414),
            with("/token", "X y\r\n", 400),
            with("/token", "X : y\r\n", 400),
            with("/token", " X: y\r\n", 400),
            with("/token", "X: \u0000\r\n", 400),
            with("/token", "Content-Length: -1\r\n", 400),
            with("/token", "Content-Length: 1\r\nContent-Length: 2\r\n", 400),
            with("/token", "Content-Length: 99999999999999999999\r\n", 400),
            with("/token", "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", 400),
            with("/token", "Transfer-Encoding: gzip\r\n", 400),
            with("/token", "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n", 400),
            with("/token", "Expect: 100-continue\r\n", 200),
            with("/token", "Range: bytes=0-3\r\n", 200),
            with("/token", "If-None-Match: *\r\n", 200),
            // Not HTTP, or another version.
            new Case("GET /token\r\n\r\n", 0),
            new Case("GET /token HTTP/0.9\r\n\r\n", 0),
            new Case("GET /token HTTP/2.0\r\nHost: a\r\n\r\n", 0),
            new Case("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 0),
            new Case("\r\n\r\n\r\n\u0000\u0001\u0002\r\n\r\n", 0),
            new Case("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\r\n\r\n", 0));

    @TempDir
    Path folder;

    @Test
    void errorsHaveOneFormAndTheServerKeepsServing() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn();
                Serving serving = Serving.on(fixture)) {
            assertSoftly(all -> CASES.forEach(one -> check(all, one, serving.client())));
            assertThat(serving.client().get("/token").status()).isEqualTo(200);
            assertThat(serving.stop().err()).doesNotContain("eyJhbGciOiJub25lIn0", "Exception");
        }
    }

    private static void check(SoftAssertions all, Case one, SocketClient client) {
        Answer answer = client.send(one.request());
        String what = one.request().substring(0, Math.min(80, one.request().length())) + "\n" + answer.text();
        if (one.status() != 0) {
            all.assertThat(answer.status()).as(what).isEqualTo(one.status());
        }
        all.assertThat(answer.text())
                .as(what)
                .doesNotContainIgnoringCase("jetty")
                .doesNotContain("<html");
        if (answer.status() != 200) {
            all.assertThat(answer.text()).as(what).doesNotContain("access_token");
        }
        if (answer.status() != 403) {
            all.assertThat(answer.text()).as(what).doesNotContain("not from a web page");
        }
        if (answer.status() >= 400 && !one.request().startsWith("HEAD")) {
            all.assertThat(answer.json().path("exit_code").asInt()).as(what).isPositive();
            all.assertThat(answer.json().path("message").asText()).as(what).isNotEmpty();
        }
    }
}
