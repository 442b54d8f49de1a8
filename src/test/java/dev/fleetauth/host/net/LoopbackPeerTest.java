package dev.fleetauth.host.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.testing.Programs;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which user a connection belongs to, on Linux. */
@EnabledOnOs(OS.LINUX)
class LoopbackPeerTest {

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void aConnectionOfThisProcessBelongsToItsUser(String address) throws Exception {
        int own = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        try (var listener = new ServerSocket(0, 1, InetAddress.getByName(address));
                var client = new Socket(listener.getInetAddress(), listener.getLocalPort());
                var accepted = listener.accept()) {
            assertThat(client.isConnected()).isTrue();
            assertThat(LoopbackPeer.owners(remote(accepted), local(accepted))).containsExactly(own);
            assertThat(LoopbackPeer.isOfAnotherUser(remote(accepted), local(accepted)))
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void aConnectionOfAnotherUserBelongsToThatUser(String address) throws Exception {
        Programs.require("setpriv");
        Programs.require("curl");
        Assumptions.assumeTrue(
                Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0),
                "only root can run a program as another user");
        try (var listener = new ServerSocket(0, 1, InetAddress.getByName(address))) {
            String host = address.indexOf(':') < 0 ? address : "[" + address + "]";
            Process other = new ProcessBuilder(
                            "setpriv",
                            "--reuid=4321",
                            "--regid=4321",
                            "--clear-groups",
                            "curl",
                            "-s",
                            "http://" + host + ":" + listener.getLocalPort())
                    .start();
            try (var accepted = listener.accept()) {
                assertThat(LoopbackPeer.owners(remote(accepted), local(accepted)))
                        .containsExactly(4321);
            } finally {
                other.destroyForcibly();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1000, 1000, false", "1000, 1001, true", "1000, 0, false", "0, 1000, false"})
    void anotherUserIsForeignUnlessEitherIsRoot(int own, int peer, boolean isForeign) {
        assertThat(LoopbackPeer.isForeign(own, peer)).isEqualTo(isForeign);
    }

    @Test
    void aClosedConnectionHasNoOwner() {
        InetSocketAddress gone = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        assertThat(LoopbackPeer.isOfAnotherUser(gone, gone)).isFalse();
    }

    private static InetSocketAddress remote(Socket socket) {
        return (InetSocketAddress) socket.getRemoteSocketAddress();
    }

    private static InetSocketAddress local(Socket socket) {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }
}
