package dev.fleetauth.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ThisProcessTest {

    @TempDir
    Path folder;

    @Test
    void theIdIsThatOfTheProcess() {
        assertThat(ThisProcess.id()).isEqualTo(ProcessHandle.current().pid());
    }

    @Test
    void theHostIsWhatTheEnvironmentCallsIt() throws IOException {
        Path kernel = Files.writeString(folder.resolve("hostname"), "laptop\n");

        assertThat(ThisProcess.host(Map.of("HOSTNAME", "runner-7"), kernel)).isEqualTo("runner-7");
        assertThat(ThisProcess.host(Map.of("COMPUTERNAME", "DESK"), kernel)).isEqualTo("DESK");
        assertThat(ThisProcess.host(Map.of("HOSTNAME", ""), kernel)).isEqualTo("laptop");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whereTheKernelHasNoFileForItTheSystemIsAsked() throws IOException {
        assertThat(ThisProcess.host(Map.of(), folder.resolve("none")))
                .isEqualTo(
                        Files.readString(Path.of("/proc/sys/kernel/hostname")).strip());
    }

    @Test
    void aHostWithoutANameIsTheLocalOne() throws IOException {
        assertThat(ThisProcess.host(Map.of(), Files.writeString(folder.resolve("hostname"), "\n")))
                .isEqualTo("localhost");
    }
}
