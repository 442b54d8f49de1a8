package dev.fleetauth.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.sandbox.FreePort;
import dev.fleetauth.testing.Await;
import dev.fleetauth.testing.Pages;
import dev.fleetauth.testing.Program;
import dev.fleetauth.testing.Programs;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Runs the commands about clients in {@code docs/serve.md}, with only the port changed, and a server process. */
@DisabledOnOs(OS.WINDOWS)
@Tag("host-program")
@Tag("any-jdk")
class ServeClientsPageTest {

    @TempDir
    Path folder;

    private final String port = Integer.toString(FreePort.next());

    @Test
    void theCommandsDoWhatThePageSays() throws Exception {
        Programs.require("curl");
        Map<String, String> blocks = new LinkedHashMap<>();
        for (Pages.Block block : Pages.blocks(Path.of("docs/serve.md"), "sh")) {
            blocks.put(block.heading(), block.code().replace("8485", port));
        }
        Path work = Files.createDirectory(folder.resolve("work"));
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(Files.createDirectory(folder.resolve("fixture")))) {
            fixture.loggedIn("-p", "car").loggedIn("-p", "van").loggedIn();
            Snippets shell = new Snippets(folder, fixture);

            Result clients = run(shell, work, Objects.requireNonNull(blocks.get("Client keys")))
                    .exits(0);
            assertThat(clients.out().lines().filter(line -> line.startsWith("fleetauth_ck_")))
                    .hasSize(2);
            assertThat(clients.out()).contains("dashboard", "logger");

            String key = run(shell, work, "fleetauth client add page").exits(0).line();
            shell.variable("CLIENT_KEY", key);
            String serve = "exec fleetauth serve --socket " + work.resolve("s") + " --listen 127.0.0.1:" + port;
            Program server = shell.start(work, "bash", serve);
            try (server) {
                Await.until("the server listens", this::isListening);
                assertThat(run(shell, work, Objects.requireNonNull(blocks.get("The token endpoint")))
                                .exits(0)
                                .out())
                        .contains("\"access_token\"", key);
                assertThat(run(shell, work, Objects.requireNonNull(blocks.get("The proxy")))
                                .exits(0)
                                .out())
                        .contains("\"response\"");
            }
        }
    }

    private boolean isListening() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(port))) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static Result run(Snippets shell, Path work, String script) throws IOException {
        try (Program program = shell.start(work, "bash", script)) {
            return program.result();
        }
    }
}
