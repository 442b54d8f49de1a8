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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A printed token is valid for as long as requested, even if its response is old or its lifetime is short. */
class LateVerificationTest {

    @TempDir
    private Path folder;

    private ProcessFixture site;

    @BeforeEach
    void createSession() throws IOException {
        site = new ProcessFixture(folder, true);
        site.login(ProcessFixture.PROFILE, Duration.ZERO);
    }

    @AfterEach
    void end() throws IOException {
        site.close();
    }

    @Test
    void anExpiredCandidateIsRefreshedByToken() {
        leaveACandidate();

        String token = site.run(ProcessFixture.LATER, "token").exits(0).line();

        assertThat(site.isActive(new Secret(token))).isTrue();
        assertThat(site.refreshes()).isEqualTo(2);
    }

    @Test
    void anExpiredCandidateIsRefreshedByRefresh() {
        leaveACandidate();

        String token = site.run(ProcessFixture.LATER, "refresh", "--format", "raw")
                .exits(0)
                .line();

        assertThat(site.isActive(new Secret(token))).isTrue();
        assertThat(site.refreshes()).isEqualTo(2);
    }

    @Test
    void aLoginVerifiedAfterItsExpiryIsNotLost() throws IOException {
        site.runNow("logout", "--forget").exits(0);
        site.shell.clearDiscoveryCache();
        site.sandbox.enqueue(Endpoint.KEYS, Fault.response(503, "text/plain", "later"));
        site.tryLogin(ProcessFixture.PROFILE, Duration.ZERO).exits(6);

        String token = site.run(ProcessFixture.LATER, "token").exits(0).line();

        assertThat(site.isActive(new Secret(token))).isTrue();
    }

    @Test
    void aCandidateVerifiedInTimeNeedsNoOtherRefresh() {
        leaveACandidate();

        String token = site.runNow("refresh", "--format", "raw").exits(0).line();

        assertThat(site.isActive(new Secret(token))).isTrue();
        assertThat(site.refreshes()).isEqualTo(1);
    }

    @Test
    void aNewTokenWithTooShortALifetimeIsSavedButNotPrinted() {
        site.sandbox.accessTokenLife(Duration.ofHours(1));

        assertThat(site.run(Duration.ofHours(4), "token", "--min-validity", "5h")
                        .exits(5)
                        .out())
                .isEmpty();

        assertThat(site.refreshes()).isEqualTo(1);
        site.run(Duration.ofHours(4), "token").exits(0);
        assertThat(site.refreshes()).isEqualTo(1);
    }

    /** Leaves a response that was not verified, since the provider's keys were unavailable. */
    private void leaveACandidate() {
        site.shell.clearDiscoveryCache();
        site.sandbox.enqueue(Endpoint.KEYS, Fault.response(503, "text/plain", "later"));
        site.runNow("refresh").exits(6);
        assertThat(Objects.requireNonNull(site.stored(ProcessFixture.PROFILE)).candidate())
                .isNotNull();
    }
}
