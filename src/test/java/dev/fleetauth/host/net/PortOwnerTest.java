package dev.fleetauth.host.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.host.OperatingSystem;
import dev.fleetauth.sandbox.FreePort;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which process uses a port. */
class PortOwnerTest {

    @EnabledOnOs(OS.LINUX)
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "0.0.0.0", "::"})
    void theProcessThatListensIsNamed(String address) throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getByName(address))) {
            assertThat(PortOwner.of(taken.getLocalPort(), OperatingSystem.LINUX))
                    .isEqualTo("java (process " + ProcessHandle.current().pid() + ")");
        }
    }

    @ParameterizedTest
    @CsvSource({"LINUX, 'sudo ss -ltnp'", "MACOS, 'sudo lsof -nP -i :PORT'", "WINDOWS, 'netstat -abno'"})
    void ifTheProcessIsUnknownACommandThatFindsItIsNamed(OperatingSystem system, String command) {
        int unused = FreePort.next();
        assertThat(PortOwner.of(unused, system))
                .isEqualTo("another program; run '" + command.replace("PORT", String.valueOf(unused)) + "' to find it");
    }

    @Test
    void aLowPortMayBeReservedForTheAdministrator() {
        assertThat(PortOwner.of(1, OperatingSystem.LINUX))
                .isEqualTo("another program, or only administrators may use it");
    }

    @Test
    void aPortIsNotTakenIfListeningFailsForAnotherReason() {
        assertThat(PortOwner.reason(new SocketException("Too many open files"), 1, OperatingSystem.LINUX))
                .isEqualTo("Too many open files");
        assertThat(PortOwner.reason(new BindException("Address already in use"), 1, OperatingSystem.LINUX))
                .startsWith("it is in use by another program");
        IOException wrapped = new IOException("Failed to bind", new BindException("Address already in use"));
        assertThat(PortOwner.reason(wrapped, 1, OperatingSystem.LINUX)).startsWith("it is in use by another program");
    }
}
