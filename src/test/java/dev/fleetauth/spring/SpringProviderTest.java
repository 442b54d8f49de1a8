package dev.fleetauth.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.spring.SpringServer.Received;
import dev.fleetauth.testing.Await;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestShell.Result;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The life of a profile, with whole commands against Spring Authorization Server. */
@ExtendWith(SpringServer.Extension.class)
@Tag("any-jdk")
class SpringProviderTest {

    private static final String TOKEN = "POST /oauth2/token";
    private static final String REVOKE = "POST /oauth2/revoke";
    private static final String KEYS = "GET /oauth2/jwks";
    private static final String DOCUMENT = "GET /.well-known/openid-configuration";
    private static final String AUTHORIZE = "GET /oauth2/authorize";

    private final SpringServer server;
    private final Path folder;
    private final TestShell shell;

    SpringProviderTest(SpringServer server, @TempDir Path folder) {
        this.server = server;
        this.folder = folder;
        this.shell = new TestShell(folder).watch(SpringServer.PASSWORD);
        Stream.of(SpringClient.BASIC, SpringClient.POST, SpringClient.CLIENT_CREDENTIALS, SpringClient.DEVICE)
                .forEach(client -> shell.watch(client.secret()));
        server.received();
    }

    @Test
    void tokensOfALoginOnAnotherDeviceAreRefreshedAndRevoked() {
        shell.variable("FLEETAUTH_CLIENT_SECRET", SpringClient.DEVICE.secret());
        var login = shell.start(
                "login",
                "--issuer",
                server.issuer(),
                "--client-id",
                SpringClient.DEVICE.id(),
                "--scope",
                "vehicle_data",
                "--device");
        URI page = URI.create(login.awaitLine(Pattern.compile("http://\\S+\\?user_code=\\S+")));
        // Spring specifies no interval, which means five seconds (RFC 8628 3.2).
        shell.clock().advance(Duration.ofSeconds(5));
        List<Received> received = new ArrayList<>(server.received());
        Await.until("the provider answered that the login is pending", () -> {
            received.addAll(server.received());
            return received.stream().anyMatch(request -> request.line().equals(TOKEN));
        });
        SpringUser eve = SpringUser.named("eve");
        eve.open(page);
        assertThat(eve.pages()).contains("/login", "/oauth2/device_verification");
        shell.clock().advance(Duration.ofSeconds(5));
        login.end().exits(0).says("Logged in", "Granted, as requested: vehicle_data");
        received.addAll(server.received());
        assertThat(received.stream().filter(request -> request.line().equals("POST /oauth2/device_authorization")))
                .singleElement()
                .satisfies(request -> {
                    assertThat(request.names()).containsExactly("scope");
                    assertThat(request.authorization())
                            .isEqualTo(SpringServer.basic(SpringClient.DEVICE.id(), SpringClient.DEVICE.secret()));
                });
        assertThat(received.stream().filter(request -> request.line().equals(TOKEN)))
                .extracting(Received::status)
                .containsExactly(400, 200);
        String first = shell.run("token").exits(0).line();
        assertThat(server.isActive(first)).isTrue();
        shell.clock().advance(SpringServer.ACCESS_TOKEN_LIFETIME);
        String second = shell.run("token").exits(0).line();
        assertThat(second).isNotEqualTo(first);
        assertThat(server.isActive(second)).isTrue();
        shell.run("revoke").exits(0);
        assertThat(server.isActive(second)).isFalse();
    }

