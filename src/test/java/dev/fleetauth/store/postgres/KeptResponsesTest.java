package dev.fleetauth.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.host.file.FaultyDisk;
import dev.fleetauth.seal.Forge;
import dev.fleetauth.seal.Profiles;
import dev.fleetauth.store.PrivateFiles;
import dev.fleetauth.store.StorePaths;
import dev.fleetauth.store.file.World;
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

    private World world;

    @BeforeEach
    void aWorld() throws IOException {
        world = new World(folder);
        Files.createDirectory(world.temporary);
    }

    @Test
    void theHomeIsPlaceEnough() {
        assertThat(keep(7)).containsExactly(world.home.resolve("recovery/" + STORE + "/car.7.jwe"));
        assertThat(found()).hasSize(1);
    }

    @Test
    void withoutAHomeEveryOtherFolderIsUsed() throws IOException {
        Files.createFile(world.home);

        List<Path> kept = keep(7);

        assertThat(kept)
                .containsExactly(
                        world.runtime.resolve("fleetauth/" + STORE + "/car.7.jwe"),
                        world.temporary.resolve("fleetauth-" + STORE + "/car.7.jwe"));
        assertThat(found()).hasSize(2);
        world.variables.remove("XDG_RUNTIME_DIR");
        assertThat(found()).extracting(KeptResponses.Kept::file).containsExactly(kept.get(1));
    }

    @Test
    void whatRootKeepsBelongsToTheOwnerOfTheHome() throws IOException {
        OtherUser.requireRoot();
        OtherUser.give(Files.createDirectory(world.home));

        List<Path> kept = new ArrayList<>(keep(8));
        world.disk = new FaultyDisk()
                .failing(FaultyDisk.Step.CREATE, Integer.MAX_VALUE)
                .below(world.home);
        kept.addAll(keep(7));

        assertThat(kept).hasSize(3).allSatisfy(file -> {
            assertThat(OtherUser.owner(file)).isEqualTo(OtherUser.ID);
            assertThat(OtherUser.owner(Objects.requireNonNull(file.getParent())))
                    .isEqualTo(OtherUser.ID);
        });
        assertThat(found()).hasSize(3);
    }

    private List<Path> keep(long version) {
        return answers().keep(STORE, Profiles.NAME, version, "a.b.c.d.e", null, new ArrayList<>());
    }

    private List<KeptResponses.Kept> found() {
        return answers().of(STORE, Profiles.NAME);
    }

    private KeptResponses answers() {
        StorePaths layout = new StorePaths(world.environment(), world.home);
        return new KeptResponses(
                world.clock, Forge.RANDOM, layout, new PrivateFiles(layout.home(), world.disk, world.warnings::add));
    }
}
