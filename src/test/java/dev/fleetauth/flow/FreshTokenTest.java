package dev.fleetauth.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.host.Limits;
import dev.fleetauth.model.Attempt;
import dev.fleetauth.model.Endpoints;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Settings;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.sandbox.Mishap;
import dev.fleetauth.sandbox.Sandbox;
import dev.fleetauth.sandbox.Sandbox.Endpoint;
import dev.fleetauth.store.Store;
import dev.fleetauth.testing.TestShell.Result;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A rotating refresh token is never lost: what {@link FreshToken} promises, sentence by sentence. */
class FreshTokenTest {

    private static final Duration WAIT = Duration.ofSeconds(25);

    @TempDir
    private Path folder;

    // Who has a valid token asks for none.

    @Test
    void aValidTokenIsPrintedWithoutARequest() throws IOException {
        try (var scene = Scene.tesla(folder).loggedIn()) {
            int before = scene.sandbox.received().size();
            assertThat(scene.token().exits(0).line()).isEqualTo(scene.accessToken());
            assertThat(scene.sandbox.received()).hasSize(before);
        }
    }

    @Test
    void aDeadTokenIsReplacedByOnePost() throws IOException {
        try (var scene = Scene.tesla(folder).loggedIn().later()) {
            Secret spent = scene.refreshToken();
            String old = scene.accessToken();
            String fresh = scene.token().exits(0).line();
            assertThat(fresh).isEqualTo(scene.accessToken()).isNotEqualTo(old);
            assertThat(scene.refreshes()).isEqualTo(1);
            assertThat(scene.refreshToken()).isNotEqualTo(spent);
            assertThat(scene.sandbox.isActive(new Secret(fresh))).isTrue();
            scene.assertNoAttempt();
        }
    }

    /** 60 s, or a tenth of the token's life where that is less. */
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
    void howLongAPrintedTokenIsValidAtLeast(int life, int age, String asked, String requests) throws IOException {
        try (var scene = Scene.tesla(folder)) {
            scene.sandbox.accessTokenLife(Duration.ofSeconds(life));
            scene.loggedIn().later(Duration.ofSeconds(age));
            Result token = asked.isEmpty() ? scene.token() : scene.token("--min-validity", asked);
            if (requests.equals("REFUSED")) {
                token.exits(5);
                assertThat(token.out()).isEmpty();
                assertThat(token.err()).contains("28800 s", "--min-validity");
                assertThat(scene.refreshes()).isZero();
            } else {
                token.exits(0);
                assertThat(scene.refreshes()).isEqualTo(Integer.parseInt(requests));
            }
        }
    }

    @Test
    void aClockThatWasSetBackCostsOneRefresh() throws IOException {
        try (var scene = Scene.tesla(folder).loggedIn().later(Duration.ofDays(-40))) {
            scene.token().exits(0);
            scene.token().exits(0);
            assertThat(scene.refreshes()).isEqualTo(1);
            scene.later(Duration.ofDays(40)).token().exits(0);
            scene.token().exits(0);
            assertThat(scene.refreshes()).isEqualTo(2);
        }
    }

    @Test
    void withoutARefreshTokenAPersonIsNeeded() throws IOException {
        try (var scene = Scene.tesla(folder).loggedIn("--scope", "openid user_data")) {
            scene.refresh().exits(4);
            assertThat(scene.later().token().exits(4).err()).contains("no refresh token", "fleetauth login");
            assertThat(scene.refreshes()).isZero();
        }
    }

    // The attempt is saved before anything is sent, and proves that the store can be written.

    @Test
    void whereTheAttemptCannotBeSavedNothingIsSent() throws IOException {
        try (var scene = Scene.tesla(folder).loggedIn().later()) {
            ReadOnlyFolder.during(scene.shell.home().resolve("profiles"), () -> {
                Result token = scene.token().exits(7);
                assertThat(token.out()).isEmpty();
                assertThat(token.err()).contains("no answer was lost");
            });
            assertThat(scene.refreshes()).isZero();
            scene.assertNoAttempt();
            scene.token().exits(0);
            assertThat(scene.refreshes()).isEqualTo(1);
        }
    }

