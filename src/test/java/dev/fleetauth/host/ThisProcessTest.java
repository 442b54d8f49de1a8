package dev.fleetauth.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.testing.TestShell;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
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
    void theHostNameComesFromAVariable() {
        TestShell shell = new TestShell(folder);
        assertThat(with(shell, Map.of("HOSTNAME", "runner-7")).host()).isEqualTo("runner-7");
        assertThat(with(shell, Map.of("COMPUTERNAME", "DESK")).host()).isEqualTo("DESK");
        assertThat(with(shell, Map.of("HOSTNAME", "")).host())
                .isEqualTo(with(shell, Map.of()).host())
                .isNotEmpty();
    }

    @Test
    void otherwiseTheHostNameComesFromTheKernelsFile() throws IOException {
        assertThat(ThisProcess.host(Files.writeString(folder.resolve("hostname"), "laptop\n")))
                .isEqualTo("laptop");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void withoutTheKernelsFileTheSystemIsAsked() throws IOException {
        assertThat(ThisProcess.host(folder.resolve("none")))
                .isEqualTo(
                        Files.readString(Path.of("/proc/sys/kernel/hostname")).strip());
    }

    @Test
    void aHostWithoutANameIsCalledLocalhost() throws IOException {
        assertThat(ThisProcess.host(Files.writeString(folder.resolve("hostname"), "\n")))
                .isEqualTo("localhost");
    }

    private static Environment with(TestShell shell, Map<String, String> variables) {
        return shell.environmentWith(
                variables, InputStream.nullInputStream(), new ByteArrayOutputStream(), new ByteArrayOutputStream());
    }
}
