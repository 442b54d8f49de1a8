package dev.fleetauth.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.Engine.Address;
import dev.fleetauth.host.Environment;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.database.Postgres;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Thirty days with a strict provider and tokens that live 8 hours: each is refreshed before its expiry by one request,
 * while another terminal runs commands and logins.
 */
@Tag("any-jdk")
class MonthOfServingTest {

    private static final Duration MONTH = Duration.ofDays(30);

    /** Shorter than the minimum time before expiry at which a token is refreshed. */
    private static final Duration STEP = Duration.ofMinutes(4);

    private static final Duration LARGE_STEP = Duration.ofHours(1);
    private static final Duration UNEVENTFUL = Duration.ofHours(6);

    @TempDir
    Path folder;

    @Test
    void noSessionIsLostAndNoClientWaits() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.strict(folder).loggedIn()) {
            serveForAMonth(fixture, Address.HOME);
        }
    }

    @Test
    void noSessionIsLostInASharedStore() throws Exception {
        String address = Postgres.emptied();
        try (ShellAndSandbox fixture = ShellAndSandbox.strict(folder)) {
            fixture.shell.variable("FLEETAUTH_STORE", address);
            fixture.shell.run("store", "init").exits(0);
            serveForAMonth(fixture.loggedIn(), new Address("--store", address));
        }
    }

    private void serveForAMonth(ShellAndSandbox fixture, Address address) {
        Environment environment = fixture.shell.environment(
                InputStream.nullInputStream(), OutputStream.nullOutputStream(), OutputStream.nullOutputStream());
        var options = new Engine.Options(fixture.shell.home(), false, notice -> {}, null, () -> "test");
        List<String> problems = new ArrayList<>();
        try (Engine engine = new Engine(environment, options, address)) {
            var tokens = new StoreTokens(
                    engine,
                    name -> problems.add(name + " needs a login"),
                    (name, why) -> problems.add(name + ": " + why));
            Profile served = tokens.valid(ProfileName.DEFAULT, null);
            Instant end = environment.clock().instant().plus(MONTH);
            long logins = tokenRequests(fixture, "authorization_code");
            for (int step = 1; environment.clock().instant().isBefore(end); step++) {
                Instant received =
                        Objects.requireNonNull(served.session().tokens()).receivedAt();
                boolean isYoung = environment.clock().instant().isBefore(received.plus(UNEVENTFUL));
                fixture.shell.clock().advance(isYoung ? LARGE_STEP : STEP);
                tokens.refreshDue();
                long before = tokenRequests(fixture, "refresh_token");
                served = tokens.valid(ProfileName.DEFAULT, null);
                assertThat(tokenRequests(fixture, "refresh_token"))
                        .as("no client waits for a refresh")
                        .isEqualTo(before);
                assertThat(fixture.sandbox.isActive(
                                Objects.requireNonNull(served.session().tokens())
                                        .accessToken()))
                        .isTrue();
                if (step % 83 == 0) {
                    assertThat(fixture.token())
                            .isEqualTo(served.session().tokens().accessToken().reveal());
                }
                if (step % 251 == 0) {
                    fixture.shell.run("refresh").exits(0);
                }
                if (step % 601 == 0) {
                    fixture.shell.browser(Agent.allowing());
                    fixture.login().exits(0);
                }
            }
            assertThat(problems).isEmpty();
            long newLogins = tokenRequests(fixture, "authorization_code") - logins;
            assertThat(newLogins).isPositive();
            // Every command and login replaces a refresh, or comes a little before one.
            assertThat(tokenRequests(fixture, "refresh_token") + newLogins).isBetween(85L, 110L);
            assertThat(fixture.sandbox.replays()).isEmpty();
        }
    }

    private static long tokenRequests(ShellAndSandbox fixture, String grant) {
        return fixture.sandbox.received(Endpoint.TOKEN).stream()
                .filter(request -> grant.equals(request.parameters().get("grant_type")))
                .count();
    }
}
