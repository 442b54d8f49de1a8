package dev.fleetauth.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.serve.SocketClient.Answer;
import dev.fleetauth.testing.Await;
import dev.fleetauth.testing.SessionFolder;
import dev.fleetauth.testing.ShellAndSandbox;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code serve} answers on its Unix socket. */
@Tag("any-jdk")
class ServeTest {

    @TempDir
    Path folder;

    @Test
    void theServerReturnsWhatTheCommandsPrint() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn();
                Serving serving = Serving.on(fixture)) {
            Answer token = serving.client().get("/token?profile=default&min_validity=1h");
            assertThat(token.status()).isEqualTo(200);
            assertThat(token.header("Content-Type")).isEqualTo("application/json");
            assertThat(token.header("Cache-Control")).isEqualTo("no-store");
            assertThat(token.body())
                    .isEqualTo(fixture.shell.run("token", "--format", "json").out());

            Answer status = serving.client().get("/status");
            assertThat(status.status()).isEqualTo(200);
            assertThat(status.body())
                    .isEqualTo(fixture.shell.run("status", "--format", "json").out());

            assertThat(serving.client().get("/token?min_validity=3651d").body())
                    .contains("use a duration of at most ten years, such as 90s");

            serving.awaitLine("GET /token default 200 \\d+ ms");
            serving.awaitLine("GET /status - 200 \\d+ ms");
        }
    }

    @Test
    void onlyTheServersUserCanAccessTheSocket() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder);
                Serving serving = Serving.on(fixture)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(serving.socket)))
                    .isEqualTo("rw-------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(serving.socket.getParent())))
                    .isEqualTo("rwx------");
            serving.stop().exits(0);
            assertThat(serving.socket).doesNotExist();
        }
    }

    @Test
    void aPortInUseIsReported() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder);
                SessionFolder session = new SessionFolder();
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            fixture.shell.variable("XDG_RUNTIME_DIR", session.path());
            fixture.shell
                    .run("serve", "--listen", address)
                    .exits(6)
                    .says(
                            "cannot listen on " + address + ": it is in use by java (process",
                            "hint: fix the cause, or choose another port with --listen");
            assertThat(Path.of(session.path(), "fleetauth", "token.sock")).doesNotExist();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxrwxr-x", "rwxrwxrwx", "rwxr-x-w-"})
    void theSocketsDirectoryMustNotBeWritableByOthers(String permissions) throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(Files.createDirectory(folder.resolve("home")))) {
            Path shared = Files.createDirectory(folder.resolve("shared"));
            Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString(permissions));
            Path socket = shared.resolve("token.sock");
            fixture.shell
                    .run("serve", "--socket", socket.toString())
                    .exits(2)
                    .says(
                            "the socket '" + socket + "' is not valid",
                            "a directory that you own and that no other user can write to");
            assertThat(shared).isEmptyDirectory();
        }
    }

    @Test
    void aSecondServerLeavesTheFirstAlone() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn();
                Serving serving = Serving.on(fixture)) {
            fixture.shell
                    .run("serve")
                    .exits(6)
                    .says(
                            serving.socket.toString(),
                            "a server is running there",
                            "hint: stop that server, or choose another path with --socket");
            assertThat(serving.client().get("/token").status()).isEqualTo(200);
        }
    }

    @Test
    void manyClientsShareOneRefresh() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.strict(folder).loggedIn();
                Serving serving = Serving.on(fixture)) {
            fixture.shell.clock().advance(Duration.ofHours(9));
            int before = fixture.sandbox.received(Endpoint.TOKEN).size();
            List<Answer> answers = getAtOnce(200, serving.client(), "/token");
            assertThat(answers).extracting(Answer::status).containsOnly(200);
            assertThat(answers)
                    .extracting(Answer::body)
                    .containsOnly(answers.get(0).body());
            assertThat(fixture.sandbox.received(Endpoint.TOKEN)).hasSize(before + 1);
        }
    }

    @Test
    void manyClientsShareAFailureAndTheServerBacksOff() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.strict(folder).loggedIn();
                Serving serving = Serving.on(fixture)) {
            fixture.shell.clock().advance(Duration.ofHours(9));
            int before = fixture.sandbox.received(Endpoint.TOKEN).size();
            fixture.sandbox.enqueue("503");
            List<Answer> answers = getAtOnce(50, serving.client(), "/token");
            assertThat(answers).extracting(Answer::status).containsOnly(503);
            assertThat(answers)
                    .allSatisfy(answer -> assertThat(Integer.parseInt(answer.header("Retry-After")))
                            .isBetween(1, 6));
            assertThat(answers.get(0).json().path("exit_code").asInt()).isEqualTo(6);
            assertThat(fixture.sandbox.received(Endpoint.TOKEN)).hasSize(before + 1);

            fixture.shell.clock().advance(Duration.ofSeconds(6));
            assertThat(serving.client().get("/token").status()).isEqualTo(200);
        }
    }

    @Test
    void aNeededLoginIsReportedOnceAndServingResumesAfterIt() throws Exception {
        Path reports = folder.resolve("reports");
        try (ShellAndSandbox fixture = ShellAndSandbox.strict(folder).loggedIn();
                Serving serving =
                        Serving.on(fixture, "--on-login-needed", "{ cat; env; echo the end; } >>'" + reports + "'")) {
            fixture.shell.clock().advance(Duration.ofHours(9));
            fixture.sandbox.revokeAll(fixture.sandbox.clientId());
            int before = fixture.sandbox.received(Endpoint.TOKEN).size();
            for (int i = 0; i < 3; i++) {
                Answer answer = serving.client().get("/token");
                assertThat(answer.status()).isEqualTo(401);
                assertThat(answer.header("WWW-Authenticate")).isNotEmpty();
                assertThat(answer.json().path("exit_code").asInt()).isEqualTo(4);
                assertThat(answer.json().path("hint").asText()).contains("fleetauth login -p default");
            }
            assertThat(fixture.sandbox.received(Endpoint.TOKEN)).hasSize(before + 1);
            Await.until(
                    "the command has run",
                    () -> Files.exists(reports) && Files.readString(reports).endsWith("the end\n"));
            assertThat(Files.readString(reports))
                    .startsWith("default\n")
                    .doesNotContain("FLEETAUTH_")
                    .containsOnlyOnce("default\n");
            assertThat(serving.client()
                            .get("/status")
                            .json()
                            .path(0)
                            .path("state")
                            .asText())
                    .isEqualTo("login-required");

            fixture.shell.browser(Agent.allowing());
            fixture.login().exits(0);
            assertThat(serving.client().get("/token").status()).isEqualTo(200);
        }
    }

    private static List<Answer> getAtOnce(int size, SocketClient client, String target) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(size);
        try {
            var begin = new CountDownLatch(1);
            List<Future<Answer>> all = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                all.add(threads.submit(() -> {
                    begin.await();
                    return client.get(target);
                }));
            }
            begin.countDown();
            List<Answer> answers = new ArrayList<>();
            for (Future<Answer> one : all) {
                answers.add(one.get());
            }
            return answers;
        } finally {
            threads.shutdownNow();
        }
    }
}