    @Test
    void aConfidentialClientLogsInRefreshesAndRevokes() throws IOException {
        // Nothing is stored.
        shell.run("token").exits(3);
        assertThat(shell.run("status").exits(0).out()).isEmpty();

        // Logged in.
        SpringUser ada = SpringUser.named("ada");
        Result login = shell.browser(ada)
                .runWithInput(
                        SpringClient.BASIC.secret() + "\n",
                        "login",
                        "--issuer",
                        server.issuer(),
                        "--client-id",
                        SpringClient.BASIC.id(),
                        "--client-secret-file",
                        "-",
                        "--scope",
                        "openid,vehicle_data",
                        "--timeout",
                        "30s",
                        "-v")
                .exits(0);
        assertThat(login.out()).isEmpty();
        assertThat(login.err())
                // In the order in which Spring returns them.
                .containsPattern("(?m)^Granted, as requested: (openid vehicle_data|vehicle_data openid)$")
                .doesNotContain("Not granted");
        assertThat(ada.pages()).containsExactly("/login", "/oauth2/authorize", "/callback");
        assertThat(ada.lastPage()).contains("fleetauth has received its tokens");
        List<Received> received = server.received();
        assertThat(received).extracting(Received::line).containsExactly(DOCUMENT, AUTHORIZE, TOKEN, KEYS);
        Received authorize = received.get(1);
        assertThat(authorize.names())
                .containsExactly(
                        "client_id",
                        "code_challenge",
                        "code_challenge_method",
                        "nonce",
                        "redirect_uri",
                        "response_type",
                        "scope",
                        "state");
        assertThat(authorize.value("code_challenge_method")).isEqualTo("S256");
        assertThat(authorize.value("redirect_uri")).matches("http://127\\.0\\.0\\.1:\\d{4,5}/callback");
        Received exchange = received.get(2);
        assertThat(exchange.names()).containsExactly("code", "code_verifier", "grant_type", "redirect_uri");
        assertThat(exchange.authorization())
                .isEqualTo(SpringServer.basic(SpringClient.BASIC.id(), SpringClient.BASIC.secret()));
        assertThat(exchange.value("redirect_uri")).isEqualTo(authorize.value("redirect_uri"));
        watch(exchange, login);

        // Still valid: nothing is requested from the user or the provider.
        shell.browser(TestShell.NO_BROWSER);
        String first = shell.run("token").exits(0).line();
        assertThat(server.isActive(first)).isTrue();
        assertThat(shell.run("token").exits(0).line()).isEqualTo(first);
        assertThat(server.received()).isEmpty();

        // Expired and refreshed, with rotation.
        String firstRefreshToken = refreshToken();
        shell.clock().advance(SpringServer.ACCESS_TOKEN_LIFETIME);
        String second = shell.run("token", "-v").exits(0).line();
        assertThat(second).isNotEqualTo(first);
        assertThat(server.isActive(second)).isTrue();
        assertThat(refreshToken()).isNotEqualTo(firstRefreshToken);
        assertThat(server.isActive(firstRefreshToken)).isFalse();
        assertThat(server.isActive(refreshToken())).isTrue();
        received = server.received();
        assertThat(received).extracting(Received::line).containsExactly(TOKEN);
        assertThat(received.get(0).names()).containsExactly("grant_type", "refresh_token");
        assertThat(received.get(0).authorization()).isEqualTo(exchange.authorization());

        // Refused: someone else has spent the refresh token.
        JsonNode spent = server.post(
                SpringClient.BASIC,
                "/oauth2/token",
                Map.of("grant_type", "refresh_token", "refresh_token", refreshToken()));
        shell.watch(spent.path("refresh_token").textValue());
        shell.clock().advance(SpringServer.ACCESS_TOKEN_LIFETIME);
        for (int i = 0; i < 2; i++) {
            Result refused = shell.run("token").exits(4);
            assertThat(refused.out()).isEmpty();
            assertThat(refused.err()).contains("needs a login", "invalid_grant", "fleetauth login -p default");
        }

        // Logged in again, without any option; the user is still signed in at the provider and has consented.
        server.received();
        resetClock();
        shell.browser(ada).run("login").exits(0);
        assertThat(ada.pages()).containsExactly("/login", "/oauth2/authorize", "/callback", "/callback");
        // Spring forbids caching its document, so it is requested again.
        received = server.received();
        assertThat(received).extracting(Received::line).containsExactly(DOCUMENT, TOKEN);
        assertThat(received.get(0).conditional()).isFalse();
        shell.browser(TestShell.NO_BROWSER);
        String third = shell.run("token").exits(0).line();
        assertThat(third).isNotIn(first, second);

        // Inspected.
        server.received();
        JsonNode access = json(shell.run("inspect", "--verify", "--format", "json"));
        assertThat(access.path("verified").booleanValue()).isTrue();
        assertThat(access.path("claims").path("sub").textValue()).isEqualTo("ada");
        assertThat(strings(access.path("scope"))).containsExactlyInAnyOrder("openid", "vehicle_data");
        assertThat(access.path("expires_at_epoch").longValue())
                .isEqualTo(server.introspect(third).path("exp").longValue());
        JsonNode identity = json(shell.run("inspect", "--id-token", "--verify", "--format", "json"));
        assertThat(identity.path("verified").booleanValue()).isTrue();
        assertThat(identity.path("claims").path("iss").textValue()).isEqualTo(server.issuer());
        assertThat(strings(identity.path("audience"))).containsExactly(SpringClient.BASIC.id());
        assertThat(server.received()).as("the keys are cached").isEmpty();

        JsonNode status = json(shell.run("status", "--format", "json")).path(0);
        assertThat(status.path("state").textValue()).isEqualTo("valid");
        assertThat(status.path("issuer").textValue()).isEqualTo(server.issuer());
        assertThat(status.path("access_token_expires_at_epoch").longValue())
                .isCloseTo(server.introspect(third).path("exp").longValue(), Offset.offset(30L));

        // Revoked, and the provider agrees.
        String last = refreshToken();
        server.received();
        Result revoked = shell.run("revoke", "-v").exits(0);
        assertThat(revoked.err()).contains("Provider: accepted", "were deleted");
        assertThat(server.isActive(third)).isFalse();
        assertThat(server.isActive(last)).isFalse();
        received = server.received();
        assertThat(received).extracting(Received::line).containsOnly(REVOKE);
        assertThat(received.get(0).names()).containsExactly("token", "token_type_hint");
        assertThat(received.get(0).value("token_type_hint")).isEqualTo("refresh_token");
        assertThat(received.get(0).authorization()).isEqualTo(exchange.authorization());
        assertThat(shell.run("status").exits(4).out()).contains("login-required");
        shell.run("token").exits(4);
        assertThat(server.received()).isEmpty();

        // The settings are kept: a login needs no options.
        shell.browser(ada).run("login").exits(0);
        shell.browser(TestShell.NO_BROWSER).run("token").exits(0);
    }

