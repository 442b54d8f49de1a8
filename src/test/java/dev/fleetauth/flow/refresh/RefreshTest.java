package dev.fleetauth.flow.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.ReadOnlyFolder;
import dev.fleetauth.flow.RefreshContract;
import dev.fleetauth.host.Limits;
import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.model.Attempt;
import dev.fleetauth.model.Dialect;
import dev.fleetauth.model.Endpoints;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Settings;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.sandbox.FreePort;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.store.Store;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell.Result;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The promises of {@link Refresh}, above all that a rotating refresh token is never lost. */
@Tag("any-jdk")
class RefreshTest extends RefreshContract {

    // A valid token is printed without a request.

    @Test
    void aValidTokenIsPrintedWithoutARequest() throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready().loggedIn()) {
            int before = fixture.sandbox.received().size();
            assertThat(fixture.tryToken().exits(0).line()).isEqualTo(fixture.accessToken());
            assertThat(fixture.sandbox.received()).hasSize(before);
        }
    }

    @Test
    void anExpiredTokenIsReplacedByOnePost() throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready().loggedIn().expire()) {
            Secret spent = fixture.refreshToken();
            String old = fixture.accessToken();
            String fresh = fixture.tryToken().exits(0).line();
            assertThat(fresh).isEqualTo(fixture.accessToken()).isNotEqualTo(old);
            assertThat(fixture.refreshes()).isEqualTo(1);
            assertThat(fixture.refreshToken()).isNotEqualTo(spent);
            assertThat(fixture.sandbox.isActive(new Secret(fresh))).isTrue();
            fixture.assertNoAttempt();
        }
    }

    /** The default minimum validity is 60 s, or a tenth of the token's lifetime if that is less. */
    @ParameterizedTest
    @CsvSource({
        // life, age, asked, requests
        "28800, 28730, '', 0",
        "28800, 28741, '', 1",
        "100, 89, '', 0",
        "100, 91, '', 1",
        "28800, 100, 8h, REFUSED",
        "28800, 100, 9h, REFUSED",
        "28800, 28799, 0s, 0",
        "28800, 28800, 0s, 1",
        "28800, 3600, 7h, 1",
        "28800, 3599, 7h, 0"
    })
    void aPrintedTokenHasTheMinimumValidity(int life, int age, String asked, String requests) throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready()) {
            fixture.sandbox.accessTokenLife(Duration.ofSeconds(life));
            fixture.loggedIn().later(Duration.ofSeconds(age));
            Result token = asked.isEmpty() ? fixture.tryToken() : fixture.tryToken("--min-validity", asked);
            if (requests.equals("REFUSED")) {
                token.exits(5);
                assertThat(token.out()).isEmpty();
                assertThat(token.err()).contains("8 h", "a shorter minimum validity");
                assertThat(fixture.refreshes()).isZero();
            } else {
                token.exits(0);
                assertThat(fixture.refreshes()).isEqualTo(Integer.parseInt(requests));
            }
        }
    }

    @Test
    void aClockThatWasSetBackCausesOneRefresh() throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready().loggedIn().later(Duration.ofDays(-40))) {
            fixture.tryToken().exits(0);
            fixture.tryToken().exits(0);
            assertThat(fixture.refreshes()).isEqualTo(1);
            fixture.later(Duration.ofDays(40)).tryToken().exits(0);
            fixture.tryToken().exits(0);
            assertThat(fixture.refreshes()).isEqualTo(2);
        }
    }

    @Test
    void withoutARefreshTokenALoginIsNeeded() throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready().loggedIn("--scope", "openid user_data")) {
            fixture.refresh().exits(4);
            assertThat(fixture.expire().tryToken().exits(4).err()).contains("no refresh token", "fleetauth login");
            assertThat(fixture.refreshes()).isZero();
        }
    }

    // Saving the attempt before anything is sent proves that the store can be written.

    @Test
    void nothingIsSentIfTheAttemptCannotBeSaved() throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready().loggedIn().expire()) {
            ReadOnlyFolder.during(fixture.shell.home().resolve("profiles"), () -> {
                Result token = fixture.tryToken().exits(7);
                assertThat(token.out()).isEmpty();
                assertThat(token.err()).contains("no response was lost");
            });
            assertThat(fixture.refreshes()).isZero();
            fixture.assertNoAttempt();
            fixture.tryToken().exits(0);
            assertThat(fixture.refreshes()).isEqualTo(1);
        }
    }

    // Faults of a server: one post per command, and no verdict on the token.

    private static final Duration TOO_LATE = Duration.ofSeconds(8);

    record ServerFault(Fault fault, boolean spent) {}

    private static Named<ServerFault> fault(String name, Fault fault) {
        return Named.of(name, new ServerFault(fault, false));
    }

    private static Named<ServerFault> spending(String name, Fault fault) {
        return Named.of(name + ", the token spent", new ServerFault(fault.afterProcessing(), true));
    }

    static Stream<Named<ServerFault>> serverFaults() {
        String json = "application/json";
        String html = "<!doctype html><title>Down</title><p>Sorry";
        String login = "{\"error\":\"login_required\"}";
        Stream<Named<ServerFault>> statuses = IntStream.of(408, 425, 429, 500, 502, 503, 504, 529)
                .boxed()
                .flatMap(status -> Stream.of(
                        fault(status + " with Retry-After: 0", retryAfter(status, "0")),
                        spending(status + " with Retry-After: 0", retryAfter(status, "0")),
                        fault(status + " with Retry-After: 1", retryAfter(status, "1")),
                        fault(status + " and login_required", Fault.response(status, json, login))));
        Stream<Named<ServerFault>> others = Stream.of(
                fault("a page of the content delivery network", Fault.accessDenied()),
                spending("a page of the content delivery network", Fault.accessDenied()),
                fault("200 and a page", Fault.response(200, "text/html", html)),
                fault("400 and a page", Fault.response(400, "text/html", html)),
                fault("401 and a page", Fault.response(401, json, html)),
                spending("200 and a page", Fault.response(200, "text/html", html)),
                fault("302 elsewhere", Fault.response(302, json, "{}").withHeader("Location", "http://127.0.0.1:1/")),
                fault("307 elsewhere", Fault.response(307, json, "{}").withHeader("Location", "http://127.0.0.1:1/")),
                fault("308 elsewhere", Fault.response(308, json, "{}").withHeader("Location", "http://127.0.0.1:1/")),
                spending("truncated JSON", Fault.response(200, json, "{\"access_token\":\"abcdefgh")),
                spending("no JSON", Fault.response(200, json, "access_token=abcdefgh")),
                spending("an array", Fault.response(200, json, "[{\"access_token\":\"abcdefgh\"}]")),
                spending("an empty response", Fault.response(200, json, "")),
                spending("an empty object", Fault.response(200, json, "{}")),
                spending("no content", Fault.response(204, json, "")),
                spending("a null for a token", Fault.response(200, json, "{\"access_token\":null}")),
                spending("a number for a token", Fault.response(200, json, "{\"access_token\":12345678}")),
                spending("a number for an error", Fault.response(400, json, "{\"error\":400}")),
                spending("an oversized response", Fault.response(200, json, "{\"a\":\"" + "x".repeat(300_000) + "\"}")),
                spending("deep nesting", Fault.response(200, json, "[".repeat(100_000))),
                fault("a connection reset before the request took effect", Fault.reset()),
                spending("a connection reset after the request took effect", Fault.lostResponse()),
                spending("a connection that ends in the middle of the response", Fault.truncatedResponse()));
        return Stream.concat(statuses, others);
    }

    private static Fault retryAfter(int status, String wait) {
        return Fault.response(status, "application/json", "{}").withHeader("Retry-After", wait);
    }

    /** Within the grace period, the next command posts the token again. */
    @ParameterizedTest
    @MethodSource("serverFaults")
    void aFaultIsNoVerdict(ServerFault serverFault) throws IOException {
        try (var fixture =
                ShellAndSandbox.tesla(folder).ready().loggedIn().expire().later(Duration.ofMillis(500))) {
            Session before = fixture.session();
            fixture.sandbox.enqueue(serverFault.fault());

            Result token = fixture.tryToken().exits(6);
            assertThat(token.out()).isEmpty();
            assertThat(fixture.refreshes()).as("posts").isEqualTo(1);
            assertThat(fixture.session().withAttempt(null)).isEqualTo(before);
            Attempt open = fixture.attempt();

            fixture.later(Duration.ofHours(1));
            Result again = fixture.tryToken().exits(0);
            assertThat(again.err())
                    .contains("An earlier refresh, started at "
                            + open.startedAt().truncatedTo(ChronoUnit.SECONDS) + " on ");
            assertThat(fixture.refreshes()).isEqualTo(2);
            assertThat(fixture.sandbox.isActive(new Secret(again.line()))).isTrue();
            fixture.assertNoAttempt();
        }
    }

    /** Without a grace period, the token is posted again only after the access token has expired. */
    @ParameterizedTest
    @MethodSource("serverFaults")
    void afterAFaultAStrictProviderGetsNoPostUntilTheAccessTokenExpires(ServerFault serverFault) throws IOException {
        try (var fixture = ShellAndSandbox.strict(folder).ready().loggedIn()) {
            fixture.sandbox.enqueue(serverFault.fault());
            fixture.refresh().exits(6);
            fixture.attempt();

            Result refused = fixture.refresh().exits(6);
            assertThat(refused.err()).contains("could end the session", "--take-over");
            fixture.tryToken().exits(0);
            assertThat(fixture.refreshes()).isEqualTo(1);

            Result last = fixture.expire().tryToken().exits(serverFault.spent() ? 4 : 0);
            assertThat(last.err()).contains("An earlier refresh, started at", "Trying its refresh token again");
            assertThat(fixture.refreshes()).isEqualTo(2);
            fixture.assertNoAttempt();
        }
    }

    /** Whether the server processed the request is unknown until the next command. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aResponseThatIsTooLateIsNoVerdict(boolean spent) throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready().loggedIn().expire()) {
            Session before = fixture.session();
            fixture.shell.limits(new Limits(Duration.ofSeconds(10), Duration.ofSeconds(3)));
            Fault late = spent ? Fault.slow(TOO_LATE) : Fault.reset().delayed(TOO_LATE);
            fixture.sandbox.enqueue(late);
            assertThat(fixture.tryToken().exits(6).err()).contains("timed out after 3 s");
            assertThat(fixture.refreshes()).isEqualTo(1);
            assertThat(fixture.session().withAttempt(null)).isEqualTo(before);
            fixture.attempt();

            fixture.shell.limits(Limits.DEFAULT);
            fixture.tryToken().exits(0);
            assertThat(fixture.refreshes()).isEqualTo(2);
            fixture.assertNoAttempt();
        }
    }

    /** An unusable proxy is detected before anything is sent. */
    @Test
    void anUnusableProxyLeavesNoAttempt() throws IOException {
        try (var fixture = ShellAndSandbox.strict(folder).ready().loggedIn().expire()) {
            fixture.change(profile -> profile.withSession(at(profile.session(), "https://auth.invalid/token")));
            Profile before = fixture.profile();
            fixture.shell.variable("HTTPS_PROXY", "socks9://nowhere");
            fixture.tryToken().exits(2);
            assertThat(fixture.profile()).isEqualTo(before);
        }
    }

    @Test
    void anAttemptThatCannotBeRemovedIsReported() throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready().loggedIn()) {
            var environment = fixture.shell.environment(
                    InputStream.nullInputStream(), OutputStream.nullOutputStream(), OutputStream.nullOutputStream());
            var options = new Engine.Options(fixture.shell.home(), true, unused -> {}, null, () -> "test");
            Profile profile = fixture.profile()
                    .withSession(at(fixture.session(), "http://127.0.0.1:" + FreePort.next() + "/token"));
            try (var engine = new Engine(environment, options, Engine.Address.HOME)) {
                var request = new RefreshRequest(engine, new WritableOnce());
                Dialect dialect = Dialect.standard(fixture.issuer(), false);
                assertThatThrownBy(() -> request.post(profile, new Secret("refresh"), dialect))
                        .isInstanceOfSatisfying(
                                Failure.class,
                                failure -> assertThat(failure.fields())
                                        .containsEntry(
                                                "outcome",
                                                "the refresh token was not sent, but the refresh is still recorded as one"
                                                        + " whose response may be lost"));
            }
        }
    }

    /** A profile that becomes unwritable after it was saved once. */
    private static final class WritableOnce implements Store.Lease {

        private boolean isSaved;

        @Override
        public Deadline turn() {
            return Deadline.in(Duration.ofSeconds(20));
        }

        @Override
        public boolean waited() {
            return false;
        }

        @Override
        public boolean isPreviousTurnUnfinished() {
            return false;
        }

        @Override
        public Optional<Profile> read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void reserve(Profile profile, Session next) {}

        @Override
        public void save(Profile profile, boolean isResponse) {
            if (isSaved) {
                throw Failure.of(Failure.Kind.STORE_UNWRITABLE, "default.jwe", "No space left on device", "nothing");
            }
            isSaved = true;
        }

        @Override
        public void remove(@Nullable String movedTo) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Profile newProfile(Session next) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }

    private static Session at(Session session, String tokenEndpoint) {
        Settings old = session.settings();
        Endpoints endpoints = new Endpoints(
                old.endpoints().authorization(),
                URI.create(tokenEndpoint),
                old.endpoints().jwks(),
                old.endpoints().revocation(),
                old.endpoints().deviceAuthorization());
        Settings settings = new Settings(
                old.type(),
                old.issuer(),
                old.region(),
                old.grant(),
                old.clientId(),
                old.clientSecret(),
                old.authCode(),
                old.clientAuthentication(),
                old.scope(),
                old.audience(),
                old.resource(),
                old.redirectUri(),
                Map.of(),
                endpoints,
                old.certificates());
        return session.withSettings(settings);
    }

    // Verdicts.

    @Test
    void anErrorWithStatus200IsNoSuccess() throws IOException {
        try (var fixture = ShellAndSandbox.strict(folder).ready().loggedIn().expire()) {
            fixture.sandbox.enqueue(Fault.response(
                    200, "application/json", "{\"error\":\"invalid_grant\",\"access_token\":\"abcdefgh12345678\"}"));
            assertThat(fixture.tryToken().exits(4).out()).isEmpty();
        }
    }

    // The refresh token before the current one.

    @Test
    void thePreviousTokenIsNotTriedAfterTheGracePeriod() throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready().loggedIn().expire()) {
            fixture.tryToken().exits(0);
            fixture.sandbox.revokeAll(fixture.sandbox.clientId());
            fixture.later(Duration.ofHours(25)).tryToken().exits(4);
            assertThat(fixture.refreshes()).isEqualTo(2);
        }
    }

    // Unusual responses.

    @Test
    void aResponseWithoutARefreshTokenKeepsTheOldOne() throws IOException {
        try (var fixture = ShellAndSandbox.strict(folder).ready().loggedIn().expire()) {
            fixture.sandbox.rotating(false);
            Tokens before = fixture.tokens();
            for (String odd : List.of("", "null", "\"\"", "[]", "17")) {
                fixture.sandbox.enqueue(Fault.member("refresh_token", odd));
                fixture.refresh().exits(0);
                assertThat(fixture.refreshToken()).as(odd).isEqualTo(before.refreshToken());
                assertThat(fixture.tokens().refreshReceivedAt()).isEqualTo(before.refreshReceivedAt());
                assertThat(fixture.session().previous()).isNull();
            }
            fixture.refresh().exits(0);
        }
    }

    /** Some token endpoints send errors of the authorization endpoint, with a 400. They are no verdict on a token. */
    @Test
    void aTemporaryErrorMayHaveStatus400() throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready().loggedIn().expire()) {
            for (String error : List.of("server_error", "temporarily_unavailable")) {
                fixture.sandbox.enqueue(Fault.response(400, "application/json", "{\"error\":\"" + error + "\"}"));
                fixture.refresh().exits(6).says(error);
            }
            fixture.refresh().exits(0);
        }
    }

    /** A token whose response had no lifetime once counted as valid forever, even if its claims gave one. */
    @Test
    void aLifetimeInTheTokenCounts() throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready().loggedIn().expire()) {
            fixture.sandbox.enqueue(Fault.member("expires_in", ""));
            fixture.refresh().exits(0);
            assertThat(fixture.tokens().expiresIn()).isEqualTo(Duration.ofHours(8));
        }
    }

    @Test
    void aResponseWithTheSameRefreshTokenLeavesNoPreviousOne() throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready().loggedIn().expire()) {
            fixture.sandbox.rotating(false);
            Secret before = fixture.refreshToken();
            fixture.tryToken().exits(0);
            assertThat(fixture.refreshToken()).isEqualTo(before);
            assertThat(fixture.session().previous()).isNull();
            fixture.expire().tryToken().exits(0);
        }
    }

    /** If the response has no usable lifetime, that of the token's claims counts: 28 800 s. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | PT8H",
                "null | PT8H",
                "0 | PT8H",
                "-1 | PT8H",
                "\"soon\" | PT8H",
                "\"\" | PT8H",
                "[3600] | PT8H",
                "true | PT8H",
                "1 | PT1S",
                "3600 | PT1H",
                "3600.9 | PT1H",
                "3.6e3 | PT1H",
                "\"3600\" | PT1H",
                "99999999999 | P3650D",
                "9223372036854775807 | P3650D",
                "18446744073709551617 | P3650D",
                "99999999999999999999999999 | P3650D",
                "-18446744073709551615 | PT8H",
                "1e300 | P3650D",
                "-1e300 | PT8H"
            })
    void aTokenExpiresAsItsResponseOrClaimsSay(String json, String expected) throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready().loggedIn().expire()) {
            fixture.sandbox.enqueue(Fault.member("expires_in", json));
            fixture.tryToken().exits(0);
            Duration life = fixture.tokens().expiresIn();
            assertThat(String.valueOf(life))
                    .isEqualTo(expected.equals("P3650D") ? Duration.ofDays(3650).toString() : expected);
            if (life != null && life.compareTo(Duration.ofMinutes(30)) > 0) {
                fixture.tryToken().exits(0);
                assertThat(fixture.refreshes()).isEqualTo(1);
            }
        }
    }

    @Test
    void aTokenWithInvalidCharactersNeverBecomesCurrent() throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder)
                .ready()
                .loggedIn("--scope", "offline_access")
                .expire()) {
            fixture.sandbox.enqueue(Fault.member("access_token", "\"abcdefgh;rm -rf ~\""));
            String before = fixture.accessToken();
            assertThat(fixture.tryToken().exits(5).out()).isEmpty();
            assertThat(fixture.accessToken()).isEqualTo(before);
            fixture.refresh().exits(0);
            fixture.tryToken().exits(0);
        }
    }

    // Responses that are restored late.

    /** A kept response may be restored long after it was received. */
    @Test
    void anExpiredKeptResponseIsNotPrinted() throws IOException {
        try (var fixture = ShellAndSandbox.strict(folder).ready().loggedIn()) {
            Path record = fixture.shell.home().resolve("profiles/default.jwe");
            byte[] old = Files.readAllBytes(record);
            fixture.refresh().exits(0);
            String dead = fixture.accessToken();
            Files.move(record, record.resolveSibling("default.next"));
            Files.write(record, old);

            String token = fixture.expire().tryToken().exits(0).line();
            assertThat(token).isNotEqualTo(dead);
            assertThat(fixture.sandbox.isActive(new Secret(token))).isTrue();
            assertThat(fixture.refreshes()).isEqualTo(2);
        }
    }
}
