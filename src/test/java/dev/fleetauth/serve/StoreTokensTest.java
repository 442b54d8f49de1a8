package dev.fleetauth.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.Stores;
import dev.fleetauth.host.Environment;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.store.Store;
import dev.fleetauth.testing.Await;
import dev.fleetauth.testing.ShellAndSandbox;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tokens that {@code serve} returns if the store, the provider or the program fails. */
@SuppressWarnings("NullAway.Init") // By begin().
@Tag("any-jdk")
class StoreTokensTest {

    private static final ProfileName OTHER = new ProfileName("other");

    /** The age of a token whose refresh is due. */
    private static final Duration NEARLY_EXPIRED = Duration.ofHours(8).minusMinutes(4);

    @TempDir
    Path folder;

    private final List<ProfileName> logins = new CopyOnWriteArrayList<>();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final List<ProfileName> locked = new CopyOnWriteArrayList<>();

    /** Thrown by every lock of the profile {@code default}. */
    private volatile @Nullable RuntimeException onLock;

    /** Thrown once, by the first read after a lock. */
    private volatile @Nullable RuntimeException afterLock;

    private volatile boolean wasLocked;

    private ShellAndSandbox fixture;
    private Engine engine;
    private StoreTokens tokens;

    @BeforeEach
    void begin() {
        fixture = ShellAndSandbox.strict(folder).loggedIn().loggedInAs(OTHER.value());
        Environment environment = fixture.shell.environment(
                InputStream.nullInputStream(), OutputStream.nullOutputStream(), OutputStream.nullOutputStream());
        Path home = fixture.shell.home();
        var options = new Engine.Options(home, false, notice -> {}, null, () -> "test");
        engine = new Engine(
                environment, options, failing(Stores.at(environment, "--store", "file:", home, true, warning -> {})));
        tokens = new StoreTokens(engine, logins::add, (name, why) -> failures.add(name + ": " + why.getMessage()));
    }

    @AfterEach
    void end() throws Exception {
        engine.close();
        fixture.close();
    }