    @Test
    void theAttemptIsThereWhileTheServerThinks() throws Exception {
        try (var scene = Scene.tesla(folder).loggedIn().later()) {
            scene.sandbox.enqueue(Mishap.slow(Duration.ofSeconds(2)));
            Instant start = scene.shell.clock().instant();
            FutureTask<Result> token = inThread(() -> scene.beside("token", "--no-input"));
            await(() -> scene.refreshes() == 1);
            assertThat(scene.attempt().startedAt()).isEqualTo(start);
            assertThat(scene.attempt().refreshTokenHash()).hasSize(43);
            assertThat(scene.attempt().process())
                    .isEqualTo(ProcessHandle.current().pid());
            token.get().exits(0);
            scene.assertNoAttempt();
        }
    }

    // A server with a bad day: one post a command, and what it says is no verdict.

    private static final Duration TOO_LATE = Duration.ofSeconds(8);

    record BadDay(Mishap mishap, boolean spent) {}

    private static Named<BadDay> day(String name, Mishap mishap) {
        return Named.of(name, new BadDay(mishap, false));
    }

    private static Named<BadDay> spending(String name, Mishap mishap) {
        return Named.of(name + ", the token spent", new BadDay(mishap.afterProcessing(), true));
    }

    static Stream<Named<BadDay>> badDays() {
        String json = "application/json";
        String html = "<!doctype html><title>Down</title><p>Sorry";
        String login = "{\"error\":\"login_required\"}";
        Stream<Named<BadDay>> statuses = IntStream.of(408, 425, 429, 500, 502, 503, 504, 529)
                .boxed()
                .flatMap(status -> Stream.of(
                        day(status + " with Retry-After: 0", again(status, "0")),
                        spending(status + " with Retry-After: 0", again(status, "0")),
                        day(status + " with Retry-After: 1", again(status, "1")),
                        day(status + " and login_required", Mishap.answer(status, json, login))));
        Stream<Named<BadDay>> others = Stream.of(
                day("the page of a content network", Mishap.accessDenied()),
                spending("the page of a content network", Mishap.accessDenied()),
                day("200 and a page", Mishap.answer(200, "text/html", html)),
                day("400 and a page", Mishap.answer(400, "text/html", html)),
                day("401 and a page", Mishap.answer(401, json, html)),
                spending("200 and a page", Mishap.answer(200, "text/html", html)),
                day("302 elsewhere", Mishap.answer(302, json, "{}").withHeader("Location", "http://127.0.0.1:1/")),
                day("307 elsewhere", Mishap.answer(307, json, "{}").withHeader("Location", "http://127.0.0.1:1/")),
                day("308 elsewhere", Mishap.answer(308, json, "{}").withHeader("Location", "http://127.0.0.1:1/")),
                spending("truncated JSON", Mishap.answer(200, json, "{\"access_token\":\"abcdefgh")),
                spending("no JSON", Mishap.answer(200, json, "access_token=abcdefgh")),
                spending("an array", Mishap.answer(200, json, "[{\"access_token\":\"abcdefgh\"}]")),
                spending("an empty answer", Mishap.answer(200, json, "")),
                spending("an empty object", Mishap.answer(200, json, "{}")),
                spending("no content", Mishap.answer(204, json, "")),
                spending("a null for a token", Mishap.answer(200, json, "{\"access_token\":null}")),
                spending("a number for a token", Mishap.answer(200, json, "{\"access_token\":12345678}")),
                spending("a number for an error", Mishap.answer(400, json, "{\"error\":400}")),
                spending("an oversized answer", Mishap.answer(200, json, "{\"a\":\"" + "x".repeat(300_000) + "\"}")),
                spending("an endless nesting", Mishap.answer(200, json, "[".repeat(100_000))),
                day("a connection reset before it took effect", Mishap.reset()),
                spending("a connection reset after it took effect", Mishap.lostAnswer()),
                spending("a connection that ends in the middle of the answer", Mishap.halfAnswer()));
        return Stream.concat(statuses, others);
    }

    private static Mishap again(int status, String wait) {
        return Mishap.answer(status, "application/json", "{}").withHeader("Retry-After", wait);
    }

