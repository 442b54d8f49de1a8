package dev.fleetauth.store.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.ProviderChoice;
import dev.fleetauth.flow.login.ClientChoice;
import dev.fleetauth.flow.login.GrantChoice;
import dev.fleetauth.flow.login.Login;
import dev.fleetauth.flow.login.LoginRequest;
import dev.fleetauth.flow.login.LoginRequest.Way;
import dev.fleetauth.flow.refresh.Refresh;
import dev.fleetauth.flow.revoke.Logout;
import dev.fleetauth.host.file.Disk;
import dev.fleetauth.host.file.FaultyDisk;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.FreePort;
import dev.fleetauth.sandbox.Sandbox;
import dev.fleetauth.sandbox.SandboxOptions;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.seal.Forge;
import dev.fleetauth.seal.Profiles;
import dev.fleetauth.store.Store;
import dev.fleetauth.testing.SigningKey;
import dev.fleetauth.testing.TestClock;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Fault injection: each disk operation of a login, a refresh and a logout fails in a run of its own, either alone or
 * with all later ones, as on a full, read-only or dead disk. In each run the profile is the old or the new one, and the
 * next command uses the response that was received, without requesting another. Only a dead disk may lose a response,
 * and then the failure reports it.
 */
@Tag("any-jdk")
class EveryDiskFaultTest {

    private static final Duration A_WORKDAY = Duration.ofHours(9);
    private static final Set<Kind> STORE = Set.of(Kind.STORE_UNWRITABLE, Kind.STORE_UNREADABLE);

    private enum Fault {
        /** Only one step fails. */
        ONCE("Input/output error"),
        /** From one step on, the home has no space. */
        FULL("No space left on device"),
        /** From one step on, the home is read-only. */
        READ_ONLY("Read-only file system"),
        /** From one step on, everything fails, in the recovery directories too. */
        DEAD("Input/output error");

        final String reason;

        Fault(String reason) {
            this.reason = reason;
        }

        FaultyDisk from(int step, Path home) {
            FaultyDisk disk = new FaultyDisk().withReason(reason);
            return switch (this) {
                case ONCE -> disk.failing(FaultyDisk.ANY, step, 1);
                case FULL ->
                    disk.failing(FaultyDisk.FULL_DISK_STEPS, step, Integer.MAX_VALUE)
                            .below(home);
                case READ_ONLY ->
                    disk.failing(FaultyDisk.READ_ONLY_STEPS, step, Integer.MAX_VALUE)
                            .below(home);
                case DEAD -> disk.failing(FaultyDisk.ANY, step, Integer.MAX_VALUE);
            };
        }
    }

    @TempDir
    private Path folder;

    private final TestClock clock = new TestClock();
    private final URI redirectUri = URI.create("http://localhost:" + FreePort.next() + "/callback");
    private Sandbox sandbox;
    private StoreFixture fixture;
    private String type = "third-party";

    @BeforeEach
    void setUp() throws IOException {
        sandbox = Sandbox.start(
                SandboxOptions.TESLA.withRedirectUris(redirectUri.toString()).withFirstKey(SigningKey.SHARED),
                clock,
                Forge.RANDOM);
        fixture = newFixture("fixture");
    }

    @AfterEach
    void close() throws IOException {
        sandbox.close();
    }

