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
 * Every step that a login, a refresh and a logout take on the disk fails once, in runs of their own; then every step from
 * there on, as on a disk that is full, has become read-only or is gone. Whatever happened, the profile is the old or the
 * new one, and an answer that came is there for the next command, which asks for no other.
 */
@Tag("any-jdk")
class EveryDiskFaultTest {

    private static final Duration A_WORKDAY = Duration.ofHours(9);
    private static final Set<Kind> STORE = Set.of(Kind.STORE_UNWRITABLE, Kind.STORE_UNREADABLE);

    private enum Fault {
        /** One step fails, whichever it is. */
        ONCE("Input/output error"),
        /** From here on the home takes nothing more. */
        FULL("No space left on device"),
        /** From here on the home is read-only. */
        READ_ONLY("Read-only file system"),
        /** From here on nothing goes at all, be it in the recovery folders. */
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
                    disk.failing(FaultyDisk.SPACE, step, Integer.MAX_VALUE).below(home);
                case READ_ONLY ->
                    disk.failing(FaultyDisk.CHANGE, step, Integer.MAX_VALUE).below(home);
                case DEAD -> disk.failing(FaultyDisk.ANY, step, Integer.MAX_VALUE);
            };
        }
    }

    @TempDir
    private Path folder;

    private final TestClock clock = new TestClock();
    private final URI redirectUri = URI.create("http://localhost:" + FreePort.next() + "/callback");
    private Sandbox sandbox;
    private StoreFixture world;
    private String type = "third-party";

    @BeforeEach
    void aSandboxAndAWorld() throws IOException {
        sandbox = Sandbox.start(
                SandboxOptions.TESLA.withRedirectUris(redirectUri.toString()).withFirstKey(SigningKey.OF_ALL),
                clock,
                Forge.RANDOM);
        world = newWorld("world");
    }

    @AfterEach
    void close() throws IOException {
        sandbox.close();
    }

    @ParameterizedTest
    @EnumSource
    void ofARefresh(Fault fault) throws IOException {
        login();
        boolean failed = true;
        for (int step = 0; failed; step++) {
            clock.advance(A_WORKDAY);
            Profile before = stored();
            long posts = posts();
            FaultyDisk disk = fault.from(step, world.home);

            Failure failure = on(disk, this::token);
            failed = disk.failures > 0;

            String run = fault + " from step " + step + ": " + told(failure);
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
                assertThat(Objects.requireNonNull(failure).fields().getOrDefault("spent", "nothing was sent"))
                        .as(run)
                        .contains("nothing was sent");
            }

            // What a failed step left is put right by the next command, which asks only if no answer came.
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
    void ofAFirstLogin(Fault fault) throws IOException {
        boolean failed = true;
        for (int step = 0; failed; step++) {
            world = newWorld(fault + "-" + step);
            failed = loginFails(fault, step);
        }
    }

    @ParameterizedTest
    @EnumSource
    void ofALoginInPlaceOfAnother(Fault fault) throws IOException {
        login();
        boolean failed = true;
        for (int step = 0; failed; step++) {
            failed = loginFails(fault, step);
        }
    }

    private boolean loginFails(Fault fault, int step) throws IOException {
        Profile before = world.store().read(Profiles.NAME).orElse(null);
        long posts = posts();
        FaultyDisk disk = fault.from(step, world.home);

        Failure failure = on(disk, this::login);

        String run = fault + " from step " + step + ": " + told(failure);
        if (failure != null) {
            assertThat(STORE).as(run).contains(failure.kind());
        }
        long asked = posts() - posts;
        posts = posts();
        if (asked == 0) {
            assertThat(world.store().read(Profiles.NAME).orElse(null)).as(run).isEqualTo(before);
        } else if (!saysLost(fault, failure)) {
            Profile after = stored();
            if (after.candidate() != null) {
                // The token of the session before is valid, and served; a refresh sees that there is a newer one.
                use(engine -> new Refresh(engine).refresh(Profiles.NAME, false));
                after = stored();
            }
            assertThat(posts()).as(run).isEqualTo(posts);
            assertThat(after.session().id())
                    .as(run)
                    .isNotEqualTo(before == null ? null : before.session().id());
            assertThat(sandbox.isActive(tokens(after).accessToken())).as(run).isTrue();
        }
        if (world.store().read(Profiles.NAME).isEmpty()) {
            login();
        }
        assertNothingLeft(run);
        return disk.failures > 0;
    }

    /** No id token comes with it, so that there is nothing to check. */
    @ParameterizedTest
    @EnumSource
    void ofAClientsLoginInPlaceOfAnother(Fault fault) throws IOException {
        type = "partner";
        ofALoginInPlaceOfAnother(fault);
    }

    @ParameterizedTest
    @EnumSource
    void ofALogout(Fault fault) throws IOException {
        login();
        wipes(fault, () -> use(engine -> new Logout(engine).run(Profiles.NAME)));
    }

    @ParameterizedTest
    @EnumSource
    void ofForgetting(Fault fault) throws IOException {
        login();
        wipes(fault, () -> use(engine -> new Logout(engine).forget(Profiles.NAME)));
    }

    private void wipes(Fault fault, Runnable logout) throws IOException {
        boolean failed = true;
        for (int step = 0; failed; step++) {
            Profile before = stored();
            long posts = posts();
            FaultyDisk disk = fault.from(step, world.home);

            Failure failure = on(disk, logout);
            failed = disk.failures > 0;

            String run = fault + " from step " + step + ": " + told(failure);
            Profile after = world.store().read(Profiles.NAME).orElse(null);
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

    /** Whether an answer is said to be lost, as it may be where nothing at all takes it. */
    private static boolean saysLost(Fault fault, @Nullable Failure failure) {
        boolean lost = told(failure).contains("is lost");
        assertThat(lost && fault != Fault.DEAD).as(told(failure)).isFalse();
        return lost;
    }

    /** Does something on another disk; what comes back is how it failed, null if it did not. */
    private @Nullable Failure on(FaultyDisk disk, Runnable command) {
        world.disk = disk;
        try {
            command.run();
            return null;
        } catch (Failure e) {
            return e;
        } finally {
            world.disk = new Disk();
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
        var options = new Engine.Options(world.home, false, world.warnings::add, null, () -> "test");
        try (var engine = new Engine(world.environment(), options, world.store())) {
            command.accept(engine);
        }
    }

    private Profile stored() {
        return world.store().read(Profiles.NAME).orElseThrow();
    }

    private static Tokens tokens(Profile profile) {
        return Objects.requireNonNull(profile.session().tokens());
    }

    private long posts() {
        return sandbox.received(Endpoint.TOKEN).size();
    }

    private static String told(@Nullable Failure failure) {
        return failure == null ? "done" : failure.kind() + " " + failure.fields();
    }

    private void assertNothingLeft(String run) throws IOException {
        // Space that was reserved, and could not be given back, is removed by the next command that takes the lock.
        try (Store.Lease lease = world.store().lock(Profiles.NAME, A_WORKDAY)) {
            assertThat(lease.read()).as(run).isPresent();
        }
        try (Stream<Path> files = Files.list(world.home.resolve("profiles"))) {
            assertThat(files).as(run).containsExactly(world.record());
        }
        try (Stream<Path> files = Files.walk(world.runtime)) {
            assertThat(files.filter(Files::isRegularFile)).as(run).isEmpty();
        }
    }

    private StoreFixture newWorld(String name) throws IOException {
        StoreFixture made = StoreFixture.withKeyFile(Files.createDirectory(folder.resolve(name)));
        made.clock = clock;
        made.browser = Agent.allowing();
        return made;
    }
}
