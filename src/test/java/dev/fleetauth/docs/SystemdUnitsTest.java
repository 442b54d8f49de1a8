package dev.fleetauth.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.testing.Programs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** systemd accepts the user units. */
@EnabledOnOs(OS.LINUX)
@Tag("host-program")
@Tag("any-jdk")
class SystemdUnitsTest {

    private static final Path UNITS = Path.of("src/dist/systemd");

    @TempDir
    Path home;

    @Test
    void systemdAcceptsTheUnits() throws Exception {
        Programs.require("systemd-analyze");
        Path program = Files.createDirectories(home.resolve(".local/bin")).resolve("fleetauth");
        Files.createSymbolicLink(program, Path.of("/bin/true"));
        for (String unit : new String[] {"fleetauth@.service", "fleetauth@.timer"}) {
            Files.copy(UNITS.resolve(unit), home.resolve(unit));
        }
        ProcessBuilder builder = new ProcessBuilder(
                        "systemd-analyze",
                        "--user",
                        "--man=no",
                        "verify",
                        home.resolve("fleetauth@.service").toString(),
                        home.resolve("fleetauth@.timer").toString())
                .redirectErrorStream(true);
        builder.environment()
                .putAll(Map.of(
                        "HOME", home.toString(), "XDG_RUNTIME_DIR", home.toString(), "SYSTEMD_LOG_LEVEL", "warning"));
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).doesNotContain("Unknown", "Failed", "not executable");
    }

    /** Failures that need a user are not retried. */
    @Test
    void onlyTemporaryFailuresAreRetried() throws Exception {
        assertThat(UNITS.resolve("fleetauth@.service"))
                .content()
                .contains("RestartPreventExitStatus=1 2 3 4 5 7\n", "--no-input");
    }
}