    /** A store that throws {@link #onLock} and {@link #afterLock}. */
    private Store failing(Store store) {
        return (Store) Proxy.newProxyInstance(
                Store.class.getClassLoader(), new Class<?>[] {Store.class}, (proxy, method, args) -> {
                    if (method.getName().equals("lock")) {
                        locked.add((ProfileName) args[0]);
                        wasLocked = true;
                        if (onLock != null && args[0].equals(ProfileName.DEFAULT)) {
                            throw onLock;
                        }
                    }
                    RuntimeException once = afterLock;
                    if (method.getName().equals("read") && wasLocked && once != null) {
                        afterLock = null;
                        throw once;
                    }
                    try {
                        return method.invoke(store, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static String accessToken(Profile profile) {
        return Objects.requireNonNull(profile.session().tokens()).accessToken().reveal();
    }

    private @Nullable Kind failure() {
        Failure failure = catchThrowableOfType(Failure.class, () -> tokens.valid(ProfileName.DEFAULT, null));
        return failure == null ? null : failure.kind();
    }

    @Test
    void aStoreFailureAfterAFailedRefreshIsNotPermanent() {
        fixture.expire();
        fixture.sandbox.revokeAll(fixture.sandbox.clientId());
        afterLock = Failure.of(Kind.STORE_UNREADABLE, "a file", "an error");
        assertThat(failure()).isEqualTo(Kind.LOGIN_NEEDED);
        assertThat(afterLock).as("the store has failed").isNull();
        assertThat(tokens.retryAfter(ProfileName.DEFAULT)).isPositive();
        int refreshes = fixture.refreshes();
        assertThat(failure()).isEqualTo(Kind.LOGIN_NEEDED);
        assertThat(fixture.refreshes()).as("nothing is sent while it backs off").isEqualTo(refreshes);

        fixture.later(Duration.ofSeconds(5));
        assertThat(failure()).isEqualTo(Kind.LOGIN_NEEDED);
        assertThat(logins).as("now the ended login is reported").containsExactly(ProfileName.DEFAULT);
        fixture.browser(Agent.allowing()).login().exits(0);
        fixture.expire();
        assertThat(failure()).as("the next refresh").isNull();
    }

    @Test
    void aNeededLoginIsReportedOnceHoweverOftenARefreshIsDue() {
        tokens.valid(ProfileName.DEFAULT, null);
        fixture.later(NEARLY_EXPIRED);
        fixture.sandbox.revokeAll(fixture.sandbox.clientId());
        for (int second = 0; second < 120; second++) {
            tokens.refreshDue();
            fixture.later(Duration.ofSeconds(1));
        }
        assertThat(logins).containsExactly(ProfileName.DEFAULT);
        assertThat(failures).isEmpty();
        assertThat(fixture.refreshes()).isEqualTo(1);
    }

    @Test
    void aRefreshWithABugIsReportedOnceAndRetriedAndDoesNotAffectOtherProfiles() {
        tokens.valid(ProfileName.DEFAULT, null);
        String before = accessToken(tokens.valid(OTHER, null));
        fixture.later(NEARLY_EXPIRED);
        onLock = new IllegalStateException("a bug");
        for (int second = 0; second < 120; second++) {
            tokens.refreshDue();
            fixture.later(Duration.ofSeconds(1));
        }
        assertThat(failures).containsExactly("default: a bug");
        assertThat(locked.stream().filter(ProfileName.DEFAULT::equals))
                .as("attempts, after at least 2, 4, 8, 16, 32 and 64 seconds")
                .hasSizeBetween(4, 7);
        assertThat(accessToken(tokens.valid(OTHER, null))).isNotEqualTo(before);

        onLock = null;
        fixture.later(Duration.ofMinutes(3));
        int refreshes = fixture.refreshes();
        tokens.refreshDue();
        assertThat(fixture.refreshes()).isEqualTo(refreshes + 1);
    }

    @Test
    void theThreadSurvivesABug() throws InterruptedException {
        tokens.valid(ProfileName.DEFAULT, null);
        fixture.later(NEARLY_EXPIRED);
        onLock = new IllegalStateException("a bug");
        RefreshThread thread = RefreshThread.start(tokens);
        try {
            Await.until("the bug is reported", () -> !failures.isEmpty());
            onLock = null;
            Await.until("the token is refreshed", () -> {
                fixture.later(Duration.ofSeconds(1));
                return fixture.refreshes() == 1;
            });
        } finally {
            thread.end();
        }
    }

    @Test
    void endingTheThreadDoesNotInterruptARefresh() throws InterruptedException {
        String before = accessToken(tokens.valid(ProfileName.DEFAULT, null));
        fixture.later(NEARLY_EXPIRED);
        fixture.sandbox.enqueue(Endpoint.TOKEN, Fault.slow(Duration.ofSeconds(1)));
        RefreshThread thread = RefreshThread.start(tokens);
        Await.until("the refresh is in progress", () -> fixture.refreshes() == 1);
        thread.end();
        assertThat(failures).isEmpty();
        assertThat(accessToken(engine.open(ProfileName.DEFAULT))).isNotEqualTo(before);
    }

    @Test
    void theProviderMayAskForALongerWaitOfAtMostFiveMinutes() {
        fixture.expire();
        fixture.sandbox.enqueue(Fault.response(429, "text/plain", "no").withHeader("Retry-After", "200"));
        assertThat(failure()).isEqualTo(Kind.RATE_LIMITED);
        assertThat(tokens.retryAfter(ProfileName.DEFAULT)).isEqualTo(Duration.ofSeconds(200));
        fixture.later(Duration.ofSeconds(200));
        fixture.sandbox.enqueue(Fault.response(429, "text/plain", "no").withHeader("Retry-After", "86400"));
        assertThat(failure()).isEqualTo(Kind.RATE_LIMITED);
        assertThat(tokens.retryAfter(ProfileName.DEFAULT)).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void aWaitThatTheProviderAsksForDoesNotShortenTheBackoff() {
        fixture.expire();
        for (int failures = 0; failures < 10; failures++) {
            fixture.later(tokens.retryAfter(ProfileName.DEFAULT));
            fixture.sandbox.enqueue(Fault.response(429, "text/plain", "no").withHeader("Retry-After", "86400"));
            assertThat(failure()).isEqualTo(Kind.RATE_LIMITED);
        }
        assertThat(tokens.retryAfter(ProfileName.DEFAULT)).isGreaterThan(Duration.ofMinutes(5));
    }

    /** Every client gets the exception, but only the first causes a refresh. */
    @Test
    void aBugCausesABackoffLikeAnyFailure() {
        fixture.expire();
        onLock = new IllegalStateException("a bug");
        for (int i = 0; i < 5; i++) {
            assertThat(catchThrowableOfType(IllegalStateException.class, () -> tokens.valid(ProfileName.DEFAULT, null)))
                    .hasMessage("a bug");
        }
        assertThat(locked).hasSize(1);
        assertThat(tokens.retryAfter(ProfileName.DEFAULT)).isPositive();
    }
}
