package dev.fleetauth.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fleetauth.sandbox.server.Parameters;
import dev.fleetauth.testing.TestClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A sandbox with a test clock, and a client that sends exactly what a test specifies. */
public final class TestClient implements AutoCloseable {

    static final Instant START = Instant.parse("2031-03-01T08:00:00Z");

    private static final ObjectMapper MAPPER = new ObjectMapper();

    public final TestClock clock = new TestClock(START);
    public final Sandbox sandbox;
    private final boolean strict;
    private final HttpClient http = HttpClient.newHttpClient();

    public TestClient(SandboxOptions options) {
        strict = options.strict();
        try {
            sandbox = Sandbox.start(options, clock, new SecureRandom());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A response and its JSON. */
    public record Answer(int status, String body, Function<String, String> header) {

        public JsonNode json() {
            try {
                return MAPPER.readTree(body);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        public String text(String member) {
            return json().path(member).asText();
        }

        public List<String> error() {
            return List.of(String.valueOf(status), text("error"));
        }
    }

    /** A map of alternating names and values. */
    public static Map<String, String> with(String... pairs) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }

    /** The first map with the second's entries; an empty value removes a parameter. */
    static Map<String, String> over(Map<String, String> base, Map<String, String> changes) {
        Map<String, String> all = new LinkedHashMap<>(base);
        all.putAll(changes);
        all.values().removeIf(String::isEmpty);
        return all;
    }

    public URI at(String path) {
        return sandbox.base().resolve(path);
    }

    String tokenPath() {
        return strict ? "/token" : "/fleet-auth/oauth2/v3/token";
    }

    public Answer get(String path, String... headers) {
        return send(HttpRequest.newBuilder(at(path)).GET(), headers);
    }

    public Answer post(String path, Map<String, String> form, String... headers) {
        return send(
                HttpRequest.newBuilder(at(path))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(Parameters.encode(form))),
                headers);
    }

    public Answer token(Map<String, String> form, String... headers) {
        return post(tokenPath(), form, headers);
    }

    /** The address where a login starts; the changes override the usual parameters. */
    URI authorize(Map<String, String> changes) {
        Map<String, String> asked = over(
                with(
                        "response_type", "code",
                        "client_id", sandbox.clientId(),
                        "redirect_uri", Sandbox.REDIRECT_URI,
                        "scope", "openid offline_access user_data vehicle_device_data",
                        "state", "st/te",
                        "nonce", "n0nce",
                        "prompt", strict ? "consent" : ""),
                changes);
        return at((strict ? "/authorize?" : "/oauth2/v3/authorize?") + Parameters.encode(asked));
    }

    /** The parameters that a login sends to the redirect URI, where no program listens. */
    Map<String, String> callback(Agent agent, Map<String, String> changes) throws IOException {
        // The agent does not open https addresses, so no listener is needed.
        Map<String, String> asked = with("redirect_uri", "https://app.example/callback");
        asked.putAll(changes);
        URI end = agent.visit(authorize(asked)).address();
        return Arrays.stream(end.getRawQuery().split("&"))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(
                        pair -> pair[0], pair -> Parameters.decode(pair[1]), (a, b) -> a, LinkedHashMap::new));
    }

    public String code(Map<String, String> changes) throws IOException {
        return callback(Agent.allowing(), changes).getOrDefault("code", "");
    }

    /** Exchanges a code; the changes override the usual parameters. */
    public Answer redeem(String code, Map<String, String> changes) {
        return token(over(
                with(
                        "grant_type",
                        "authorization_code",
                        "client_id",
                        sandbox.clientId(),
                        "client_secret",
                        sandbox.clientSecret().reveal(),
                        "code",
                        code,
                        "redirect_uri",
                        "https://app.example/callback",
                        "audience",
                        sandbox.base().toString()),
                changes));
    }

    public Answer login() throws IOException {
        return redeem(code(Map.of()), Map.of());
    }

    public Answer refresh(String refreshToken) {
        return token(over(
                with(
                        "grant_type",
                        "refresh_token",
                        "client_id",
                        sandbox.clientId(),
                        "client_secret",
                        strict ? sandbox.clientSecret().reveal() : "",
                        "refresh_token",
                        refreshToken),
                Map.of()));
    }

    public Answer me(String accessToken) {
        return get("/api/1/users/me", "Authorization", "Bearer " + accessToken);
    }

    private Answer send(HttpRequest.Builder request, String... headers) {
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<String> response =
                    http.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
            return new Answer(
                    response.statusCode(),
                    response.body(),
                    name -> response.headers().firstValue(name).orElse(""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        sandbox.close();
    }
}
