package dev.fleetauth.seal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.store.Store;
import dev.fleetauth.store.file.StoreFixture;
import dev.fleetauth.testing.Seed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random damage to the files of a valid store never causes a crash, a hang, a leak or an overwritten file, and no other
 * state is taken for a saved one. {@code src/bench/mutate-many} runs more mutations.
 */
@Tag("any-jdk")
class MutationTest {

    private static final int MUTATIONS = Integer.getInteger("fleetauth.mutations", 5_000);
    private static final long SEED = Seed.printed("Mutating files " + MUTATIONS + " times");
    private static final String CANARY = "canary-that-must-never-be-seen";
    private static final Set<Kind> EXPECTED_FAILURES =
            Set.of(Kind.STORE_DAMAGED, Kind.VERSION_UNSUPPORTED, Kind.WRONG_KEY);
    private static final Profile SAVED = Profiles.at("session-1", 7, CANARY);
    private static final Profile NEWER = Profiles.at("session-1", 8, CANARY + "-newer");

    /** What is damaged. */
    private enum Target {
        RECORD,
        KEYS,
        KEYS_UNDER_A_PASSPHRASE,
        LEFTOVER
    }

    @TempDir
    private Path folder;

    private StoreFixture fixture;
    private StoreFixture locked;
    private byte[] newer;
    private List<byte[]> others;
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final Mutations mutations = new Mutations(random);
    private final Map<Target, Integer> opened = new EnumMap<>(Target.class);

    @BeforeEach
    void createStores() throws IOException {
        fixture = StoreFixture.withKeyFile(Files.createDirectory(folder.resolve("a")));
        StoreFixture other = StoreFixture.withKeyFile(Files.createDirectory(folder.resolve("b")));
        locked = new StoreFixture(Files.createDirectory(folder.resolve("c")));
        locked.variables.put("FLEETAUTH_PASSPHRASE", StoreFixture.PASSPHRASE);
        for (StoreFixture each : List.of(fixture, other, locked)) {
            save(each, SAVED);
        }
        Profile boat = new Profile(new ProfileName("boat"), 9, SAVED.session(), null);
        save(fixture, boat);
        newer = SealedProfile.seal(NEWER, fixture.openKeys(), Forge.RANDOM).getBytes(StandardCharsets.US_ASCII);
        others = List.of(
                Files.readAllBytes(fixture.home.resolve("profiles/boat.jwe")),
                Files.readAllBytes(fixture.record()),
                Files.readAllBytes(other.record()),
                Files.readAllBytes(fixture.keys()),
                Files.readAllBytes(other.keys()),
                Files.readAllBytes(locked.keys()),
                newer,
                new byte[4096]);
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS)
    void aDamagedFileIsReportedOrYieldsASavedState() throws IOException {
        byte[] record = Files.readAllBytes(fixture.record());
        byte[] keys = Files.readAllBytes(fixture.keys());
        byte[] lockedKeys = Files.readAllBytes(locked.keys());
        for (int i = 0; i < MUTATIONS; i++) {
            switch (random.nextInt(20)) {
                case 0 -> checkDamaged(Target.KEYS_UNDER_A_PASSPHRASE, locked, locked.keys(), lockedKeys);
                case 1, 2, 3, 4 -> checkDamaged(Target.KEYS, fixture, fixture.keys(), keys);
                case 5, 6, 7, 8 -> checkDamagedLeftover(record);
                default -> checkDamaged(Target.RECORD, fixture, fixture.record(), record);
            }
        }
        // Almost no damaged file opens: only one with another line feed, or with the same bytes in another form.
        assertThat(opened.values().stream().mapToInt(Integer::intValue).sum())
                .as("opened: %s, seed %d", opened, SEED)
                .isLessThan(MUTATIONS / 10);
    }

    private void checkDamaged(Target target, StoreFixture where, Path file, byte[] whole) throws IOException {
        byte[] damaged = mutations.mutated(whole, others);
        Files.write(file, damaged);
        String what = what(target, damaged);
        try {
            // The newer state was saved too: its file may have replaced this one.
            assertThat(where.store().read(Profiles.NAME).orElseThrow()).as(what).isIn(SAVED, NEWER);
            opened.merge(target, 1, Integer::sum);
        } catch (Failure e) {
            assertThat(e.kind()).as(what).isIn(EXPECTED_FAILURES);
            assertThat(e.fields()).as(what).containsKey("file");
            assertThat(e.fields().toString() + e).as(what).doesNotContain(CANARY, StoreFixture.PASSPHRASE);
        } catch (RuntimeException | Error e) {
            throw new AssertionError(what, e);
        }
        assertThat(Files.readAllBytes(file)).as(what).isEqualTo(damaged);
        assertWarningsShowNoSecret(what);
        Files.write(file, whole);
    }

    /** A leftover of a crash is adopted unchanged or not at all; one that cannot be read is quarantined. */
    private void checkDamagedLeftover(byte[] record) throws IOException {
        byte[] damaged = mutations.mutated(newer, others);
        Files.write(fixture.next(), damaged);
        StoreFixture.chmod(fixture.next(), "rw-------");
        String what = what(Target.LEFTOVER, damaged);
        try {
            Optional<Profile> read = fixture.store().read(Profiles.NAME);
            assertThat(read).as(what).isPresent();
            assertThat(read.get()).as(what).isIn(SAVED, NEWER);
        } catch (RuntimeException e) {
            throw new AssertionError(what, e);
        }
        assertWarningsShowNoSecret(what);
        Path quarantined = fixture.next().resolveSibling("car.next.1");
        if (Files.exists(quarantined)) {
            assertThat(Files.readAllBytes(quarantined)).as(what).isEqualTo(damaged);
        }
        assertThat(fixture.next()).as(what).doesNotExist();
        Files.deleteIfExists(quarantined);
        Files.write(fixture.record(), record);
    }

    private void assertWarningsShowNoSecret(String what) {
        Stream.of(fixture, locked).forEach(each -> {
            assertThat(String.join(" ", each.warnings)).as(what).doesNotContain(CANARY, StoreFixture.PASSPHRASE);
            each.warnings.clear();
        });
    }

    private static String what(Target target, byte[] damaged) {
        return target + ", seed " + SEED + ": " + new String(damaged, StandardCharsets.ISO_8859_1);
    }

    private static void save(StoreFixture where, Profile profile) {
        try (Store.Lease lease = where.store().lock(profile.name(), Duration.ZERO)) {
            lease.save(profile, false);
        }
    }
}