    @Test
    void aClientThatAuthenticatesInTheBodyLogsInRefreshesAndRevokes() throws IOException {
        shell.variable("FLEETAUTH_ISSUER", server.postIssuer())
                .variable("FLEETAUTH_CLIENT_ID", SpringClient.POST.id())
                .variable("FLEETAUTH_CLIENT_SECRET", SpringClient.POST.secret());
        SpringUser grace = SpringUser.named("grace");
        Result login =
                shell.browser(grace).run("login", "--timeout", "30s", "-v").exits(0);
        assertThat(grace.pages()).containsExactly("/login", "/callback");
        List<Received> received = server.received();
        assertThat(received)
                .extracting(Received::line)
                .containsExactly(
                        "GET /post/.well-known/openid-configuration",
                        "GET /post/oauth2/authorize",
                        "POST /post/oauth2/token",
                        "GET /post/oauth2/jwks");
        Received exchange = received.get(2);
        assertThat(exchange.authorization()).isNull();
        assertThat(exchange.names())
                .containsExactly("client_id", "client_secret", "code", "code_verifier", "grant_type", "redirect_uri");
        assertThat(exchange.value("client_secret")).isEqualTo(SpringClient.POST.secret());
        watch(exchange, login);

        // Only a login reads the variables.
        shell.variable("FLEETAUTH_ISSUER", "https://elsewhere.invalid")
                .variable("FLEETAUTH_CLIENT_ID", "another")
                .variable("FLEETAUTH_CLIENT_SECRET", null)
                .browser(TestShell.NO_BROWSER);
        String first = shell.run("token").exits(0).line();
        shell.clock().advance(SpringServer.ACCESS_TOKEN_LIFETIME);
        String second = shell.run("token").exits(0).line();
        assertThat(second).isNotEqualTo(first);
        received = server.received();
        assertThat(received).extracting(Received::line).startsWith("POST /post/oauth2/token");
        assertThat(received.get(0).authorization()).isNull();
        assertThat(received.get(0).names())
                .containsExactly("client_id", "client_secret", "grant_type", "refresh_token");

        // Refused: the grant was revoked at the provider.
        server.post(SpringClient.POST, "/oauth2/revoke", Map.of("token", refreshToken()));
        assertThat(server.isActive(refreshToken())).isFalse();
        assertThat(shell.run("refresh").exits(4).err()).contains("invalid_grant");

        // A login requests the document only if the cached copy has expired, and then conditionally.
        shell.variable("FLEETAUTH_ISSUER", null).variable("FLEETAUTH_CLIENT_ID", null);
        resetClock();
        shell.browser(grace).run("login").exits(0);
        server.received();
        shell.run("login").exits(0);
        assertThat(server.received()).extracting(Received::line).noneMatch(line -> line.contains(".well-known"));
        shell.clock().advance(SpringServer.DOCUMENT_LIFETIME);
        shell.run("login").exits(0);
        assertThat(server.received())
                .filteredOn(request -> request.line().contains(".well-known"))
                .singleElement()
                .satisfies(request -> {
                    assertThat(request.conditional()).isTrue();
                    assertThat(request.status()).isEqualTo(304);
                });

        // The access token is opaque, which 'inspect' shows; only the id token can be verified.
        resetClock();
        assertThat(shell.run("inspect").exits(0).out()).contains("kind            opaque", "scope           openid");
        assertThat(shell.run("inspect", "--verify").exits(5).err()).contains("it is opaque");
        assertThat(shell.run("inspect", "--id-token", "--verify").exits(0).out())
                .contains("sub = \"grace\"", server.postIssuer());

        shell.browser(grace).run("login").exits(0);
        String third = shell.browser(TestShell.NO_BROWSER).run("token").exits(0).line();
        String last = refreshToken();
        server.received();
        shell.run("revoke").exits(0);
        assertThat(server.isActive(third)).isFalse();
        assertThat(server.isActive(last)).isFalse();
        received = server.received();
        assertThat(received).extracting(Received::line).containsOnly("POST /post/oauth2/revoke");
        assertThat(received.get(0).authorization()).isNull();
        assertThat(received.get(0).names()).containsExactly("client_id", "client_secret", "token", "token_type_hint");
        shell.run("status").exits(4);
    }

