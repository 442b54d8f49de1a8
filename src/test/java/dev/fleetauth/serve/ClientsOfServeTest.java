package dev.fleetauth.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.sandbox.FreePort;
import dev.fleetauth.testing.Await;
import dev.fleetauth.testing.ShellAndSandbox;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients with a key, from {@code client add} to the Fleet API, with the commands and the server as users run them. */
@Tag("any-jdk")
class ClientsOfServeTest {

    private static final String REGION = "/api/1/users/region";

    @TempDir
    Path folder;

    private final int port = FreePort.next();
    private final HttpClient http = HttpClient.newHttpClient();

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.timeout(Duration.ofSeconds(30)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private URI at(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private HttpResponse<String> tokenRequest(String key) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(at("/oauth2/v3/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("grant_type=refresh_token&refresh_token=" + key)));
    }

    private HttpResponse<String> proxied(String path, String key) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(at(path)).header("Authorization", "Bearer " + key));
    }

    private static String add(ShellAndSandbox fixture, String... words) {
        String[] args = new String[words.length + 2];
        args[0] = "client";
        args[1] = "add";
        System.arraycopy(words, 0, args, 2, words.length);
        return fixture.shell.run(args).exits(0).line();
    }

    @Test
    void aClientIsServedUntilItIsRemoved() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            String key = add(fixture, "logger");
            String proxyKey = add(fixture, "dashboard", "--proxy-only", "--read-only");
            try (Serving serving = Serving.on(fixture, "--listen", "127.0.0.1:" + port)) {
                assertThat(tokenRequest(key).body()).contains(fixture.token(), key);
                assertThat(proxied(REGION, proxyKey).body()).contains("\"region\":");
                assertThat(tokenRequest(proxyKey).statusCode()).isEqualTo(400);

                assertThat(tokenRequest(add(fixture, "late")).statusCode())
                        .as("a client that was added meanwhile")
                        .isEqualTo(200);
                fixture.shell.run("key", "rotate").exits(0);
                assertThat(tokenRequest(key).statusCode())
                        .as("with a new key of the store")
                        .isEqualTo(200);
                fixture.shell.run("client", "remove", "logger").exits(0);
                Await.until("the client is refused", () -> tokenRequest(key).statusCode() == 400);
                assertThat(proxied(REGION, proxyKey).statusCode()).isEqualTo(200);

                serving.awaitLine("POST /oauth2/v3/token logger 200 \\d+ ms");
                serving.awaitLine("GET /api/1/users/region dashboard 200 \\d+ ms");
                serving.awaitLine("POST /oauth2/v3/token - 400 \\d+ ms");
                serving.stop().exits(0);
            }
        }
    }

    @Test
    void aClientIsToldThatALoginIsNeeded() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            String key = add(fixture, "logger");
            try (Serving serving = Serving.on(fixture, "--listen", "127.0.0.1:" + port)) {
                fixture.expire();
                fixture.sandbox.revokeAll(fixture.sandbox.clientId());
                HttpResponse<String> refused = tokenRequest(key);
                assertThat(refused.statusCode()).isEqualTo(401);
                assertThat(refused.body()).contains("login_required", "fleetauth login");
                assertThat(proxied(REGION, key).statusCode()).isEqualTo(401);
                serving.awaitLine("POST /oauth2/v3/token logger 401 \\d+ ms");
            }
        }
    }
}
