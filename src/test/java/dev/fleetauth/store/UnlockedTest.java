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
    private static final Duration UNLOCK_TIME = Duration.ofHours(8);

    @TempDir
    private Path folder;

    private StoreFixture fixture;

    @BeforeEach
    void setUp() throws IOException {
        fixture = new StoreFixture(folder);
        fixture.disk = withFileSystem("tmpfs");
        fixture.hasTerminal = true;
        fixture.variables.put("FLEETAUTH_PASSPHRASE", StoreFixture.PASSPHRASE);
        fixture.store().checkWritable(Profiles.NAME);
        try (Store.Lease lease = fixture.store().lock(Profiles.NAME, Duration.ZERO)) {
            lease.save(PROFILE, false);
        }
        fixture.store().keyChanges().unlock(UNLOCK_TIME);
        fixture.variables.remove("FLEETAUTH_PASSPHRASE");
    }

    private static Disk withFileSystem(String type) {
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
        assertThat(fixture.store().keyChanges().unlockedFor()).contains(UNLOCK_TIME);

        assertThat(fixture.store().keyChanges().lock()).isTrue();
        assertThat(unlocked()).doesNotExist();
        assertPrompts();
        assertThat(fixture.store().keyChanges().lock()).isFalse();
        assertThat(fixture.store().keyChanges().unlockedFor()).isEmpty();
    }

    @Test
    void theFileContainsNeitherThePassphraseNorAStoreKey() throws IOException {
        String kept = Files.readString(unlocked());
        assertThat(kept).doesNotContain(StoreFixture.PASSPHRASE);
        assertThat(kept)
                .doesNotContain(fixture.openKeys().current().getKeyValue().toString());
    }

    @Test
    void theUnlockExpiresByUptimeAndNotByTheClock() {
        fixture.clock = Clock.offset(fixture.clock, Duration.ofDays(4000));
        assertOpens();
        fixture.clock = Clock.offset(fixture.clock, Duration.ofDays(-8000));
        setUptime("this-boot", Duration.ofHours(108).minusSeconds(1));
        assertOpens();
        setUptime("this-boot", Duration.ofHours(108));
        assertPrompts();
        assertThat(unlocked()).as("the expired file").doesNotExist();
        setUptime("this-boot", Duration.ofHours(101));
        assertPrompts();
    }

    @Test
    void theUnlockEndsAtAReboot() {
        setUptime("another-boot", Duration.ofHours(1));
        assertThat(fixture.store().keyChanges().unlockedFor()).isEmpty();
        assertThat(unlocked()).as("the expired file").doesNotExist();
    }

    @Test
    void withoutAnUptimeTheStoreIsLocked() {
        fixture.uptime = Optional.empty();
        assertPrompts();
        fixture.variables.put("FLEETAUTH_PASSPHRASE", StoreFixture.PASSPHRASE);
        failure(Kind.UNLOCK_REFUSED, () -> fixture.store().keyChanges().unlock(UNLOCK_TIME));
    }

    @Test
    void theUnlockEndsWhenTheKeysAreResealed() throws IOException {
        String sealing = Files.readString(fixture.keys());
        String kept = Files.readString(unlocked());
        fixture.variables.put("FLEETAUTH_PASSPHRASE", StoreFixture.PASSPHRASE);
        fixture.store().keyChanges().rotate((done, all) -> {});
        fixture.variables.remove("FLEETAUTH_PASSPHRASE");
        assertPrompts();
        assertThat(unlocked()).doesNotExist();
        assertThat(sealing).isNotEqualTo(Files.readString(fixture.keys()));

        Files.writeString(unlocked(), kept.replaceAll("\"sealing\":\"[^\"]*\"", "\"sealing\":\"" + tag() + "\""));
        assertPrompts();
        assertThat(unlocked()).as("the file for other keys").doesNotExist();
    }

    private String tag() throws IOException {
        String sealed = Files.readString(fixture.keys());
        return sealed.substring(sealed.lastIndexOf('.') + 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{}", "[]", "canary"})
    void aMalformedFileIsRemoved(String content) throws IOException {
        Files.writeString(unlocked(), content);
        assertPrompts();
        assertThat(unlocked()).doesNotExist();
    }

    @Test
    void aDirectoryThatOthersCanWriteToIsIgnored() throws IOException {
        StoreFixture.chmod(unlocked().resolveSibling(""), "rwxrwxrwx");
        assertPrompts();
        assertThat(unlocked()).exists();
    }

    @Test
    void theKeyIsStoredOnlyInMemory() {
        fixture.variables.put("FLEETAUTH_PASSPHRASE", StoreFixture.PASSPHRASE);
        fixture.store().keyChanges().lock();
        fixture.disk = withFileSystem("ext4");
        assertThat(failure(
                                Kind.UNLOCK_REFUSED,
                                () -> fixture.store().keyChanges().unlock(UNLOCK_TIME))
                        .fields()
                        .get("why"))
                .contains("is on a disk (ext4)");
        fixture.variables.remove("XDG_RUNTIME_DIR");
        failure(Kind.UNLOCK_REFUSED, () -> fixture.store().keyChanges().unlock(UNLOCK_TIME));
        assertThat(unlocked()).doesNotExist();
    }

    @Test
    void aWrongPassphraseUnlocksNothing() {
        fixture.store().keyChanges().lock();
        fixture.typed.addAll(List.of("not the passphrase", "nor this", "nor that"));
        failure(Kind.WRONG_PASSPHRASE, () -> fixture.store().keyChanges().unlock(UNLOCK_TIME));
        assertThat(unlocked()).doesNotExist();
    }

    private void setUptime(String boot, Duration elapsed) {
        fixture.uptime = Optional.of(new Uptime(boot, elapsed));
    }

    private Path unlocked() {
        return fixture.runtime
                .resolve("fleetauth")
                .resolve(fixture.store().keyDescription().orElseThrow().store())
                .resolve("unlocked.json");
    }

    private void assertOpens() {
        int asked = fixture.prompts.size();
        assertThat(fixture.store().read(Profiles.NAME)).contains(PROFILE);
        assertThat(fixture.prompts).hasSize(asked);
    }

    private void assertPrompts() {
        int asked = fixture.prompts.size();
        fixture.typed.add(StoreFixture.PASSPHRASE);
        assertThat(fixture.store().read(Profiles.NAME)).contains(PROFILE);
        assertThat(fixture.prompts).hasSize(asked + 1);
    }
}