    /** Within the grace period the token is simply posted again by the next command. */
    @ParameterizedTest
    @MethodSource("badDays")
    void aBadDayIsNoVerdict(BadDay day) throws IOException {
        try (var scene = Scene.tesla(folder).loggedIn().later()) {
            Session before = scene.session();
            scene.sandbox.enqueue(day.mishap());

            Result token = scene.token().exits(6);
            assertThat(token.out()).isEmpty();
            assertThat(scene.refreshes()).as("posts").isEqualTo(1);
            assertThat(scene.session().withAttempt(null)).isEqualTo(before);
            Attempt open = scene.attempt();

            scene.later(Duration.ofHours(1));
            Result again = scene.token().exits(0);
            assertThat(again.err()).contains("an earlier refresh, begun " + open.startedAt());
            assertThat(scene.refreshes()).isEqualTo(2);
            assertThat(scene.sandbox.isActive(new Secret(again.line()))).isTrue();
            scene.assertNoAttempt();
        }
    }

    /** A provider without grace gets the token again only once there is nothing left to lose. */
    @ParameterizedTest
    @MethodSource("badDays")
    void aBadDayOfAStrictProvider(BadDay day) throws IOException {
        try (var scene = Scene.strict(folder).loggedIn()) {
            scene.sandbox.enqueue(day.mishap());
            scene.refresh().exits(6);
            scene.attempt();

            Result refused = scene.refresh().exits(6);
            assertThat(refused.err()).contains("could end the session", "--take-over");
            scene.token().exits(0);
            assertThat(scene.refreshes()).isEqualTo(1);

            Result last = scene.later().token().exits(day.spent() ? 4 : 0);
            assertThat(last.err()).contains("an earlier refresh, begun", "got no answer");
            assertThat(scene.refreshes()).isEqualTo(2);
            scene.assertNoAttempt();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void takingOverPostsAtOnce(boolean spent) throws IOException {
        try (var scene = Scene.strict(folder).loggedIn()) {
            scene.sandbox.enqueue(spent ? Mishap.lostAnswer() : Mishap.reset());
            scene.refresh().exits(6);
            scene.refresh("--take-over").exits(spent ? 4 : 0);
            assertThat(scene.refreshes()).isEqualTo(2);
            scene.assertNoAttempt();
        }
    }

    @Test
    void theGraceCountsFromTheFirstAttempt() throws IOException {
        try (var scene = Scene.tesla(folder)) {
            scene.sandbox.accessTokenLife(Duration.ofDays(7));
            scene.loggedIn();
            Instant first = scene.shell.clock().instant();
            scene.sandbox.enqueue(Mishap.reset());
            scene.refresh().exits(6);
            scene.later(Duration.ofHours(23));
            scene.sandbox.enqueue(Mishap.reset());
            scene.refresh().exits(6);
            assertThat(scene.attempt().startedAt()).isEqualTo(first);
            scene.later(Duration.ofMinutes(61)).refresh().exits(6);
            assertThat(scene.refreshes()).isEqualTo(2);
        }
    }

    /** It may be that the server took the token, and it may be that it did not: that is to be seen next time. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAnswerThatDoesNotComeInTimeIsNoVerdict(boolean spent) throws IOException {
        try (var scene = Scene.tesla(folder).loggedIn().later()) {
            Session before = scene.session();
            scene.shell.limits(new Limits(Duration.ofSeconds(10), Duration.ofSeconds(3), Duration.ofSeconds(3)));
            Mishap late = spent ? Mishap.slow(TOO_LATE) : Mishap.reset().delayed(TOO_LATE);
            scene.sandbox.enqueue(late);
            assertThat(scene.token().exits(6).err()).contains("no whole answer came within 3 seconds");
            assertThat(scene.refreshes()).isEqualTo(1);
            assertThat(scene.session().withAttempt(null)).isEqualTo(before);
            scene.attempt();

            scene.shell.limits(Limits.DEFAULT);
            scene.token().exits(0);
            assertThat(scene.refreshes()).isEqualTo(2);
            scene.assertNoAttempt();
        }
    }

    @Test
    void aFailureToConnectLeavesNoAttempt() throws IOException {
        try (var scene = Scene.strict(folder).loggedIn().later()) {
            Profile before = scene.profile();
            scene.sandbox.close();
            assertThat(scene.token().exits(6).err()).contains("nothing was sent");
            assertThat(scene.profile()).isEqualTo(before);
        }
    }

    /** That it failed to connect says nothing of the attempt before. */
    @Test
    void aFailureToConnectLeavesAnEarlierAttempt() throws IOException {
        try (var scene = Scene.tesla(folder).loggedIn().later()) {
            scene.sandbox.enqueue(Mishap.reset());
            scene.token().exits(6);
            Attempt open = scene.attempt();
            scene.sandbox.close();
            scene.later(Duration.ofHours(1)).token().exits(6);
            assertThat(scene.attempt()).isEqualTo(open);
        }
    }

    /** Before anything is sent, a proxy that cannot be used is found out. */
    @Test
    void whatFailsBeforeConnectingLeavesNoAttempt() throws IOException {
        try (var scene = Scene.strict(folder).loggedIn().later()) {
            scene.change(profile -> profile.withSession(at(profile.session(), "https://auth.invalid/token")));
            Profile before = scene.profile();
            scene.shell.variable("HTTPS_PROXY", "socks9://nowhere");
            scene.token().exits(2);
            assertThat(scene.profile()).isEqualTo(before);
        }
    }

    private static Session at(Session session, String tokenEndpoint) {
        Settings old = session.settings();
        Endpoints endpoints = new Endpoints(
                old.endpoints().authorization(),
                URI.create(tokenEndpoint),
                old.endpoints().jwks(),
                old.endpoints().revocation());
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
                endpoints,
                old.certificates());
        return session.withSettings(settings);
    }

    // Verdicts.

    @Test
    void aTokenThatIsNotTakenNeedsAPersonAndIsKept() throws IOException {
        for (boolean strict : List.of(true, false)) {
            Path own = Files.createDirectory(folder.resolve(String.valueOf(strict)));
            try (var scene =
                    (strict ? Scene.strict(own) : Scene.tesla(own)).loggedIn().later()) {
                scene.sandbox.endAll(scene.sandbox.clientId());
                Session before = scene.session();
                Result token = scene.token().exits(4);
                assertThat(token.out()).isEmpty();
                assertThat(token.err()).contains(strict ? "invalid_grant" : "login_required", "fleetauth login");
                assertThat(Objects.requireNonNull(scene.session().refused()).error())
                        .isEqualTo(strict ? "invalid_grant" : "login_required");
                assertThat(scene.tokens()).isEqualTo(before.tokens());
                assertThat(scene.session().attempt()).isNull();
                assertThat(scene.refreshes()).isEqualTo(1);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"400, unauthorized_client", "401, invalid_client", "400, invalid_scope", "400, anything_else"})
    void anotherRefusalEndsTheAttemptAndNothingElse(int status, String error) throws IOException {
        try (var scene = Scene.strict(folder).loggedIn().later()) {
            Session before = scene.session();
            scene.sandbox.enqueue(Mishap.answer(status, "application/json", "{\"error\":\"" + error + "\"}"));
            assertThat(scene.token().exits(5).err()).contains(error);
            assertThat(scene.session()).isEqualTo(before);
            scene.token().exits(0);
        }
    }

    @Test
    void anErrorIsNoSuccessWhateverItsStatus() throws IOException {
        try (var scene = Scene.strict(folder).loggedIn().later()) {
            scene.sandbox.enqueue(Mishap.answer(
                    200, "application/json", "{\"error\":\"invalid_grant\",\"access_token\":\"abcdefgh12345678\"}"));
            assertThat(scene.token().exits(4).out()).isEmpty();
        }
    }

    // The refresh token before the current one.

    /** Another program holds the same session and got an answer that never came here. */
    @Test
    void thePreviousTokenIsTriedOnceWithinTheGrace() throws IOException {
        try (var scene = Scene.tesla(folder).loggedIn().later()) {
            scene.token().exits(0);
            Session session = scene.session();
            assertThat(Objects.requireNonNull(session.previous()).tried()).isFalse();
            // The server knows nothing of the current one.
            scene.sandbox.enqueue(Mishap.answer(401, "application/json", "{\"error\":\"login_required\"}"));
            Result refresh = scene.refresh().exits(0);
            assertThat(refresh.err()).contains("trying the one before it");
            assertThat(scene.refreshes()).isEqualTo(3);
        }
    }

    @Test
    void thePreviousTokenIsNotTriedTwice() throws IOException {
        try (var scene = Scene.tesla(folder).loggedIn().later()) {
            scene.token().exits(0);
            scene.sandbox.endAll(scene.sandbox.clientId());
            Tokens before = scene.tokens();
            scene.refresh().exits(4);
            assertThat(scene.refreshes()).isEqualTo(3);
            assertThat(Objects.requireNonNull(scene.session().previous()).tried())
                    .isTrue();
            assertThat(scene.tokens()).isEqualTo(before);
            scene.refresh().exits(4);
            assertThat(scene.refreshes()).isEqualTo(4);
        }
    }

    @Test
    void thePreviousTokenIsNotTriedAfterTheGrace() throws IOException {
        try (var scene = Scene.tesla(folder).loggedIn().later()) {
            scene.token().exits(0);
            scene.sandbox.endAll(scene.sandbox.clientId());
            scene.later(Duration.ofHours(25)).token().exits(4);
            assertThat(scene.refreshes()).isEqualTo(2);
        }
    }

    /** What a connection did says nothing of the token: it is tried once it can be. */
    @Test
    void thePreviousTokenIsStillToBeTriedIfItCouldNotBeSent() throws IOException {
        try (var scene = Scene.tesla(folder).loggedIn().later()) {
            scene.token().exits(0);
            scene.sandbox.enqueue(Mishap.answer(401, "application/json", "{\"error\":\"login_required\"}"));
            scene.sandbox.enqueue(Mishap.lostAnswer());
            scene.refresh().exits(6);
            assertThat(Objects.requireNonNull(scene.session().previous()).tried())
                    .isTrue();
            assertThat(scene.refreshes()).isEqualTo(3);
        }
    }

    @Test
    void aStrictProviderNeverGetsAPreviousToken() throws IOException {
        try (var scene = Scene.strict(folder).loggedIn().later()) {
            scene.token().exits(0);
            assertThat(scene.session().previous()).isNull();
            scene.sandbox.endAll(scene.sandbox.clientId());
            scene.refresh().exits(4);
            assertThat(scene.refreshes()).isEqualTo(2);
        }
    }

    // Odd answers.

    @Test
    void anAnswerWithoutARefreshTokenLeavesTheOldOne() throws IOException {
        try (var scene = Scene.strict(folder).loggedIn().later()) {
            scene.sandbox.rotating(false);
            Tokens before = scene.tokens();
            for (String odd : List.of("", "null", "\"\"", "[]", "17")) {
                scene.sandbox.enqueue(Mishap.member("refresh_token", odd));
                scene.refresh().exits(0);
                assertThat(scene.refreshToken()).as(odd).isEqualTo(before.refreshToken());
                assertThat(scene.tokens().refreshReceivedAt()).isEqualTo(before.refreshReceivedAt());
                assertThat(scene.session().previous()).isNull();
            }
            scene.refresh().exits(0);
        }
    }

    /** Without its access token an answer was once dropped whole, and with it the only refresh token still good. */
    @Test
    void anAnswerWithARefreshTokenAloneIsGoneOnWith() throws IOException {
        try (var scene = Scene.strict(folder).loggedIn().later()) {
            Secret spent = scene.refreshToken();
            for (String odd : List.of("", "null", "\"\"", "17")) {
                scene.sandbox.enqueue(Mishap.member("access_token", odd));
                scene.refresh().exits(6).says("no access token");
            }
            assertThat(scene.refreshToken()).isNotEqualTo(spent);
            assertThat(scene.session().attempt()).isNull();
            scene.token().exits(0);
        }
    }

    /** Some servers send the authorization endpoint's errors from the token endpoint, with a 400: no verdict on a token. */
    @Test
    void anErrorForNowIsTemporaryWhateverItsStatus() throws IOException {
        try (var scene = Scene.tesla(folder).loggedIn().later()) {
            for (String error : List.of("server_error", "temporarily_unavailable")) {
                scene.sandbox.enqueue(Mishap.answer(400, "application/json", "{\"error\":\"" + error + "\"}"));
                scene.refresh().exits(6).says(error);
            }
            scene.refresh().exits(0);
        }
    }

    /** Where the answer does not tell its life, the token may; without that it once counted as valid for ever. */
    @Test
    void aLifeThatOnlyTheTokenTellsCounts() throws IOException {
        try (var scene = Scene.tesla(folder).loggedIn().later()) {
            scene.sandbox.enqueue(Mishap.member("expires_in", ""));
            scene.refresh().exits(0);
            assertThat(scene.tokens().expiresIn()).isEqualTo(Duration.ofHours(8));
        }
    }

    @Test
    void anAnswerWithTheSameRefreshTokenLeavesNoPreviousOne() throws IOException {
        try (var scene = Scene.tesla(folder).loggedIn().later()) {
            scene.sandbox.rotating(false);
            Secret before = scene.refreshToken();
            scene.token().exits(0);
            assertThat(scene.refreshToken()).isEqualTo(before);
            assertThat(scene.session().previous()).isNull();
            scene.later().token().exits(0);
        }
    }

    /** A life that the answer does not tell, or not sensibly, is told by the token: 28 800 s. */
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
    void howLongATokenLives(String json, String expected) throws IOException {
        try (var scene = Scene.tesla(folder).loggedIn().later()) {
            scene.sandbox.enqueue(Mishap.member("expires_in", json));
            scene.token().exits(0);
            Duration life = scene.tokens().expiresIn();
            assertThat(String.valueOf(life))
                    .isEqualTo(expected.equals("P3650D") ? Duration.ofDays(3650).toString() : expected);
            if (life != null && life.compareTo(Duration.ofMinutes(30)) > 0) {
                scene.token().exits(0);
                assertThat(scene.refreshes()).isEqualTo(1);
            }
        }
    }

    @Test
    void aTokenThatAShellWouldRunIsKeptAndNotPrinted() throws IOException {
        try (var scene =
                Scene.tesla(folder).loggedIn("--scope", "offline_access").later()) {
            scene.sandbox.enqueue(Mishap.member("access_token", "\"abcdefgh;rm -rf ~\""));
            assertThat(scene.token().exits(5).out()).isEmpty();
            assertThat(scene.accessToken()).isEqualTo("abcdefgh;rm -rf ~");
            scene.refresh().exits(0);
            scene.token().exits(0);
        }
    }

    // Others at the same time.

    @Test
    void manyAtOnceMakeOneRequest() throws Exception {
        try (var scene = Scene.strict(folder).loggedIn().later()) {
            scene.sandbox.enqueue(Mishap.slow(Duration.ofSeconds(1)));
            List<FutureTask<Result>> all = IntStream.range(0, 8)
                    .mapToObj(i -> inThread(() -> scene.beside("token", "--no-input")))
                    .toList();
            for (FutureTask<Result> one : all) {
                assertThat(one.get().exits(0).line()).isEqualTo(scene.accessToken());
            }
            assertThat(scene.refreshes()).isEqualTo(1);
        }
    }

    @Test
    void aRefreshThatWaitedTakesTheAnswerOfAnother() throws Exception {
        try (var scene = Scene.strict(folder).loggedIn()) {
            FutureTask<Result> waiter;
            try (Store.Lease lease = scene.store().lock(Scene.DEFAULT, WAIT)) {
                waiter = inThread(() -> scene.beside("refresh", "--no-input", "--format", "raw"));
                awaitLock();
                Profile profile = lease.read().orElseThrow();
                Tokens old = scene.tokens();
                Tokens newer = new Tokens(
                        new Secret("newer-access-token"),
                        "Bearer",
                        old.receivedAt(),
                        old.expiresIn(),
                        new Secret("newer-refresh-token"),
                        old.refreshReceivedAt(),
                        null,
                        old.idToken(),
                        old.subject(),
                        old.scopeGranted());
                Session session = profile.session().withTokens(newer, null);
                lease.save(new Profile(profile.name(), profile.generation() + 1, session, null), false);
            }
            assertThat(waiter.get().exits(0).line()).isEqualTo("newer-access-token");
            assertThat(scene.refreshes()).isZero();
        }
    }

    /** Whoever held the lock began an attempt and got no answer, be it before or after the waiter first looked. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoWaitedForAnAttemptThatGotNoAnswerDoesNotPost(boolean begunBeforeTheWaiterLooked) throws Exception {
        try (var scene = Scene.tesla(folder).loggedIn().later()) {
            FutureTask<Result> waiter;
            try (Store.Lease lease = scene.store().lock(Scene.DEFAULT, WAIT)) {
                Profile profile = lease.read().orElseThrow();
                Attempt attempt = new Attempt("hash", scene.shell.clock().instant(), "other-host", 1);
                Profile attempting = profile.withSession(profile.session().withAttempt(attempt));
                if (begunBeforeTheWaiterLooked) {
                    lease.save(attempting, false);
                }
                waiter = inThread(() -> scene.beside("token", "--no-input"));
                awaitLock();
                lease.save(attempting, false);
            }
            assertThat(waiter.get().exits(6).err()).contains("other-host");
            assertThat(scene.refreshes()).isZero();
            scene.token().exits(0);
        }
    }

    @Test
    void differentProfilesDoNotWaitForEachOther() throws Exception {
        try (var scene = Scene.strict(folder).loggedIn().loggedInAs("other").later()) {
            try (Store.Lease lease = scene.store().lock(Scene.DEFAULT, WAIT)) {
                assertThat(lease.read()).isPresent();
                scene.token("-p", "other").exits(0);
            }
        }
    }

    /** An answer that could only be kept in the recovery folder may be taken up long after. */
    @Test
    void aNewerAnswerThatIsDeadByNowIsNotPrinted() throws IOException {
        try (var scene = Scene.strict(folder).loggedIn()) {
            Path record = scene.shell.home().resolve("profiles/default.jwe");
            byte[] old = Files.readAllBytes(record);
            scene.refresh().exits(0);
            String dead = scene.accessToken();
            Files.move(record, record.resolveSibling("default.next"));
            Files.write(record, old);

            String token = scene.later().token().exits(0).line();
            assertThat(token).isNotEqualTo(dead);
            assertThat(scene.sandbox.isActive(new Secret(token))).isTrue();
            assertThat(scene.refreshes()).isEqualTo(2);
        }
    }

    @Test
    void aPartnersTokenIsAskedForAgainWithoutAnAttempt() throws IOException {
        try (var scene = Scene.tesla(folder)) {
            scene.shell
                    .run(
                            "login",
                            "--type",
                            "partner",
                            "--issuer",
                            scene.sandbox.base().toString(),
                            "--client-id",
                            scene.sandbox.clientId())
                    .exits(0);
            scene.later();
            scene.sandbox.enqueue(Mishap.lostAnswer());
            scene.token().exits(6);
            scene.assertNoAttempt();
            scene.token().exits(0);
            assertThat(scene.sandbox.received(Endpoint.TOKEN)).hasSize(3);
            assertThat(scene.lastPost().parameters())
                    .containsEntry("grant_type", "client_credentials")
                    .containsEntry(
                            "audience",
                            Sandbox.Options.TESLA
                                    .region()
                                    .playedBy(scene.sandbox.base().toString())
                                    .audience());
        }
    }

    static FutureTask<Result> inThread(Callable<Result> work) {
        var task = new FutureTask<>(work);
        Thread thread = new Thread(task, "command");
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    /** Waits until a command waits for a profile's lock. */
    private static void awaitLock() {
        await(() -> Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getName().equals("command"))
                .flatMap(thread -> Stream.of(thread.getValue()))
                .anyMatch(frame -> frame.getClassName().equals("dev.fleetauth.store.Locks")
                        && frame.getMethodName().equals("acquire")));
    }

    static void await(Callable<Boolean> condition) {
        Instant end = Instant.now().plusSeconds(20);
        try {
            while (!condition.call()) {
                assertThat(Instant.now()).as("waited in vain").isBefore(end);
                Thread.sleep(5);
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
