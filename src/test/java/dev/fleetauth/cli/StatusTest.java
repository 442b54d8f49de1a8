package dev.fleetauth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.testing.TestShell.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusTest {

    @TempDir
    private Path folder;

    /** One damaged file once hid every other profile. */
    @Test
    void aDamagedProfileDoesNotHideTheOthers() throws IOException {
        try (Stage stage = Stage.tesla(folder)) {
            stage.loggedIn();
            stage.loggedIn("-p", "other");
            Path damaged = stage.shell.home().resolve("profiles").resolve("default.jwe");
            Files.writeString(damaged, "not a sealed profile");

            Result result = stage.shell.run("status").exits(7);
            assertThat(result.out()).startsWith("other: valid");
            assertThat(result.err()).contains("default.jwe is damaged");
            assertThat(stage.shell.run("status", "--format", "json").exits(7).out())
                    .contains("\"profile\" : \"other\"");
            assertThat(damaged).content().isEqualTo("not a sealed profile");
        }
    }

    /** Tesla does not say when a refresh token ends, so what is shown must not look as if it did. */
    @Test
    void aReckonedEndIsSaidToBeReckoned() throws IOException {
        try (Stage stage = Stage.tesla(folder)) {
            stage.loggedIn();
            assertThat(stage.shell.run("status").exits(0).out())
                    .containsPattern("refresh token +until .* left, as reckoned from Tesla's three months");
        }
    }
}
