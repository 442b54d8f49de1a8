package dev.fleetauth.serve.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.testing.Programs;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Clients of other projects, which are configured with only an address and a client key. */
@DisabledOnOs(OS.WINDOWS)
@Tag("any-jdk")
class ThirdPartyClientTest {

    /** The directory into which {@code .ci/run} installs the packages that {@code .ci/npm/package-lock.json} pins. */
    private static final Path NODE_MODULES = Path.of(".ci/npm/node_modules").toAbsolutePath();

    private static final String REQUESTS_OAUTHLIB = """
            import sys, time
            from requests_oauthlib import OAuth2Session

            base, api, key = sys.argv[1:4]
            saved = []
            session = OAuth2Session(
                "any-client",
                token={"access_token": "old", "refresh_token": key, "token_type": "Bearer",
                       "expires_in": -30, "expires_at": time.time() - 30},
                auto_refresh_url=base + "/oauth2/v3/token",
                auto_refresh_kwargs={"client_id": "any-client", "client_secret": "any-secret"},
                token_updater=saved.append)
            for i in range(2):
                print(session.get(api + "/api/1/vehicles").text)
            print(len(saved), saved[0]["refresh_token"] == key, saved[0]["expires_in"])
            proxied = OAuth2Session(token={"access_token": key, "token_type": "Bearer"})
            print(proxied.get(base + "/api/1/products").text)
            """;

    private static final String OPENID_CLIENT = """
            const client = await import(process.argv[2] + '/openid-client/build/index.js')
            const [base, api, key] = process.argv.slice(3)
            for (const algorithm of ['oidc', 'oauth2']) {
              const config = await client.discovery(new URL(base), 'any-client', undefined, client.None(), {
                algorithm, execute: [client.allowInsecureRequests] })
              const tokens = await client.refreshTokenGrant(config, key)
              console.log(tokens.refresh_token === key, tokens.token_type, tokens.expiresIn())
              const response = await client.fetchProtectedResource(
                config, tokens.access_token, new URL(api + '/api/1/vehicles'), 'GET')
              console.log(await response.text())
            }
            const config = await client.discovery(new URL(base), 'any-client', 'any-secret', undefined, {
              execute: [client.allowInsecureRequests] })
            try {
              await client.refreshTokenGrant(config, 'fleetauth_ck_wrong')
            } catch (e) {
              console.log(e.error, e.status)
            }
            """;

    @TempDir
    private Path folder;

    private ClientServer server;

    @BeforeEach
    void start() throws Exception {
        server = new ClientServer();
        server.answer = request -> new mockwebserver3.MockResponse.Builder()
                .code(200)
                .body(
                        Objects.equals(
                                        request.getHeaders().get("Authorization"),
                                        "Bearer " + server.tokens.token("car"))
                                ? "served " + request.getTarget()
                                : "not authorized")
                .build();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String run(Map<String, String> variables, String... words) throws IOException, InterruptedException {
        File out = folder.resolve("out").toFile();
        ProcessBuilder builder =
                new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(out);
        builder.environment().putAll(variables);
        Process process = builder.start();
        process.getOutputStream().close();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String text = Files.readString(out.toPath());
        assertThat(process.exitValue()).as(text).isZero();
        return text;
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text, StandardCharsets.UTF_8);
    }

    @Test
    void curlGetsATokenAndUsesTheProxy() throws Exception {
        Programs.require("curl");
        String token = run(
                Map.of(),
                "curl",
                "-sS",
                "-d",
                "grant_type=refresh_token",
                "-d",
                "refresh_token=" + server.key,
                server.base() + ClientTokenEndpoint.PATH);
        assertThat(token).contains(server.tokens.token("car"));
        String config = "header = \"Authorization: Bearer " + server.proxyKey + "\"\n";
        String proxied = run(
                Map.of(), "curl", "-sS", "-K", file("config", config).toString(), server.base() + "/api/1/vehicles");
        assertThat(proxied).isEqualTo("served /api/1/vehicles");
        String large = run(
                Map.of(),
                "curl",
                "-sS",
                "-K",
                file("config", config).toString(),
                // Large enough that curl sends Expect: 100-continue.
                "--json",
                "@" + file("body", "x".repeat(1024 * 1024)),
                server.base() + "/api/1/vehicles/1/command/share");
        assertThat(large).isEqualTo("served /api/1/vehicles/1/command/share");
    }

    @Test
    void requestsOauthlibRefreshesAutomaticallyAndUsesTheProxy() throws Exception {
        // Debian's package python3-requests-oauthlib is for Debian's Python.
        Programs.requireInstalled(Path.of("/usr/lib/python3/dist-packages/requests_oauthlib"));
        Path root = file("root.pem", ClientServer.rootCertificate());
        String out = run(
                // Otherwise the library rejects plain HTTP, even on loopback.
                Map.of("OAUTHLIB_INSECURE_TRANSPORT", "1", "REQUESTS_CA_BUNDLE", root.toString()),
                "/usr/bin/python3",
                file("client.py", REQUESTS_OAUTHLIB).toString(),
                server.base(),
                server.fleetApiBase(),
                server.key);
        assertThat(out.lines())
                .containsExactly(
                        "served /api/1/vehicles", "served /api/1/vehicles", "1 True 28800", "served /api/1/products");
    }

    @Test
    void openidClientDiscoversTheEndpointAndRefreshes() throws Exception {
        Programs.require("node");
        Programs.requireInstalled(NODE_MODULES.resolve("openid-client"));
        Path root = file("root.pem", ClientServer.rootCertificate());
        String out = run(
                Map.of("NODE_EXTRA_CA_CERTS", root.toString()),
                "node",
                file("client.mjs", OPENID_CLIENT).toString(),
                NODE_MODULES.toString(),
                server.base(),
                server.fleetApiBase(),
                server.key);
        // The client counts down by its own clock.
        assertThat(out.lines().map(line -> line.replaceAll("\\b2879\\d\\b", "28800")))
                .containsExactly(
                        "true bearer 28800",
                        "served /api/1/vehicles",
                        "true bearer 28800",
                        "served /api/1/vehicles",
                        "invalid_grant 400");
    }
}