    @Test
    void clientCredentialsGetNewTokensWithoutAUser() throws IOException {
        Result login = shell.runWithInput(
                        SpringClient.CLIENT_CREDENTIALS.secret(),
                        "login",
                        "-p",
                        "machine",
                        "--issuer",
                        server.issuer(),
                        "--grant",
                        "client-credentials",
                        "--client-id",
                        SpringClient.CLIENT_CREDENTIALS.id(),
                        "--client-secret-file",
                        "-",
                        "--scope",
                        "vehicle_data",
                        "-v")
                .exits(0);
        assertThat(login.err()).contains("Granted, as requested: vehicle_data").doesNotContain("no refresh token");
        List<Received> received = server.received();
        assertThat(received).extracting(Received::line).containsExactly(DOCUMENT, TOKEN);
        assertThat(received.get(1).names()).containsExactly("grant_type", "scope");
        assertThat(received.get(1).authorization())
                .isEqualTo(SpringServer.basic(
                        SpringClient.CLIENT_CREDENTIALS.id(), SpringClient.CLIENT_CREDENTIALS.secret()));

        String first = shell.run("token", "-p", "machine").exits(0).line();
        assertThat(server.isActive(first)).isTrue();
        assertThat(shell.run("inspect", "-p", "machine", "--verify").exits(0).out())
                .contains("sub = \"" + SpringClient.CLIENT_CREDENTIALS.id() + "\"", "verified");
        shell.run("inspect", "-p", "machine", "--id-token").exits(4);

        // Expired: another one is requested, without a user.
        server.received();
        shell.clock().advance(SpringServer.ACCESS_TOKEN_LIFETIME);
        JsonNode status =
                json(shell.run("status", "-p", "machine", "--format", "json")).path(0);
        assertThat(status.path("state").textValue()).isEqualTo("refreshable");
        String second = shell.run("token", "-p", "machine").exits(0).line();
        assertThat(second).isNotEqualTo(first);
        received = server.received();
        assertThat(received).extracting(Received::line).containsExactly(TOKEN);
        assertThat(received.get(0).names()).containsExactly("grant_type", "scope");

        shell.run("revoke", "-p", "machine").exits(0);
        assertThat(server.isActive(second)).isFalse();
        assertThat(shell.run("status", "-p", "machine").exits(4).out()).contains("login-required");
        shell.run("token", "-p", "machine").exits(4);
        shell.run("login", "-p", "machine").exits(0);
        shell.run("token", "-p", "machine").exits(0);
    }

