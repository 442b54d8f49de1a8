package dev.fleetauth.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.testing.Program;
import dev.fleetauth.testing.TestShell;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code sandbox} as a process of its own, and commands that use it. */
@DisabledOnOs(OS.WINDOWS)
@Tag("any-jdk")
class SandboxCommandTest {

    @TempDir
    Path folder;

    @Test
    void applicationsAreTheSameAtEachStart() throws IOException {
        List<String> runs = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            try (Program sandbox = start()) {
                runs.add(value(sandbox, "client id")
                        + value(sandbox, "client secret")
                        + value(sandbox, "public client")
                        + value(sandbox, "auth code"));
            }
        }
        assertThat(runs.get(0)).isEqualTo(runs.get(1));
    }

    @Test
    void optionsSetTheTokenLifetimeAndTheScopesOfTheApplication() throws IOException {
        try (Program sandbox = start("--token-life", "2m", "--granted-scopes", "openid user_data")) {
            TestShell shell = new TestShell(Files.createDirectory(folder.resolve("shell")));
            shell.variable("FLEETAUTH_CLIENT_SECRET", value(sandbox, "client secret"));
            String[] login = {
                "login",
                "--type",
                "partner",
                "--issuer",
                value(sandbox, "issuer"),
                "--client-id",
                value(sandbox, "client id"),
                "--scope"
            };
            shell.run(with(login, "openid vehicle_cmds")).exits(5).says("invalid_scope");
            shell.run(with(login, "openid")).exits(0);
            assertThat(shell.run("token", "--format", "json").exits(0).out()).contains("\"scope\" : \"openid\"");
            shell.run("token", "--min-validity", "3m").exits(5).says("2 min");
        }
    }

    @Test
    void badValuesAndATakenPortAreNamed() throws IOException {
        TestShell shell = new TestShell(folder);
        shell.run("sandbox", "--token-life", "0").exits(2).says("--token-life");
        shell.run("sandbox", "--token-life", "soon").exits(2).says("'soon'");
        shell.run("sandbox", "--client-key", "a-file").exits(2).says("--client-key cannot be used", "use --strict");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            shell.run("sandbox", "--port", Integer.toString(taken.getLocalPort()))
                    .exits(6)
                    .says("port " + taken.getLocalPort() + " is not available: it is in use by java (process ");
        }
    }

    private Program start(String... options) {
        List<String> words = new ArrayList<>(List.of("sandbox"));
        words.addAll(List.of(options));
        return Program.start(folder, Map.of(), Program.commandLine(List.of(), words.toArray(String[]::new)))
                .await(running -> running.out().contains("Press Ctrl-C to stop it."));
    }

    private static String value(Program sandbox, String name) {
        return sandbox.out()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .map(line -> line.substring(name.length()).strip().split(" ", 2)[0])
                .findFirst()
                .orElseThrow();
    }

    private static String[] with(String[] words, String last) {
        List<String> all = new ArrayList<>(List.of(words));
        all.add(last);
        return all.toArray(String[]::new);
    }
}