    @ParameterizedTest
    @EnumSource
    void aRefreshSurvivesEachFault(Fault fault) throws IOException {
        login();
        boolean failed = true;
        for (int step = 0; failed; step++) {
            clock.advance(A_WORKDAY);
            Profile before = stored();
            long posts = posts();
            FaultyDisk disk = fault.from(step, fixture.home);

            Failure failure = on(disk, this::token);
            failed = disk.failures > 0;

            String run = fault + " from step " + step + ": " + describe(failure);
            long asked = posts() - posts;
            assertThat(asked).as(run).isBetween(0L, 1L);
            Profile after = stored();
            assertThat(List.of(before.generation(), before.generation() + 1))
                    .as(run)
                    .contains(after.generation());
            if (failure != null) {
                assertThat(STORE).as(run).contains(failure.kind());
                assertThat(failure.fields().get("why")).as(run).contains(fault.reason);
            }
            if (asked == 0) {
                assertThat(failure).as(run).isNotNull();
                assertThat(tokens(after)).as(run).isEqualTo(tokens(before));
                assertThat(Objects.requireNonNull(failure).fields().getOrDefault("outcome", "nothing was sent"))
                        .as(run)
                        .contains("nothing was sent");
            }

            // The next command repairs what a failed step left. It sends a request only if there is no response.
            boolean asks = asked == 0 || (saysLost(fault, failure) && after.generation() == before.generation());
            posts = posts();
            token();
            assertThat(posts()).as(run).isEqualTo(asks ? posts + 1 : posts);
            assertThat(stored().generation()).as(run).isEqualTo(before.generation() + 1);
            assertThat(sandbox.isActive(tokens(stored()).accessToken())).as(run).isTrue();
            assertNothingLeft(run);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFirstLoginSurvivesEachFault(Fault fault) throws IOException {
        boolean failed = true;
        for (int step = 0; failed; step++) {
            fixture = newFixture(fault + "-" + step);
            failed = loginMeetsFault(fault, step);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSecondLoginSurvivesEachFault(Fault fault) throws IOException {
        login();
        boolean failed = true;
        for (int step = 0; failed; step++) {
            failed = loginMeetsFault(fault, step);
        }
    }

    private boolean loginMeetsFault(Fault fault, int step) throws IOException {
        Profile before = fixture.store().read(Profiles.NAME).orElse(null);
        long posts = posts();
        FaultyDisk disk = fault.from(step, fixture.home);

        Failure failure = on(disk, this::login);

        String run = fault + " from step " + step + ": " + describe(failure);
        if (failure != null) {
            assertThat(STORE).as(run).contains(failure.kind());
        }
        long asked = posts() - posts;
        posts = posts();
        if (asked == 0) {
            assertThat(fixture.store().read(Profiles.NAME).orElse(null)).as(run).isEqualTo(before);
        } else if (!saysLost(fault, failure)) {
            Profile after = stored();
            if (after.candidate() != null) {
                // The previous session's token is still valid; a refresh verifies the candidate.
                use(engine -> new Refresh(engine).refresh(Profiles.NAME, false));
                after = stored();
            }
            assertThat(posts()).as(run).isEqualTo(posts);
            assertThat(after.session().id())
                    .as(run)
                    .isNotEqualTo(before == null ? null : before.session().id());
            assertThat(sandbox.isActive(tokens(after).accessToken())).as(run).isTrue();
        }
        if (fixture.store().read(Profiles.NAME).isEmpty()) {
            login();
        }
        assertNothingLeft(run);
        return disk.failures > 0;
    }

    /** The response has no id token, so there is nothing to verify. */
    @ParameterizedTest
    @EnumSource
    void aSecondClientCredentialsLoginSurvivesEachFault(Fault fault) throws IOException {
        type = "partner";
        aSecondLoginSurvivesEachFault(fault);
    }

    @ParameterizedTest
    @EnumSource
    void aLogoutSurvivesEachFault(Fault fault) throws IOException {
        login();
        checkRemoval(fault, () -> use(engine -> new Logout(engine).run(Profiles.NAME)));
    }

    @ParameterizedTest
    @EnumSource
    void aRemovalSurvivesEachFault(Fault fault) throws IOException {
        login();
        checkRemoval(fault, () -> use(engine -> new Logout(engine).forget(Profiles.NAME)));
    }

    private void checkRemoval(Fault fault, Runnable logout) throws IOException {
        boolean failed = true;
        for (int step = 0; failed; step++) {
            Profile before = stored();
            long posts = posts();
            FaultyDisk disk = fault.from(step, fixture.home);

            Failure failure = on(disk, logout);
            failed = disk.failures > 0;

            String run = fault + " from step " + step + ": " + describe(failure);
            Profile after = fixture.store().read(Profiles.NAME).orElse(null);
            if (failure != null) {
                assertThat(STORE).as(run).contains(failure.kind());
            } else {
                assertThat(after == null ? null : after.session().tokens())
                        .as(run)
                        .isNull();
            }
            if (after != null && after.session().tokens() != null) {
                assertThat(after).as(run).isEqualTo(before);
                token();
            } else {
                login();
                posts++;
            }
            assertThat(posts()).as(run).isEqualTo(posts);
            assertNothingLeft(run);
        }
    }

    /** Whether a failure says that a response is lost, which is allowed only if the whole disk is dead. */
    private static boolean saysLost(Fault fault, @Nullable Failure failure) {
        boolean lost = describe(failure).contains("is lost");
        assertThat(lost && fault != Fault.DEAD).as(describe(failure)).isFalse();
        return lost;
    }

    /** Runs a command on another disk, and returns its failure; null if it succeeded. */
    private @Nullable Failure on(FaultyDisk disk, Runnable command) {
        fixture.disk = disk;
        try {
            command.run();
            return null;
        } catch (Failure e) {
            return e;
        } finally {
            fixture.disk = new Disk();
        }
    }

    private void token() {
        use(engine -> {
            Profile profile = new Refresh(engine).token(Profiles.NAME, null, true);
            assertThat(sandbox.isActive(tokens(profile).accessToken())).isTrue();
        });
    }

    private void login() {
        use(engine -> new Login(engine, unused -> {})
                .run(new LoginRequest(
                        Profiles.NAME,
                        new ProviderChoice(type, sandbox.base().toString(), null, Map.of(), null),
                        ClientChoice.of(sandbox.clientId(), sandbox.clientSecret()),
                        new GrantChoice(null, null, null, null, type.equals("partner") ? null : redirectUri, null),
                        Way.BROWSER,
                        LoginRequest.Consent.DEFAULT,
                        Duration.ofSeconds(20),
                        false,
                        Set.of())));
    }

    private void use(Consumer<Engine> command) {
        var options = new Engine.Options(fixture.home, false, fixture.warnings::add, null, () -> "test");
        try (var engine = new Engine(fixture.environment(), options, fixture.store())) {
            command.accept(engine);
        }
    }

    private Profile stored() {
        return fixture.store().read(Profiles.NAME).orElseThrow();
    }

    private static Tokens tokens(Profile profile) {
        return Objects.requireNonNull(profile.session().tokens());
    }

    private long posts() {
        return sandbox.received(Endpoint.TOKEN).size();
    }

    private static String describe(@Nullable Failure failure) {
        return failure == null ? "done" : failure.kind() + " " + failure.fields();
    }

    private void assertNothingLeft(String run) throws IOException {
        // Reserved space that could not be released is removed by the next command that takes the lock.
        try (Store.Lease lease = fixture.store().lock(Profiles.NAME, A_WORKDAY)) {
            assertThat(lease.read()).as(run).isPresent();
        }
        try (Stream<Path> files = Files.list(fixture.home.resolve("profiles"))) {
            assertThat(files).as(run).containsExactly(fixture.record());
        }
        try (Stream<Path> files = Files.walk(fixture.runtime)) {
            assertThat(files.filter(Files::isRegularFile)).as(run).isEmpty();
        }
    }

    private StoreFixture newFixture(String name) throws IOException {
        StoreFixture made = StoreFixture.withKeyFile(Files.createDirectory(folder.resolve(name)));
        made.clock = clock;
        made.browser = Agent.allowing();
        return made;
    }
}
