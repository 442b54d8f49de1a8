package dev.fleetauth.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestShell.Result;
import java.io.File;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The output of {@code demo}. */
class DemoTest {

    @TempDir
    Path folder;

    @Test
    void everyStepHappensAndNoSecretIsShown() {
        var shell = new TestShell(folder);
        Result demo = shell.run("demo").exits(0);
        assertThat(demo.err()).isEmpty();
        assertThat(demo.out())
                .contains(
                        "$ fleetauth login",
                        "$ fleetauth token",
                        "$ fleetauth refresh",
                        "verified ",
                        "$ fleetauth revoke",
                        "The sandbox confirms: the token is no longer valid.",
                        "All steps succeeded.")
                // A JWT, a code or refresh token, a client secret.
                .doesNotContainPattern("eyJ[A-Za-z0-9_-]{20}")
                .doesNotContainPattern("NA_[0-9a-f]{10}")
                .doesNotContain("ta-secret");
        String home = demo.out().replaceAll("(?s).*new-file (\\S+)" + "\\Q" + File.separator + "\\Edemo\\.key.*", "$1");
        assertThat(Path.of(home)).doesNotExist();
        assertThat(shell.home()).doesNotExist();
    }
}
