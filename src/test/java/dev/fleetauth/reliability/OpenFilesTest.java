package dev.fleetauth.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.store.Store;
import dev.fleetauth.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Commands on more profiles than the number of files that the process may open. */
@DisabledOnOs(OS.WINDOWS)
class OpenFilesTest {

    private static final int PROFILES = 400;

    @TempDir
    private Path folder;

    private ProcessFixture fixture;

    @BeforeEach
    void createProfile() throws IOException {
        fixture = new ProcessFixture(folder, true);
        fixture.login(ProcessFixture.PROFILE, Duration.ZERO);
    }

    @AfterEach
    void end() throws IOException {
        fixture.close();
    }

    /** The lock of a profile stays when the profile is forgotten. */
    @Test
    void aRotationCopesWithManyForgottenProfiles() throws IOException {
        for (int i = 0; i < PROFILES; i++) {
            Files.createFile(fixture.shell.home().resolve("locks/forgotten" + i + ".lock"));
        }

        startLimited("key", "rotate").exits(0);

        assertThat(fixture.runNow("key", "show").exits(0).out()).doesNotContain("rotation");
        fixture.runNow("refresh").exits(0);
    }

    @Test
    void statusProcessesManyLeftoverFiles() throws IOException {
        Path profiles = fixture.shell.home().resolve("profiles");
        Profile profile = Objects.requireNonNull(fixture.stored(ProcessFixture.PROFILE));
        Store store = fixture.store();
        for (int i = 0; i < PROFILES; i++) {
            ProfileName name = new ProfileName("left" + i);
            try (Store.Lease lease = store.lock(name, Duration.ZERO)) {
                lease.save(new Profile(name, 1, profile.session(), null), false);
            }
            Files.createFile(profiles.resolve(name + ".next"));
        }

        startLimited("status").exits(0);

        try (Stream<Path> files = Files.list(profiles)) {
            assertThat(files.filter(file -> file.toString().endsWith(".next"))).isEmpty();
        }
    }

    private Program startLimited(String... args) {
        List<String> words = new ArrayList<>(List.of("sh", "-c", "ulimit -n 256; exec \"$@\"", "sh"));
        words.addAll(Program.commandLine(Program.LAUNCHER_OPTIONS, args));
        return fixture.start(Map.of(), words);
    }
}
