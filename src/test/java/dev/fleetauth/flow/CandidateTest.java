package dev.fleetauth.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.flow.refresh.Candidates;
import dev.fleetauth.host.Terminal;
import dev.fleetauth.model.Candidate;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Settings;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestShell.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The promises of {@link Candidates}: a response is saved before it is verified. */
@Tag("any-jdk")
class CandidateTest {

    private static final Fault KEYS_DOWN = Fault.response(503, "text/html", "<title>Down</title>");
    private static final Fault BAD_ID_TOKEN = Fault.member("id_token", "\"not.a.token\"");

    @TempDir
    private Path folder;

    // Rejected responses to a refresh.

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRejectedResponseIsNotUsedButItsRefreshTokenIs(boolean strict) throws IOException {
        try (var fixture = (strict
                        ? ShellAndSandbox.strict(folder).ready()
                        : ShellAndSandbox.tesla(folder).ready())
                .loggedIn()) {
            Tokens before = fixture.tokens();
            fixture.sandbox.enqueue(BAD_ID_TOKEN);
            Result refresh = fixture.refresh("--format", "raw").exits(5);
            assertThat(refresh.out()).isEmpty();
            assertThat(refresh.err()).contains("id token was rejected");
            assertThat(fixture.profile().candidate()).isNull();
            fixture.assertNoAttempt();
            assertThat(fixture.accessToken()).isEqualTo(before.accessToken().reveal());
            assertThat(fixture.tokens().idToken()).isEqualTo(before.idToken());
            assertThat(fixture.refreshToken()).isNotEqualTo(before.refreshToken());

            // The old access token is still valid and is printed. Then the new refresh token is posted.
            assertThat(fixture.tryToken().exits(0).line())
                    .isEqualTo(before.accessToken().reveal());
            String next = fixture.expire().tryToken().exits(0).line();
            assertThat(fixture.sandbox.isActive(new Secret(next))).isTrue();
            assertThat(fixture.refreshes()).isEqualTo(2);
        }
    }

    /** The next command posts the refresh token of the rejected response. */
    @Test
    void afterARejectedResponseTheNextCommandPrintsAValidToken() throws IOException {
        try (var fixture = ShellAndSandbox.strict(folder).ready().loggedIn().expire()) {
            fixture.sandbox.enqueue(BAD_ID_TOKEN);
            fixture.tryToken().exits(5);
            assertThat(fixture.sandbox.isActive(
                            new Secret(fixture.tryToken().exits(0).line())))
                    .isTrue();
            assertThat(fixture.refreshes()).isEqualTo(2);
        }
    }

    @Test
    void aResponseForAnotherUserIsRejected() throws IOException {
        try (var fixture = ShellAndSandbox.strict(folder).ready().loggedIn()) {
            fixture.change(profile -> profile.withSession(ofSubject(profile.session(), "somebody-else")));
            Tokens before = fixture.tokens();
            String said = fixture.refresh().exits(5).err();
            assertThat(said)
                    .contains("the response was rejected", "somebody-else")
                    .doesNotContain("login", "--replace");
            assertThat(fixture.accessToken()).isEqualTo(before.accessToken().reveal());
            assertThat(fixture.refreshToken()).isNotEqualTo(before.refreshToken());
        }
    }

    // Unavailable keys are no verdict.

    static Stream<Fault> noKeys() {
        return Stream.of(
                KEYS_DOWN,
                Fault.reset(),
                Fault.truncatedResponse(),
                Fault.accessDenied(),
                Fault.response(404, "application/json", "{}"),
                Fault.response(302, "application/json", "{}").withHeader("Location", "/elsewhere"),
                Fault.response(200, "text/html", "<!doctype html>"),
                Fault.response(200, "application/json", "{"),
                Fault.response(200, "application/json", "{}"),
                Fault.response(200, "application/json", "{\"keys\":7}"),
                Fault.response(200, "application/json", "{\"keys\":\"none\"}"),
                Fault.response(200, "application/json", "{\"keys\":\"" + "x".repeat(600_000) + "\"}"));
    }

