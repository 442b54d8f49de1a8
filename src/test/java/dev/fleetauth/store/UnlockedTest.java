package dev.fleetauth.store;

import static dev.fleetauth.store.file.StoreFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.host.file.Disk;
import dev.fleetauth.host.time.Uptime;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.seal.Profiles;
import dev.fleetauth.store.file.StoreFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store that is unlocked for a while. */
@DisabledOnOs(OS.WINDOWS)
class UnlockedTest {

    private static final Profile PROFILE = Profiles.at("session-1", 1, "access");
    private static final Duration FOR = Duration.ofHours(8);

    @TempDir
    private Path folder;

    private StoreFixture world;

    @BeforeEach
    void anUnlockedWorld() throws IOException {
        world = new StoreFixture(folder);
        world.disk = inMemory("tmpfs");
        world.hasTerminal = true;
        world.variables.put("FLEETAUTH_PASSPHRASE", StoreFixture.PASSPHRASE);
        world.store().checkWritable(Profiles.NAME);
        try (Store.Lease lease = world.store().lock(Profiles.NAME, Duration.ZERO)) {
            lease.save(PROFILE, false);
        }
        world.store().keyChanges().unlock(FOR);
        world.variables.remove("FLEETAUTH_PASSPHRASE");
    }

    private static Disk inMemory(String type) {
        return new Disk() {
            @Override
            public String fileSystem(Path file) {
                return type;
            }
        };
    }

    @Test
    void thereIsNoPromptUntilTheStoreIsLocked() throws IOException {
        assertThat(StoreFixture.mode(unlocked())).isEqualTo("rw-------");
        assertThat(StoreFixture.mode(unlocked().resolveSibling(""))).isEqualTo("rwx------");
        assertOpens();
        assertThat(world.store().keyChanges().unlockedFor()).contains(FOR);

        assertThat(world.store().keyChanges().lock()).isTrue();
        assertThat(unlocked()).doesNotExist();
        assertAsks();
        assertThat(world.store().keyChanges().lock()).isFalse();
        assertThat(world.store().keyChanges().unlockedFor()).isEmpty();
    }

    @Test
    void theFileContainsNeitherThePassphraseNorAStoreKey() throws IOException {
        String kept = Files.readString(unlocked());
        assertThat(kept).doesNotContain(StoreFixture.PASSPHRASE);
        assertThat(kept).doesNotContain(world.openKeys().current().getKeyValue().toString());
    }

    @Test
    void theUnlockExpiresByUptimeAndNotByTheClock() {
        world.clock = Clock.offset(world.clock, Duration.ofDays(4000));
        assertOpens();
        world.clock = Clock.offset(world.clock, Duration.ofDays(-8000));
        up("this-boot", Duration.ofHours(108).minusSeconds(1));
        assertOpens();
        up("this-boot", Duration.ofHours(108));
        assertAsks();
        assertThat(unlocked()).as("what is over").doesNotExist();
        up("this-boot", Duration.ofHours(101));
        assertAsks();
    }

    @Test
    void theUnlockEndsAtAReboot() {
        up("another-boot", Duration.ofHours(1));
        assertThat(world.store().keyChanges().unlockedFor()).isEmpty();
        assertThat(unlocked()).as("what is over").doesNotExist();
    }

    @Test
    void withoutAnUptimeTheStoreIsLocked() {
        world.uptime = Optional.empty();
        assertAsks();
        world.variables.put("FLEETAUTH_PASSPHRASE", StoreFixture.PASSPHRASE);
        failure(Kind.UNLOCK_REFUSED, () -> world.store().keyChanges().unlock(FOR));
    }

    @Test
    void theUnlockEndsWhenTheKeysAreResealed() throws IOException {
        String sealing = Files.readString(world.keys());
        String kept = Files.readString(unlocked());
        world.variables.put("FLEETAUTH_PASSPHRASE", StoreFixture.PASSPHRASE);
        world.store().keyChanges().rotate((done, all) -> {});
        world.variables.remove("FLEETAUTH_PASSPHRASE");
        assertAsks();
        assertThat(unlocked()).doesNotExist();
        assertThat(sealing).isNotEqualTo(Files.readString(world.keys()));

        Files.writeString(unlocked(), kept.replaceAll("\"sealing\":\"[^\"]*\"", "\"sealing\":\"" + tag() + "\""));
        assertAsks();
        assertThat(unlocked()).as("what does not open them").doesNotExist();
    }

    private String tag() throws IOException {
        String sealed = Files.readString(world.keys());
        return sealed.substring(sealed.lastIndexOf('.') + 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{}", "[]", "canary"})
    void aMalformedFileIsRemoved(String content) throws IOException {
        Files.writeString(unlocked(), content);
        assertAsks();
        assertThat(unlocked()).doesNotExist();
    }

    @Test
    void aDirectoryThatOthersCanWriteIsIgnored() throws IOException {
        StoreFixture.chmod(unlocked().resolveSibling(""), "rwxrwxrwx");
        assertAsks();
        assertThat(unlocked()).exists();
    }

    @Test
    void theKeyIsStoredOnlyInMemory() {
        world.variables.put("FLEETAUTH_PASSPHRASE", StoreFixture.PASSPHRASE);
        world.store().keyChanges().lock();
        world.disk = inMemory("ext4");
        assertThat(failure(Kind.UNLOCK_REFUSED, () -> world.store().keyChanges().unlock(FOR))
                        .fields()
                        .get("why"))
                .contains("is on a disk (ext4)");
        world.variables.remove("XDG_RUNTIME_DIR");
        failure(Kind.UNLOCK_REFUSED, () -> world.store().keyChanges().unlock(FOR));
        assertThat(unlocked()).doesNotExist();
    }

    @Test
    void aWrongPassphraseUnlocksNothing() {
        world.store().keyChanges().lock();
        world.typed.addAll(List.of("not the passphrase", "nor this", "nor that"));
        failure(Kind.WRONG_PASSPHRASE, () -> world.store().keyChanges().unlock(FOR));
        assertThat(unlocked()).doesNotExist();
    }

    private void up(String boot, Duration elapsed) {
        world.uptime = Optional.of(new Uptime(boot, elapsed));
    }

    private Path unlocked() {
        return world.runtime
                .resolve("fleetauth")
                .resolve(world.store().keyDescription().orElseThrow().store())
                .resolve("unlocked.json");
    }

    private void assertOpens() {
        int asked = world.prompts.size();
        assertThat(world.store().read(Profiles.NAME)).contains(PROFILE);
        assertThat(world.prompts).hasSize(asked);
    }

    private void assertAsks() {
        int asked = world.prompts.size();
        world.typed.add(StoreFixture.PASSPHRASE);
        assertThat(world.store().read(Profiles.NAME)).contains(PROFILE);
        assertThat(world.prompts).hasSize(asked + 1);
    }
}