    @Test
    void aPublicClientNeedsALoginWhenItsAccessTokenExpires() {
        SpringUser ada = SpringUser.named("ada");
        Result login = shell.browser(ada)
                .run(
                        "login",
                        "--issuer",
                        server.issuer(),
                        "--client-id",
                        SpringClient.PUBLIC.id(),
                        "--timeout",
                        "30s",
                        "-v")
                .exits(0);
        assertThat(login.err())
                .contains(
                        "The provider sent no refresh token: you need to log in again when the access token expires.");
        Received exchange = server.received().get(2);
        assertThat(exchange.line()).isEqualTo(TOKEN);
        assertThat(exchange.authorization()).isNull();
        assertThat(exchange.names())
                .containsExactly("client_id", "code", "code_verifier", "grant_type", "redirect_uri");
        watch(exchange, login);

        shell.browser(TestShell.NO_BROWSER);
        String token = shell.run("token").exits(0).line();
        assertThat(server.isActive(token)).isTrue();
        assertThat(shell.run("status").exits(0).out()).contains("default: valid", "refresh token  none");

        // Spring requires client authentication here, which a public client cannot provide.
        Result revoke = shell.run("revoke").exits(5);
        assertThat(revoke.err())
                .contains(
                        "/oauth2/revoke refused the request (401)",
                        "Store: nothing was deleted. 'fleetauth logout' deletes")
                .doesNotContain("confirms");
        assertThat(server.isActive(token)).isTrue();
        assertThat(shell.run("token").exits(0).line()).isEqualTo(token);

        shell.clock().advance(SpringServer.ACCESS_TOKEN_LIFETIME);
        server.received();
        Result ended = shell.run("token").exits(4);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).contains("needs a login", "it has no refresh token", "fleetauth login -p default");
        assertThat(shell.run("refresh").exits(4).err()).contains("it has no refresh token");
        assertThat(shell.run("status").exits(4).out()).contains("default: login-required");
        assertThat(server.received()).isEmpty();