    @ParameterizedTest
    @MethodSource("noKeys")
    void ifKeysAreUnavailableTheNextRefreshOnlyVerifies(Fault keys) throws IOException {
        try (var fixture = ShellAndSandbox.strict(folder).ready().loggedIn()) {
            Tokens before = fixture.tokens();
            fixture.shell.clearDocumentCache();
            fixture.sandbox.enqueue(Endpoint.KEYS, keys);
            Result refresh = fixture.refresh("--format", "raw").exits(6);
            assertThat(refresh.out()).isEmpty();
            assertThat(refresh.err()).contains("keys of", "nothing was discarded");
            assertThat(fixture.tokens()).isEqualTo(before);
            Tokens waiting = candidate(fixture);
            // Meanwhile the valid token is printed, without verifying the candidate.
            assertThat(fixture.tryToken().exits(0).line())
                    .isEqualTo(before.accessToken().reveal());

            fixture.refresh().exits(0);
            assertThat(fixture.profile().candidate()).isNull();
            assertThat(fixture.tokens()).isEqualTo(waiting);
            assertThat(fixture.refreshes()).isEqualTo(1);
        }
    }

    /** The candidate is valid although its id token expired while the keys were unavailable. */
    @Test
    void aCandidateIsVerifiedAsOfItsReceipt() throws IOException {
        try (var fixture = ShellAndSandbox.strict(folder).ready().loggedIn()) {
            fixture.shell.clearDocumentCache();
            fixture.sandbox.enqueue(Endpoint.KEYS, KEYS_DOWN);
            fixture.refresh().exits(6);
            Tokens waiting = candidate(fixture);
            String token = fixture.later(Duration.ofDays(3)).tryToken().exits(0).line();
            assertThat(token).isNotEqualTo(waiting.accessToken().reveal());
            assertThat(fixture.sandbox.isActive(new Secret(token))).isTrue();
            assertThat(fixture.refreshes()).isEqualTo(2);
        }
    }

    @Test
    void aCandidateThatFailsVerificationIsRejected() throws IOException {
        try (var fixture = ShellAndSandbox.strict(folder).ready().loggedIn()) {
            fixture.shell.clearDocumentCache();
            fixture.sandbox.enqueue(Endpoint.KEYS, KEYS_DOWN);
            fixture.refresh().exits(6);
            Tokens waiting = candidate(fixture);
            fixture.sandbox.rotateKeys("RS256");
            fixture.sandbox.rotateKeys("RS256");
            // A missing key may still be published. After an hour, its absence is a verdict.
            fixture.refresh().exits(6);
            assertThat(candidate(fixture)).isEqualTo(waiting);
            fixture.later(Duration.ofHours(2)).refresh().exits(5);
            assertThat(fixture.refreshToken()).isEqualTo(waiting.refreshToken());
            fixture.refresh().exits(0);
            assertThat(fixture.refreshes()).isEqualTo(2);
        }
    }

    // Logins.

    @Test
    void anUnverifiedFirstLoginIsFinishedByToken() throws IOException {
        try (var fixture = ShellAndSandbox.strict(folder).ready()) {
            fixture.shell.clearDocumentCache();
            fixture.sandbox.enqueue(Endpoint.KEYS, KEYS_DOWN);
            fixture.login().exits(6);
            fixture.browser(TestShell.NO_BROWSER);
            String token = fixture.tryToken().exits(0).line();
            assertThat(fixture.sandbox.isActive(new Secret(token))).isTrue();
            assertThat(fixture.refreshes()).isZero();
        }
    }

    @Test
    void aRejectedFirstLoginLeavesNoToken() throws IOException {
        try (var fixture = ShellAndSandbox.strict(folder).ready()) {
            fixture.sandbox.enqueue(BAD_ID_TOKEN);
            fixture.login().exits(5);
            assertThat(fixture.session().tokens()).isNull();
            assertThat(fixture.tryToken().exits(4).out()).isEmpty();
            fixture.loggedIn().tryToken().exits(0);
        }
    }

