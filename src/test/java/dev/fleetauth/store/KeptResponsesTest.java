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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where answers are kept that a shared store did not take. */
class KeptResponsesTest {

    private static final String STORE = "AAAAAAAAAAAAAAAAAAAAAA";

    @TempDir
    private Path folder;

    private StoreFixture world;

    @BeforeEach
    void aWorld() throws IOException {
        world = new StoreFixture(folder);
        Files.createDirectory(world.temporary);
    }

    @Test
    void theHomeIsPlaceEnough() {
        assertThat(keep())
                .singleElement()
                .satisfies(file -> assertThat(file.getParent()).isEqualTo(world.home.resolve("recovery/" + STORE)));
        assertThat(found()).hasSize(1);
    }

    @Test
    void withoutAHomeEveryOtherFolderIsUsed() throws IOException {
        Files.createFile(world.home);

        List<Path> kept = keep();

        assertThat(kept)
                .extracting(Path::getParent)
                .containsExactly(
                        world.runtime.resolve("fleetauth/" + STORE), world.temporary.resolve("fleetauth-" + STORE));
        assertThat(found()).hasSize(2);
        world.variables.remove("XDG_RUNTIME_DIR");
        assertThat(found()).containsExactly(kept.get(1));
    }

    @Test
    void whatRootKeepsBelongsToTheOwnerOfTheHome() throws IOException {
        OtherUser.requireRoot();
        OtherUser.give(Files.createDirectory(world.home));

        List<Path> kept = new ArrayList<>(keep());
        world.disk = new FaultyDisk()
                .failing(FaultyDisk.Step.CREATE, Integer.MAX_VALUE)
                .below(world.home);
        kept.addAll(keep());

        assertThat(kept).hasSize(3).allSatisfy(file -> {
            assertThat(OtherUser.owner(file)).isEqualTo(OtherUser.ID);
            assertThat(OtherUser.owner(Objects.requireNonNull(file.getParent())))
                    .isEqualTo(OtherUser.ID);
        });
        assertThat(found()).hasSize(3);
    }

    /** A name may have dots in it, and what looks like the random part of the name of a file. */
    @Test
    void eachFindsItsOwn() {
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
        var files = new StoreFiles(world.environment(), world.home, world.disk, world.warnings::add);
        return new KeptResponses(world.clock, Forge.RANDOM, files, true);
    }
}
