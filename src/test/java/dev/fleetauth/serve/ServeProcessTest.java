package dev.fleetauth.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.testing.Await;
import dev.fleetauth.testing.OtherUser;
import dev.fleetauth.testing.Program;
import dev.fleetauth.testing.Programs;
import dev.fleetauth.testing.Seed;
import dev.fleetauth.testing.SessionFolder;
import dev.fleetauth.testing.ShellAndSandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code serve} as a real process, and curl as its client. */
@DisabledOnOs(OS.WINDOWS)
@Tag("host-program")
class ServeProcessTest {

    @TempDir
    Path folder;

    private SessionFolder session;
    private ShellAndSandbox fixture;
    private Path socket;

    @BeforeEach
    void login() throws IOException {
        Programs.require("curl");
        session = new SessionFolder();
        socket = Path.of(session.path(), "fleetauth", "token.sock");
        fixture = ShellAndSandbox.tesla(Files.createDirectory(folder.resolve("fixture")))
                .loggedIn();
    }

    @AfterEach
    void end() throws IOException {
        fixture.close();
        session.close();
    }

    @Test
    void curlGetsAToken() {
        try (Program server = started()) {
            assertThat(curl(socket, "/token").out())
                    .isEqualTo(fixture.shell.run("token", "--format", "json").out());
            server.signal("TERM").exits(143);
            assertThat(socket).doesNotExist();
            assertThat(server.out()).isEmpty();
            assertThat(server.err().lines()).last().asString().matches("GET /token default 200 \\d+ ms");
        }
    }

    @Test
    void theNextServerCleansUpAfterAKill() {
        try (Program killed = started()) {
            killed.kill();
        }
        assertThat(socket).exists();
        try (Program server = started()) {
            curl(socket, "/token").exits(0);
            server.signal("INT").exits(130);
        }
        assertThat(socket).doesNotExist();
    }

    @Test
    void anotherFileAtTheSocketsPathIsLeftAlone() throws IOException {
        Files.createDirectories(socket.getParent());
        Files.writeString(socket, "no socket");
        try (Program server = start(List.of())) {
            assertThat(server.exits(6).err()).contains("it is not a socket");
        }
        assertThat(socket).hasContent("no socket");
    }

    @Test
    void systemdPassesASocket() throws IOException {
        Programs.require("systemd-socket-activate");
        Path inherited = Path.of(session.path(), "inherited.sock");
        List<String> words = new ArrayList<>(List.of("systemd-socket-activate", "--inetd", "-l", inherited.toString()));
        variables().keySet().forEach(name -> words.addAll(List.of("-E", name)));
        words.addAll(words());
        try (Program server = Program.start(folder, variables(), words)) {
            Await.until("systemd listens", () -> Files.exists(inherited));
            assertThat(curl(inherited, "/token").out()).contains("access_token");
            server.signal("TERM").exits(143);
            // The socket belongs to systemd.
            assertThat(inherited).exists();
            assertThat(socket).doesNotExist();
        }
    }

    @Test
    void otherUsersAreRefusedUnlessTheyAreNamed() throws IOException {
        OtherUser.requireRoot();
        Path open = Files.createDirectory(folder.resolve("open"));
        allow(folder, "rwxr-xr-x");
        allow(open, "rwxr-xr-x");
        Path shared = open.resolve("token.sock");
        List<String> options = List.of("--socket", shared.toString(), "--allow-uid", Integer.toString(OtherUser.ID));
        try (Program server = started(options)) {
            assertThat(curlAs(OtherUser.ID, shared).out()).contains("access_token");
            assertThat(curlAs(OtherUser.ID + 1, shared).out())
                    .contains(
                            "\"exit_code\" : 2",
                            "it comes from a user who is not allowed",
                            "or as one given with --allow-uid")
                    .doesNotContain("access_token");
            server.signal("TERM").exits(143);
        }
    }

    @Test
    void noKillLosesASession() {
        var random = new SplittableRandom(Seed.printed("killed servers"));
        fixture.expire();
        fixture.token();
        for (int round = 0; round < 8; round++) {
            fixture.sandbox.enqueue(Endpoint.TOKEN, Fault.slow(Duration.ofMillis(random.nextInt(60))));
            int before = fixture.sandbox.received(Endpoint.TOKEN).size();
            try (Program server = started();
                    // The last token was received in the server's future, so the server refreshes.
                    Program client = Program.start(folder, Map.of(), curlWords(socket, "/token"))) {
                if (random.nextBoolean()) {
                    Await.until(
                            "a refresh, or none was needed",
                            () -> fixture.sandbox.received(Endpoint.TOKEN).size() > before || !client.isRunning());
                }
                LockSupport.parkNanos(random.nextLong(100_000_000));
                server.kill();
                client.result();
            }
            fixture.expire();
            fixture.shell.run("token").exits(0);
        }
    }

    private static void allow(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    private Map<String, String> variables() {
        Map<String, String> variables = new HashMap<>(fixture.shell.variables());
        variables.put("XDG_RUNTIME_DIR", session.path());
        return variables;
    }

    /** The command without logging, since the tests' class path, unlike the program's, has a logging provider. */
    private static List<String> words() {
        List<String> jvmOptions = new ArrayList<>(Program.LAUNCHER_OPTIONS);
        jvmOptions.add("-Dslf4j.provider=org.slf4j.helpers.NOP_FallbackServiceProvider");
        return Program.commandLine(jvmOptions, "serve");
    }

    private Program start(List<String> options) {
        List<String> words = new ArrayList<>(words());
        words.addAll(options);
        return Program.start(folder, variables(), words);
    }

    private Program started() {
        return started(List.of());
    }

    private Program started(List<String> options) {
        return start(options).await(program -> program.err().contains("serving on "));
    }

    private static List<String> curlWords(Path socket, String target) {
        return List.of("curl", "-sS", "-m", "30", "--unix-socket", socket.toString(), "http://fleetauth" + target);
    }

    private Program curl(Path socket, String target) {
        return run(curlWords(socket, target));
    }

    private Program curlAs(int user, Path socket) {
        List<String> words =
                new ArrayList<>(List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups"));
        words.addAll(curlWords(socket, "/token"));
        return run(words);
    }

    private Program run(List<String> words) {
        return Program.start(folder, Map.of(), words).exits(0);
    }
}
