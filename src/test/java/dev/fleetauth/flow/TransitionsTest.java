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

    private ShellAndSandbox scene(boolean strict) {
        return ShellAndSandbox.of(folder, strict ? SandboxOptions.STRICT : SandboxOptions.TESLA)
                .ready();
    }

    @ParameterizedTest(name = "strict: {0}")
    @ValueSource(booleans = {false, true})
    void aResponseWithoutAnIdTokenIsCurrentAtOnce(boolean strict) throws IOException {
        try (ShellAndSandbox scene = scene(strict).loggedIn("--scope", "offline_access")) {
            int keys = scene.sandbox.received(Endpoint.KEYS).size();
            Profile before = scene.profile();

            scene.refresh().exits(0);

            assertCurrent(scene, before);
            assertThat(scene.sandbox.received(Endpoint.KEYS)).hasSize(keys);
            assertThat(scene.session().previous() == null).isEqualTo(strict);
        }
    }

    @ParameterizedTest(name = "strict: {0}")
    @ValueSource(booleans = {false, true})
    void aResponseWithAnIdTokenIsCurrentOnceVerified(boolean strict) throws IOException {
        try (ShellAndSandbox scene = scene(strict).loggedIn()) {
            Profile before = scene.profile();
            for (int i = 0; i < 2; i++) {
                scene.shell.clearDiscoveryCache();
                scene.sandbox.enqueue(Endpoint.KEYS, Fault.response(503, "text/plain", "later"));
                scene.refresh().exits(6);
                assertThat(scene.profile().candidate()).isNotNull();
                assertThat(scene.accessToken()).isEqualTo(accessToken(before));
                scene.assertNoAttempt();
            }

            scene.refresh().exits(0);

            assertCurrent(scene, before);
        }
    }

    @ParameterizedTest(name = "strict: {0}")
    @ValueSource(booleans = {false, true})
    void aRefusalIsKeptUntilALogin(boolean strict) throws IOException {
        try (ShellAndSandbox scene = scene(strict).loggedIn()) {
            Tokens before = scene.tokens();
            scene.sandbox.endAll(scene.sandbox.clientId());
            for (int i = 1; i <= 2; i++) {
                scene.refresh().exits(4);
                assertThat(scene.refreshes()).isEqualTo(i);
                assertThat(scene.session().refused()).isNotNull();
                assertThat(scene.tokens()).isEqualTo(before);
                scene.assertNoAttempt();
            }

            scene.browser(Agent.allowing()).loggedIn();

            assertThat(scene.session().refused()).isNull();
            scene.refresh().exits(0);
        }
    }

    /** A server may refuse a token by mistake. */
    @ParameterizedTest(name = "strict: {0}")
    @ValueSource(booleans = {false, true})
    void anAcceptedTokenClearsTheRefusal(boolean strict) throws IOException {
        try (ShellAndSandbox scene = scene(strict).loggedIn()) {
            Profile before = scene.profile();
            scene.sandbox.enqueue(Fault.response(400, "application/json", "{\"error\":\"invalid_grant\"}"));
            scene.refresh().exits(4);
            assertThat(scene.session().refused()).isNotNull();

            scene.refresh().exits(0);

            assertCurrent(scene, before);
        }
    }

    private static void assertCurrent(ShellAndSandbox scene, Profile before) {
        Profile now = scene.profile();
        assertThat(now.candidate()).isNull();
        assertThat(now.session().attempt()).isNull();
        assertThat(now.session().refused()).isNull();
        assertThat(now.generation()).isEqualTo(before.generation() + 1);
        assertThat(scene.accessToken()).isNotEqualTo(accessToken(before));
        assertThat(scene.refreshes()).as("refresh requests").isPositive();
        assertThat(scene.sandbox.isActive(new Secret(scene.accessToken()))).isTrue();
    }

    private static String accessToken(Profile profile) {
        return Objects.requireNonNull(profile.session().tokens()).accessToken().reveal();
    }
}