        resetClock();
        shell.browser(ada).run("login").exits(0);
        assertThat(shell.browser(TestShell.NO_BROWSER).run("token").exits(0).line())
                .isNotEqualTo(token);
        shell.run("logout").exits(0);
        shell.run("status").exits(4);
    }

    @Test
    void anIssuerIsComparedExactly() {
        Result refused = shell.run("login", "--issuer", server.issuer() + "/", "--client-id", "any")
                .exits(5);
        assertThat(refused.err()).contains("issuer is \"" + server.issuer() + "\", not \"" + server.issuer() + "/\"");
        assertThat(shell.run("status").exits(0).out()).isEmpty();

        Result shown = shell.run("discover", "--issuer", server.issuer()).exits(0);
        assertThat(shown.out().lines())
                .containsSequence("issuer: " + server.issuer(), "    from: document")
                .containsSequence("token_endpoint: " + server.issuer() + "/oauth2/token", "    from: document");
    }

    @Test
    void aWrongSecretIsReported() {
        shell.variable("FLEETAUTH_CLIENT_SECRET", "not the secret").watch("not the secret");
        Result person = shell.browser(SpringUser.named("ada"))
                .run(
                        "login",
                        "--issuer",
                        server.issuer(),
                        "--client-id",
                        SpringClient.BASIC.id(),
                        "--scope",
                        "openid",
                        "--timeout",
                        "30s")
                .exits(5);
        assertThat(person.err())
                .contains("refused the request: invalid_client", "(401)", "check the client id and the secret or key");
        Result machine = shell.browser(TestShell.NO_BROWSER)
                .run(
                        "login",
                        "--issuer",
                        server.issuer(),
                        "--client-id",
                        SpringClient.CLIENT_CREDENTIALS.id(),
                        "--grant",
                        "client-credentials")
                .exits(5);
        assertThat(machine.err())
                .contains("refused the request: invalid_client", "(401)", "check the client id and the secret or key");
        assertThat(shell.run("status").exits(0).out()).isEmpty();
    }

    @Test
    void aScopeThatTheClientDoesNotHaveIsReported() {
        shell.variable("FLEETAUTH_ISSUER", server.issuer());
        // One refusal comes through the browser, the other from the token endpoint.
        Result person = shell.browser(SpringUser.named("emmy"))
                .run("login", "--client-id", SpringClient.PUBLIC.id(), "--scope", "openid fly", "--timeout", "30s")
                .exits(5);
        assertThat(person.err())
                .contains(
                        "the provider returned an error for the login: invalid_scope",
                        "the scope 'openid fly'",
                        "request fewer scopes with --scope")
                .doesNotContain("access was denied");
        Result machine = shell.browser(TestShell.NO_BROWSER)
                .variable("FLEETAUTH_CLIENT_SECRET", SpringClient.CLIENT_CREDENTIALS.secret())
                .run(
                        "login",
                        "--client-id",
                        SpringClient.CLIENT_CREDENTIALS.id(),
                        "--grant",
                        "client-credentials",
                        "--scope",
                        "fly")
                .exits(5);
        assertThat(machine.err())
                .contains(
                        "refused the request: invalid_scope",
                        "(400)",
                        "the scope 'fly'",
                        "request fewer scopes with --scope");
    }

    @Test
    void aDeniedLoginChangesNothingAndAPartialGrantIsReported() throws IOException {
        shell.variable("FLEETAUTH_CLIENT_SECRET", SpringClient.BASIC.secret());
        SpringUser hedy = SpringUser.named("hedy");
        shell.browser(hedy)
                .run(
                        "login",
                        "--issuer",
                        server.issuer(),
                        "--client-id",
                        SpringClient.BASIC.id(),
                        "--scope",
                        "openid",
                        "--timeout",
                        "30s")
                .exits(0);
        // For the scope openid alone, Spring asks for no consent.
        assertThat(hedy.pages()).containsExactly("/login", "/callback");
        String token = shell.run("token").exits(0).line();

        SpringUser unwilling = hedy.withNewBrowserAllowing();
        Result nothing = shell.browser(unwilling)
                .run("login", "--scope", "openid profile vehicle_data", "--timeout", "30s")
                .exits(5);
        assertThat(nothing.err()).contains("access was denied: access_denied");
        assertThat(unwilling.pages()).containsExactly("/login", "/oauth2/authorize", "/callback");
        assertThat(unwilling.lastPage()).doesNotContain("fleetauth has received its tokens");
        assertThat(shell.run("token").exits(0).line()).isEqualTo(token);
        assertThat(server.isActive(token)).isTrue();

        Result less = shell.browser(hedy.withNewBrowserAllowing("profile"))
                .run("login", "--scope", "openid profile vehicle_data", "--timeout", "30s")
                .exits(0);
        assertThat(less.err()).contains("\u2713 profile", "\u2717 vehicle_data");
        JsonNode status = json(shell.run("status", "--format", "json")).path(0);
        assertThat(strings(status.path("scope_granted"))).containsExactlyInAnyOrder("openid", "profile");
        assertThat(strings(status.path("scope_missing"))).containsExactly("vehicle_data");
        String introspected = server.introspect(shell.run("token").exits(0).line())
                .path("scope")
                .textValue();
        assertThat(introspected.split(" ")).containsExactlyInAnyOrder("openid", "profile");
    }

    @Test
    void onlyTheProvidersOwnTokensAreVerified() {
        shell.browser(SpringUser.named("mary"));
        Map.of("app", server.issuer(), "other", server.postIssuer())
                .forEach((profile, issuer) -> shell.run(
                                "login", "-p", profile, "--issuer", issuer, "--client-id", SpringClient.PUBLIC.id())
                        .exits(0));
        String token = shell.run("token", "-p", "app").exits(0).line();
        String[] verify = {"inspect", "-", "--verify", "-p", "app"};
        shell.runWithInput(token, verify).exits(0);

        // The two issuers share their keys, so only the issuer's name tells their tokens apart.
        String other = shell.run("token", "-p", "other").exits(0).line();
        assertThat(shell.runWithInput(other, verify).exits(5).err())
                .contains("it is from another issuer, " + server.postIssuer());

        int middleOfSignature = (token.lastIndexOf('.') + token.length()) / 2;
        char changed = token.charAt(middleOfSignature) == 'A' ? 'B' : 'A';
        String forged = token.substring(0, middleOfSignature) + changed + token.substring(middleOfSignature + 1);
        assertThat(shell.runWithInput(forged, verify).exits(5).err())
                .contains("its signature does not match the provider's keys");

        // A clock difference of a minute is tolerated, and the server's clock has advanced in the meantime.
        shell.clock().advance(SpringServer.ACCESS_TOKEN_LIFETIME.plusMinutes(30));
        assertThat(shell.runWithInput(token, verify).exits(5).err()).contains("it has expired (exp)");
    }

    @Test
    void concurrentCommandsSpendARefreshTokenOnce() throws Exception {
        shell.variable("FLEETAUTH_CLIENT_SECRET", SpringClient.POST.secret());
        shell.browser(SpringUser.named("lise"))
                .run("login", "--issuer", server.postIssuer(), "--client-id", SpringClient.POST.id())
                .exits(0);
        server.received();
        Instant later =
                shell.clock().instant().plus(SpringServer.ACCESS_TOKEN_LIFETIME).plusSeconds(60);
        List<Callable<Result>> commands = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            TestShell another = new TestShell(Files.createDirectory(folder.resolve("shell" + i)))
                    .variable("FLEETAUTH_HOME", shell.home().toString())
                    .variable("FLEETAUTH_KEY_FILE", folder.resolve("test.key").toString());
            // One machine has one clock.
            another.clock().advance(Duration.between(another.clock().instant(), later));
            commands.add(() -> another.run("token"));
        }
        ExecutorService threads = Executors.newFixedThreadPool(commands.size());
        try {
            Set<String> tokens = new HashSet<>();
            for (Future<Result> result : threads.invokeAll(commands)) {
                tokens.add(result.get().exits(0).line());
            }
            assertThat(tokens)
                    .singleElement()
                    .satisfies(token -> assertThat(server.isActive(token)).isTrue());
        } finally {
            threads.shutdownNow();
        }
        assertThat(server.received()).extracting(Received::line).containsOnlyOnce("POST /post/oauth2/token");
    }

    @Test
    void aLoginAsAnotherUserNeedsReplace() {
        shell.variable("FLEETAUTH_CLIENT_SECRET", SpringClient.POST.secret());
        shell.browser(SpringUser.named("ada"))
                .run("login", "--issuer", server.postIssuer(), "--client-id", SpringClient.POST.id())
                .exits(0);
        String token = shell.run("token").exits(0).line();
        Result other = shell.browser(SpringUser.named("grace")).run("login").exits(5);
        assertThat(other.err()).contains("belongs to the subject ada", "this login is for grace", "--replace");
        assertThat(shell.run("token").exits(0).line()).isEqualTo(token);
        shell.run("login", "--replace").exits(0);
        assertThat(shell.run("inspect", "--id-token").exits(0).out()).contains("sub = \"grace\"");
    }

    private String refreshToken() {
        Tokens tokens = Objects.requireNonNull(
                Objects.requireNonNull(shell.stored("default")).session().tokens());
        return Objects.requireNonNull(tokens.refreshToken()).reveal();
    }

    /** Sets the commands' clock back to the time of Spring's, after it was advanced to let tokens expire. */
    private void resetClock() {
        shell.clock().advance(Duration.between(shell.clock().instant(), Instant.now()));
    }

    /** Watches for the code and its verifier, which are known only after the server has received them. */
    private void watch(Received exchange, Result login) {
        for (String secret : List.of(exchange.value("code"), exchange.value("code_verifier"))) {
            assertThat((login.out() + login.err()).contains(secret))
                    .as("a secret in the output")
                    .isFalse();
            shell.watch(secret);
        }
    }

    private static JsonNode json(Result result) throws IOException {
        return new ObjectMapper().readTree(result.exits(0).out());
    }

    private static List<String> strings(JsonNode array) {
        List<String> strings = new ArrayList<>();
        array.forEach(element -> strings.add(element.asText()));
        return strings;
    }
}