    @Test
    void aRejectedLoginKeepsTheSession() throws IOException {
        try (var fixture = ShellAndSandbox.strict(folder).ready().loggedIn()) {
            Session before = fixture.session();
            fixture.browser(Agent.allowing());
            fixture.sandbox.enqueue(BAD_ID_TOKEN);
            fixture.login().exits(5);
            assertThat(fixture.session()).isEqualTo(before);
            fixture.refresh().exits(0);
        }
    }

    /** An attempt is resolved only by its own response, not by that of a login. */
    @Test
    void aRejectedLoginKeepsAnOpenAttempt() throws IOException {
        try (var fixture = ShellAndSandbox.strict(folder).ready().loggedIn()) {
            fixture.sandbox.enqueue(Fault.lostResponse());
            fixture.refresh().exits(6);
            fixture.browser(Agent.allowing());
            fixture.sandbox.enqueue(BAD_ID_TOKEN);
            fixture.login().exits(5);
            fixture.attempt();
            fixture.refresh().exits(6);
            assertThat(fixture.refreshes()).isEqualTo(1);
            // A valid login makes the attempt irrelevant.
            fixture.login().exits(0);
            fixture.refresh().exits(0);
        }
    }

    /** The candidate has the only refresh token that is not spent. */
    @Test
    void aRejectedLoginKeepsTheRefreshTokenOfTheCandidate() throws IOException {
        try (var fixture = ShellAndSandbox.strict(folder).ready().loggedIn()) {
            fixture.shell.clearDocumentCache();
            fixture.sandbox.enqueue(Endpoint.KEYS, KEYS_DOWN);
            fixture.refresh().exits(6);
            Tokens waiting = candidate(fixture);
            fixture.browser(Agent.allowing());
            fixture.sandbox.enqueue(BAD_ID_TOKEN);
            fixture.login().exits(5);
            assertThat(fixture.refreshToken()).isEqualTo(waiting.refreshToken());
            fixture.refresh().exits(0);
        }
    }

    @Test
    void anotherUserNeedsConfirmation() throws IOException {
        for (boolean strict : List.of(true, false)) {
            Path own = Files.createDirectory(folder.resolve(String.valueOf(strict)));
            try (var fixture = (strict
                            ? ShellAndSandbox.strict(own).ready()
                            : ShellAndSandbox.tesla(own).ready())
                    .loggedIn()) {
                Session before = fixture.session();
                fixture.browser(Agent.allowing());
                fixture.sandbox.user("somebody-else");
                assertThat(fixture.login("--no-input").exits(5).err()).contains("somebody-else", "--replace");
                assertThat(fixture.session()).isEqualTo(before);

                fixture.shell.terminal(new AskedTerminal("no"));
                fixture.login("--timeout", "20s").exits(5);
                assertThat(fixture.session()).isEqualTo(before);
                fixture.shell.terminal(new AskedTerminal("yes"));
                fixture.login("--timeout", "20s").exits(0);
                assertThat(fixture.tokens().subject()).isEqualTo("somebody-else");

                fixture.shell.terminal(Terminal.NONE);
                fixture.sandbox.user("a-third");
                fixture.login().exits(5);
                fixture.login("--replace").exits(0);
                assertThat(fixture.tokens().subject()).isEqualTo("a-third");
            }
        }
    }

    @Test
    void anotherClientOrIssuerNeedsConfirmationBeforeAnyRequest() throws IOException {
        try (var fixture = ShellAndSandbox.strict(folder).ready().loggedIn()) {
            Profile before = fixture.profile();
            int requests = fixture.sandbox.received().size();
            String issuer = fixture.sandbox.base().toString();
            fixture.shell
                    .run("login", "--issuer", issuer, "--client-id", fixture.sandbox.publicClientId())
                    .exits(5);
            fixture.shell
                    .run("login", "--issuer", issuer + "/", "--client-id", fixture.sandbox.clientId())
                    .exits(5);
            assertThat(fixture.profile()).isEqualTo(before);
            assertThat(fixture.sandbox.received()).hasSize(requests);
        }
    }

