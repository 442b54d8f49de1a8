package dev.fleetauth.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.host.file.FaultyDisk;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.seal.Forge;
import dev.fleetauth.seal.Profiles;
import dev.fleetauth.store.file.StoreFixture;
import dev.fleetauth.testing.OtherUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where responses are kept that could not be saved in a shared store. */
@Tag("any-jdk")
class KeptResponsesTest {

    private static final String STORE = "AAAAAAAAAAAAAAAAAAAAAA";

    @TempDir
    private Path folder;

    private StoreFixture fixture;

    @BeforeEach
    void setUp() throws IOException {
        fixture = new StoreFixture(folder);
        Files.createDirectory(fixture.temporary);
    }

    @Test
    void onlyTheHomeIsUsedIfItIsWritable() {
        assertThat(keep())
                .singleElement()
                .satisfies(file -> assertThat(file.getParent()).isEqualTo(fixture.home.resolve("recovery/" + STORE)));
        assertThat(found()).hasSize(1);
    }

    @Test
    void ifTheHomeIsUnusableEveryOtherDirectoryIsUsed() throws IOException {
        Files.createFile(fixture.home);

        List<Path> kept = keep();

        assertThat(kept)
                .extracting(Path::getParent)
                .containsExactly(
                        fixture.runtime.resolve("fleetauth/" + STORE), fixture.temporary.resolve("fleetauth-" + STORE));
        assertThat(found()).hasSize(2);
        fixture.variables.remove("XDG_RUNTIME_DIR");
        assertThat(found()).containsExactly(kept.get(1));
    }

    @Test
    void responsesKeptByRootBelongToTheOwnerOfTheHome() throws IOException {
        OtherUser.requireRoot();
        OtherUser.give(Files.createDirectory(fixture.home));

        List<Path> kept = new ArrayList<>(keep());
        fixture.disk = new FaultyDisk()
                .failing(FaultyDisk.Step.CREATE, Integer.MAX_VALUE)
                .below(fixture.home);
        kept.addAll(keep());

        assertThat(kept).hasSize(3).allSatisfy(file -> {
            assertThat(OtherUser.owner(file)).isEqualTo(OtherUser.ID);
            assertThat(OtherUser.owner(Objects.requireNonNull(file.getParent())))
                    .isEqualTo(OtherUser.ID);
        });
        assertThat(found()).hasSize(3);
    }

    /** A profile name may contain dots, and a part that looks like the random part of a file name. */
    @Test
    void eachProfileFindsItsOwnResponses() {
        var other = new ProfileName("car." + "a".repeat(22));
        List<Path> kept = responses().keep(STORE, other, "a.b.c.d.e", null, new ArrayList<>());

        assertThat(found()).isEmpty();
        assertThat(responses().of(STORE, other)).isEqualTo(kept);
        assertThat(responses().names(STORE)).containsExactly(other);
    }

    private List<Path> keep() {
        return responses().keep(STORE, Profiles.NAME, "a.b.c.d.e", null, new ArrayList<>());
    }

    private List<Path> found() {
        return responses().of(STORE, Profiles.NAME);
    }

    private KeptResponses responses() {
        var files = new StoreFiles(fixture.environment(), fixture.home, fixture.disk, fixture.warnings::add);
        return new KeptResponses(fixture.clock, Forge.RANDOM, files, true);
    }
}
