package dev.fleetauth.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.SandboxOptions;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.testing.ShellAndSandbox;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The transitions in {@code docs/dev/reliability.md} that are the same for every provider, tested with both kinds. */
@Tag("any-jdk")
class TransitionsTest {

    @TempDir
    private Path folder;

    private ShellAndSandbox fixture(boolean strict) {
        return ShellAndSandbox.of(folder, strict ? SandboxOptions.STRICT : SandboxOptions.TESLA)
                .ready();
    }

    @ParameterizedTest(name = "strict: {0}")
    @ValueSource(booleans = {false, true})
    void aResponseWithoutAnIdTokenIsCurrentAtOnce(boolean strict) throws IOException {
        try (ShellAndSandbox fixture = fixture(strict).loggedIn("--scope", "offline_access")) {
            int keys = fixture.sandbox.received(Endpoint.KEYS).size();
            Profile before = fixture.profile();

            fixture.refresh().exits(0);

            assertCurrent(fixture, before);
            assertThat(fixture.sandbox.received(Endpoint.KEYS)).hasSize(keys);
            assertThat(fixture.session().previous() == null).isEqualTo(strict);
        }
    }

    @ParameterizedTest(name = "strict: {0}")
    @ValueSource(booleans = {false, true})
    void aResponseWithAnIdTokenIsCurrentOnceVerified(boolean strict) throws IOException {
        try (ShellAndSandbox fixture = fixture(strict).loggedIn()) {
            Profile before = fixture.profile();
            for (int i = 0; i < 2; i++) {
                fixture.shell.clearDocumentCache();
                fixture.sandbox.enqueue(Endpoint.KEYS, Fault.response(503, "text/plain", "later"));
                fixture.refresh().exits(6);
                assertThat(fixture.profile().candidate()).isNotNull();
                assertThat(fixture.accessToken()).isEqualTo(accessToken(before));
                fixture.assertNoAttempt();
            }

            fixture.refresh().exits(0);

            assertCurrent(fixture, before);
        }
    }

    @ParameterizedTest(name = "strict: {0}")
    @ValueSource(booleans = {false, true})
    void aRefusalIsKeptUntilALogin(boolean strict) throws IOException {
        try (ShellAndSandbox fixture = fixture(strict).loggedIn()) {
            Tokens before = fixture.tokens();
            fixture.sandbox.revokeAll(fixture.sandbox.clientId());
            for (int i = 1; i <= 2; i++) {
                fixture.refresh().exits(4);
                assertThat(fixture.refreshes()).isEqualTo(i);
                assertThat(fixture.session().refused()).isNotNull();
                assertThat(fixture.tokens()).isEqualTo(before);
                fixture.assertNoAttempt();
            }

            fixture.browser(Agent.allowing()).loggedIn();

            assertThat(fixture.session().refused()).isNull();
            fixture.refresh().exits(0);
        }
    }

    /** A server may refuse a token by mistake. */
    @ParameterizedTest(name = "strict: {0}")
    @ValueSource(booleans = {false, true})
    void anAcceptedTokenClearsTheRefusal(boolean strict) throws IOException {
        try (ShellAndSandbox fixture = fixture(strict).loggedIn()) {
            Profile before = fixture.profile();
            fixture.sandbox.enqueue(Fault.response(400, "application/json", "{\"error\":\"invalid_grant\"}"));
            fixture.refresh().exits(4);
            assertThat(fixture.session().refused()).isNotNull();

            fixture.refresh().exits(0);

            assertCurrent(fixture, before);
        }
    }

    private static void assertCurrent(ShellAndSandbox fixture, Profile before) {
        Profile now = fixture.profile();
        assertThat(now.candidate()).isNull();
        assertThat(now.session().attempt()).isNull();
        assertThat(now.session().refused()).isNull();
        assertThat(now.generation()).isEqualTo(before.generation() + 1);
        assertThat(fixture.accessToken()).isNotEqualTo(accessToken(before));
        assertThat(fixture.refreshes()).as("refresh requests").isPositive();
        assertThat(fixture.sandbox.isActive(new Secret(fixture.accessToken()))).isTrue();
    }

    private static String accessToken(Profile profile) {
        return Objects.requireNonNull(profile.session().tokens()).accessToken().reveal();
    }
}