    /** Decisions about the stored session are repeated when the user is back from the browser. */
    @Test
    void aConcurrentLoginOfAnotherClientIsNotReplaced() throws IOException {
        try (var fixture = ShellAndSandbox.strict(folder).ready().loggedIn()) {
            int posts = fixture.sandbox.received(Endpoint.TOKEN).size();
            fixture.browser(page -> {
                fixture.change(profile -> profile.withResponse(ofClient("another-client", profile.session())));
                return Agent.allowing().open(page);
            });

            assertThat(fixture.login().exits(5).err()).contains("belongs to the client another-client");

            assertThat(fixture.session().id()).isEqualTo("another");
            assertThat(fixture.sandbox.received(Endpoint.TOKEN))
                    .as("the code was not sent")
                    .hasSize(posts);
            fixture.login("--replace").exits(0);
        }
    }

    /** A confirmation is valid only for the session in the question. */
    @Test
    void aSessionSavedDuringAConfirmationNeedsAnotherConfirmation() throws IOException {
        try (var fixture = ShellAndSandbox.strict(folder).ready().loggedIn()) {
            List<String> questions = new ArrayList<>();
            fixture.browser(Agent.allowing());
            fixture.sandbox.user("somebody-else");
            fixture.shell.terminal(new AskedTerminal(question -> {
                questions.add(question);
                if (questions.size() == 1) {
                    fixture.change(profile ->
                            profile.withResponse(ofClient("another-client", ofSubject(profile.session(), "a-third"))));
                }
                return questions.size() == 1 ? "yes" : "no";
            }));

            fixture.login("--timeout", "20s").exits(5);

            assertThat(questions).hasSize(2);
            assertThat(questions.get(1)).contains("another-client");
            assertThat(fixture.session().id()).isEqualTo("another");
        }
    }

    /** An access token that no program could use is rejected; the refresh token in the same response is saved. */
    @ParameterizedTest
    @ValueSource(strings = {"\"          \"", "\"\\t\\t\"", "\"\\u0000\"", "\"a b\"", "\"\\ud800\""})
    void aMalformedAccessTokenLosesNoRefreshToken(String json) throws IOException {
        try (var fixture = ShellAndSandbox.strict(folder).ready().loggedIn()) {
            fixture.sandbox.enqueue(Fault.member("access_token", json));
            fixture.refresh().exits(5);
            fixture.expire().tryToken().exits(0);
        }
    }

    @Test
    void anEmptyRefreshTokenIsIgnored() throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready()) {
            fixture.sandbox.enqueue(Fault.member("refresh_token", "\"\""));
            fixture.loggedIn();
            assertThat(fixture.tokens().refreshToken()).isNull();
            assertThat(fixture.tokens().refreshReceivedAt()).isNull();
            assertThat(fixture.tokens().refreshExpiresAt()).isNull();
            fixture.expire().tryToken().exits(4);
        }
    }

    private static Tokens candidate(ShellAndSandbox fixture) {
        Candidate candidate = Objects.requireNonNull(fixture.profile().candidate(), "no candidate");
        return Objects.requireNonNull(candidate.session().tokens());
    }

    private static Session ofClient(String client, Session session) {
        Settings settings = session.settings();
        return new Session(
                "another",
                new Settings(
                        settings.type(),
                        settings.issuer(),
                        settings.region(),
                        settings.grant(),
                        client,
                        settings.clientSecret(),
                        settings.authCode(),
                        settings.clientAuthentication(),
                        settings.scope(),
                        settings.audience(),
                        settings.resource(),
                        settings.redirectUri(),
                        Map.of(),
                        settings.endpoints(),
                        settings.certificates()),
                session.tokens());
    }

    private static Session ofSubject(Session session, String subject) {
        Tokens old = Objects.requireNonNull(session.tokens());
        return session.withTokens(
                new Tokens(
                        old.accessToken(),
                        old.tokenType(),
                        old.receivedAt(),
                        old.expiresIn(),
                        old.refreshToken(),
                        old.refreshReceivedAt(),
                        old.refreshExpiresAt(),
                        old.idToken(),
                        subject,
                        old.scopeGranted()),
                null);
    }
}
