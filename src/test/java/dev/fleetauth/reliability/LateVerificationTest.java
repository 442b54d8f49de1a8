package dev.fleetauth.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.model.Secret;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.sandbox.server.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A printed token is valid for as long as requested, even if its response is old or its lifetime is short. */
@Tag("any-jdk")
class LateVerificationTest {

    @TempDir
    private Path folder;

    private ProcessFixture fixture;

    @BeforeEach
    void createSession() throws IOException {
        fixture = new ProcessFixture(folder, true);
        fixture.login(ProcessFixture.PROFILE, Duration.ZERO);
    }

    @AfterEach
    void end() throws IOException {
        fixture.close();
    }

    @Test
    void theTokenCommandRefreshesAnExpiredCandidate() {
        leaveACandidate();

        String token = fixture.run(ProcessFixture.LATER, "token").exits(0).line();

        assertThat(fixture.isActive(new Secret(token))).isTrue();
        assertThat(fixture.refreshes()).isEqualTo(2);
    }

    @Test
    void theRefreshCommandRefreshesAnExpiredCandidate() {
        leaveACandidate();

        String token = fixture.run(ProcessFixture.LATER, "refresh", "--format", "raw")
                .exits(0)
                .line();

        assertThat(fixture.isActive(new Secret(token))).isTrue();
        assertThat(fixture.refreshes()).isEqualTo(2);
    }

    @Test
    void aLoginVerifiedAfterItsExpiryIsNotLost() throws IOException {
        fixture.runNow("logout", "--forget").exits(0);
        fixture.shell.clearDocumentCache();
        fixture.sandbox.enqueue(Endpoint.KEYS, Fault.response(503, "text/plain", "later"));
        fixture.tryLogin(ProcessFixture.PROFILE, Duration.ZERO).exits(6);

        String token = fixture.run(ProcessFixture.LATER, "token").exits(0).line();

        assertThat(fixture.isActive(new Secret(token))).isTrue();
    }

    @Test
    void aCandidateVerifiedInTimeNeedsNoOtherRefresh() {
        leaveACandidate();

        String token = fixture.runNow("refresh", "--format", "raw").exits(0).line();

        assertThat(fixture.isActive(new Secret(token))).isTrue();
        assertThat(fixture.refreshes()).isEqualTo(1);
    }

    @Test
    void aNewTokenWithTooShortALifetimeIsSavedButNotPrinted() {
        fixture.sandbox.accessTokenLife(Duration.ofHours(1));

        assertThat(fixture.run(Duration.ofHours(4), "token", "--min-validity", "5h")
                        .exits(5)
                        .out())
                .isEmpty();

        assertThat(fixture.refreshes()).isEqualTo(1);
        fixture.run(Duration.ofHours(4), "token").exits(0);
        assertThat(fixture.refreshes()).isEqualTo(1);
    }

    /** Leaves a response that was not verified, since the provider's keys were unavailable. */
    private void leaveACandidate() {
        fixture.shell.clearDocumentCache();
        fixture.sandbox.enqueue(Endpoint.KEYS, Fault.response(503, "text/plain", "later"));
        fixture.runNow("refresh").exits(6);
        assertThat(Objects.requireNonNull(fixture.stored(ProcessFixture.PROFILE))
                        .candidate())
                .isNotNull();
    }
}
