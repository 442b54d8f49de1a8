package dev.fleetauth.reliability.kill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.model.Candidate;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Session;
import dev.fleetauth.reliability.ProcessFixture;
import dev.fleetauth.reliability.kill.Round.Found;
import dev.fleetauth.seal.KeyDescription;
import dev.fleetauth.testing.Program;
import dev.fleetauth.testing.TestShell.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One change of the store's keys that is killed while another process refreshes. Afterwards the store opens with the
 * old key source or the new one, but not both, the profile is as the refresh left it, and the change can be finished.
 */
final class KeyRound {

    private static final String PROFILE = ProcessFixture.PROFILE;

    private final ProcessFixture fixture;
    private final Kill kill;
    private final SplittableRandom random;
    private final List<Kill.Done> kills;

    /** @param kills collects the kills of this round, including those that came too late */
    KeyRound(ProcessFixture fixture, Kill kill, SplittableRandom random, List<Kill.Done> kills) {
        this.fixture = fixture;
        this.kill = kill;
        this.random = random;
        this.kills = kills;
    }

    /** Prepares, kills, checks the state, and finishes the change. */
    Found run(Operation operation) throws IOException, InterruptedException {
        try {
            fixture.setTime(Duration.ZERO);
            fixture.login(PROFILE, Duration.ZERO);
            Profile before = Objects.requireNonNull(fixture.stored(PROFILE));
            KeyDescription keys = fixture.store().keyDescription().orElseThrow();
            Result refreshed;
            try (Program refresh = fixture.start("refresh")) {
                if (random.nextBoolean()) {
                    // So that the refresh has progressed when the change is killed.
                    Thread.sleep(random.nextInt(300));
                }
                kills.add(kill.run(operation, random));
                refreshed = refresh.result();
            }
            Found found = find(operation, keys);
            assertProfile(operation, before, refreshed);
            finish(operation);
            return found;
        } finally {
            fixture.useKey(fixture.keyFile);
        }
    }

    private Found find(Operation operation, KeyDescription before) {
        @Nullable Path other = operation == Operation.KEY_SET ? fixture.otherKeyFile : null;
        boolean old = opensWith(fixture.keyFile);
        boolean changed = operation.setsKey() && opensWith(other);
        assertThat(old ^ changed)
                .as("opens with the old source %s, with the new one %s", old, changed)
                .isTrue();
        fixture.useKey(old ? fixture.keyFile : other);
        List<String> keys = fixture.store().keyDescription().orElseThrow().keys();
        if (operation.setsKey()) {
            assertThat(keys).isEqualTo(before.keys());
            return old ? Found.OLD : Found.NEW;
        }
        if (keys.size() > 1) {
            assertThat(keys).hasSize(2).containsAll(before.keys());
            assertThat(keys.get(0)).isNotEqualTo(before.keys().get(0));
            return Found.BOTH_KEYS;
        }
        return keys.equals(before.keys()) ? Found.OLD : Found.NEW;
    }

    private boolean opensWith(@Nullable Path key) {
        fixture.useKey(key);
        try {
            return fixture.stored(PROFILE) != null;
        } catch (Failure e) {
            assertThat(e.kind()).isEqualTo(Failure.Kind.WRONG_KEY);
            return false;
        }
    }

    /** Either the refresh received and saved a response, or its key no longer opens the store. */
    private void assertProfile(Operation operation, Profile before, Result refreshed) {
        Profile after = Objects.requireNonNull(fixture.stored(PROFILE));
        if (refreshed.exitCode() == 7 && operation.setsKey()) {
            assertThat(refreshed.err()).contains("wrong key for ");
            assertThat(after).isEqualTo(before);
        } else if (refreshed.exitCode() == 6) {
            // On an overloaded machine: its turn ended before the refresh did, and nothing was lost.
            assertThat(refreshed.err()).contains("took too long");
        } else {
            refreshed.exits(0);
            assertThat(after.generation()).isEqualTo(before.generation() + 1);
        }
        Candidate waiting = after.candidate();
        Session newest = waiting == null ? after.session() : waiting.session();
        assertThat(fixture.isActive(Objects.requireNonNull(newest.tokens()).refreshToken()))
                .as("the server accepts the stored refresh token")
                .isTrue();
    }

    private void finish(Operation operation) throws IOException {
        if (operation == Operation.KEY_ROTATE) {
            fixture.runNow("key", "rotate").exits(0);
            assertThat(fixture.store().keyDescription().orElseThrow().keys()).hasSize(1);
        } else {
            // Undoes the change, or repeats the current setting.
            fixture.restoreKey();
        }
        fixture.runNow("refresh").exits(0);
        Secret token = new Secret(fixture.runNow("token").exits(0).line());
        assertThat(fixture.isActive(token)).isTrue();
        assertThat(fixture.unexpectedFiles()).as("left behind").isEmpty();
    }
}
