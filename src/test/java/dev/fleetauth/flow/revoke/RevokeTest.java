package dev.fleetauth.flow.revoke;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.model.Tokens;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell.Result;
import dev.fleetauth.testing.TestTerminal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code revoke} does at the provider and here, and that neither implies the other. */
@Tag("any-jdk")
class RevokeTest {

    private static final String JSON = "application/json";

    @TempDir
    private Path folder;

    @Test
    void bothTokensAreRevokedAndThenDeleted() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.strict(folder).loggedIn()) {
            Tokens tokens = Objects.requireNonNull(tokens(fixture));

            Result revoke = fixture.shell.run("revoke").exits(0).printsNothing();

            assertThat(revoke.err().lines())
                    .satisfiesExactly(
                            server -> assertThat(server).startsWith("Provider: accepted; providers also accept tokens"),
                            here -> assertThat(here).startsWith("Store: the tokens of profile 'default' were deleted"));
            assertThat(fixture.sandbox.received(Endpoint.REVOCATION))
                    .extracting(request -> request.parameters().get("token_type_hint"))
                    .containsExactly("refresh_token", "access_token");
            assertThat(fixture.sandbox.isActive(tokens.accessToken())).isFalse();
            assertThat(fixture.sandbox.isActive(Objects.requireNonNull(tokens.refreshToken())))
                    .isFalse();
            assertThat(tokens(fixture)).isNull();
        }
    }

    @Test
    void afterALostResponseANewerTokenMayBeValid() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.strict(folder).loggedIn()) {
            fixture.sandbox.enqueue(Fault.lostResponse());
            fixture.shell.run("refresh").exits(6);

            fixture.shell
                    .run("revoke")
                    .exits(4)
                    .says("Provider: accepted", "a newer token may still be valid", "Store:", "were deleted");

            assertThat(tokens(fixture)).isNull();
        }
    }

    record FailedRequest(Fault fault, int exitCode) {}

    static Stream<Named<FailedRequest>> failedRequests() {
        return Stream.concat(
                Stream.of(500, 502, 503, 429).map(status -> failedRequest(status, 6)),
                Stream.concat(
                        Stream.of(400, 401, 403, 404).map(status -> failedRequest(status, 5)),
                        Stream.of(
                                Named.of("no response", new FailedRequest(Fault.lostResponse(), 6)),
                                Named.of("a content delivery network", new FailedRequest(Fault.accessDenied(), 6)))));
    }

    private static Named<FailedRequest> failedRequest(int status, int exitCode) {
        return Named.of(
                String.valueOf(status),
                new FailedRequest(Fault.response(status, JSON, "{\"error\":\"invalid_client\"}"), exitCode));
    }

    /** The first request fails, and then the second. */
    @ParameterizedTest
    @MethodSource("failedRequests")
    void nothingIsDeletedIfARequestFails(FailedRequest failed) throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.strict(folder).loggedIn()) {
            Tokens tokens = tokens(fixture);
            fixture.sandbox.enqueue(Endpoint.REVOCATION, failed.fault());

            fixture.shell
                    .run("revoke")
                    .exits(failed.exitCode())
                    .says("Store: nothing was deleted", "fleetauth: error:");

            assertThat(tokens(fixture)).isEqualTo(tokens);
            assertThat(fixture.sandbox.received(Endpoint.REVOCATION)).hasSize(1);
            fixture.sandbox.enqueue(Endpoint.REVOCATION, Fault.response(200, JSON, ""));
            fixture.sandbox.enqueue(Endpoint.REVOCATION, failed.fault());
            fixture.shell.run("revoke").exits(failed.exitCode()).says("Store: nothing was deleted");
            assertThat(tokens(fixture)).isEqualTo(tokens);
        }
    }

    @Test
    void anAccessTokenThatIsNotRevokedIsReportedAsValid() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.strict(folder).loggedIn()) {
            fixture.sandbox.enqueue(Endpoint.REVOCATION, Fault.response(200, JSON, ""));
            fixture.sandbox.enqueue(
                    Endpoint.REVOCATION, Fault.response(400, JSON, "{\"error\":\"unsupported_token_type\"}"));
            fixture.shell
                    .run("revoke")
                    .exits(0)
                    .says("accepted for the refresh token", "the last one stays valid until", "were deleted");
            assertThat(tokens(fixture)).isNull();
        }
    }

    @Test
    void aProbeProvesThatTheGrantHasEnded() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.strict(folder).loggedIn()) {
            fixture.shell
                    .run("revoke", "--probe")
                    .exits(0)
                    .says("Provider: revoked: a refresh is refused", "Store:", "were deleted");
            assertThat(fixture.posts("refresh_token")).isEqualTo(1);
            assertThat(tokens(fixture)).isNull();
        }
    }

    /** A 200 is no proof: some providers revoke nothing. */
    @Test
    void aGrantThatIsStillValidIsReportedAndItsTokensAreSaved() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.strict(folder).loggedIn()) {
            Tokens before = Objects.requireNonNull(tokens(fixture));
            fixture.sandbox.enqueue(Endpoint.REVOCATION, Fault.response(200, JSON, ""));
            fixture.sandbox.enqueue(Endpoint.REVOCATION, Fault.response(200, JSON, ""));

            fixture.shell
                    .run("revoke", "--probe")
                    .exits(4)
                    .says("Provider: not revoked: a refresh still works", "were saved");

            Tokens after = Objects.requireNonNull(tokens(fixture));
            assertThat(after).isNotEqualTo(before);
            assertThat(fixture.sandbox.isActive(after.accessToken())).isTrue();
        }
    }

    @Test
    void aProbeWithoutAResponseDeletesNothing() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.strict(folder).loggedIn()) {
            fixture.sandbox.enqueue(Fault.response(503, JSON, "{}"));
            fixture.shell.run("revoke", "--probe").exits(6).says("Store: nothing was deleted");
            assertThat(tokens(fixture)).isNotNull();
        }
    }

    /** The grant is valid until the user revokes it on the page. */
    @Test
    void theProbeWaitsForTheUserOnTeslasPage() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            fixture.shell.browser(page -> true);
            fixture.shell
                    .run("revoke", "--probe")
                    .exits(4)
                    .says("opened in your browser", "not revoked: a refresh still works");
            assertThat(tokens(fixture)).isNotNull();

            fixture.shell.browser(RevokeTest::revokeOnPage);
            fixture.shell.terminal(new TestTerminal(""));
            fixture.shell.run("revoke", "--probe").exits(0).says("revoked: a refresh is refused", "were deleted");
            assertThat(tokens(fixture)).isNull();
        }
    }

    /** The user may stay on the page for a long time, and no lock is held meanwhile. */
    @Test
    void aProfileThatIsMovedMeanwhileIsNotProbed() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            Path key = folder.resolve("test.key");
            fixture.shell.browser(page -> {
                fixture.shell.run("export", "--export-key-file", key.toString()).exits(0);
                return true;
            });

            fixture.shell.run("revoke", "--probe").exits(3).says("was moved from");

            assertThat(fixture.posts("refresh_token")).isZero();
            assertThat(tokens(fixture)).isNotNull();
        }
    }

    @Test
    void aLoginMeanwhileIsNotProbed() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            fixture.shell.browser(page -> {
                fixture.loggedIn();
                return true;
            });

            fixture.shell.run("revoke", "--probe").exits(6).says("was changed by another process");

            assertThat(fixture.posts("refresh_token")).isZero();
            assertThat(tokens(fixture)).isNotNull();
        }
    }

    /** A profile that lost its tokens before the lock was taken is not reported as probed. */
    @Test
    void aLogoutMeanwhileIsNoProof() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            fixture.shell.browser(page -> {
                fixture.shell.run("logout").exits(0);
                return true;
            });

            assertThat(fixture.shell
                            .run("revoke", "--probe")
                            .exits(4)
                            .says("no tokens")
                            .err())
                    .doesNotContain("revoked: a refresh");
        }
    }

    @Test
    void aProbeThatCouldProveNothingIsRejected() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn("--scope", "openid")) {
            fixture.shell.run("revoke", "--probe").exits(2).says("no refresh token", "hint: omit --probe");
            fixture.shell.run("logout").exits(0);
            fixture.shell.run("revoke", "--probe").exits(4).says("no tokens");
        }
    }

    /** A user who revokes the grant as soon as the page opens. */
    private static boolean revokeOnPage(URI page) {
        try {
            Agent.allowing().visit(page);
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable Tokens tokens(ShellAndSandbox fixture) {
        return Objects.requireNonNull(fixture.shell.stored("default")).session().tokens();
    }
}
