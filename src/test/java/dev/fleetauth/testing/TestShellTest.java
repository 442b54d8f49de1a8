package dev.fleetauth.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.Sandbox;
import dev.fleetauth.sandbox.SandboxOptions;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link TestShell} finds the leaks that these tests cause. */
@Tag("any-jdk")
class TestShellTest {

    private static final String CANARY = "a canary/that sings: ";

    @TempDir
    Path folder;

    private TestShell shell;
    private String canary;

    @BeforeEach
    void open() {
        shell = new TestShell(folder);
        canary = CANARY + shell.random().nextLong();
        shell.watch(canary);
    }

    @Test
    void commandsWithoutALeakPass() {
        shell.run("key", "show").exits(0);
        shell.run("token").exits(3);
    }

    @Test
    void aSecretOnStandardOutputIsFound() {
        shell.watch("There is no store yet");
        assertLeak("standard output", "key", "show");
    }

    @Test
    void aSecretOnStandardErrorIsFound() {
        shell.watch("does not exist");
        assertLeak("standard error", "token");
    }

    @Test
    void aSecretInAFileIsFound() throws Exception {
        Files.writeString(Files.createDirectories(shell.home()).resolve("notes"), "so " + canary + " it is");
        assertLeak("in the clear in", "key", "show");
    }

    @Test
    void anEncodedSecretInAFileIsFound() throws Exception {
        Path file = folder.resolve("notes");
        byte[] bytes = canary.getBytes(StandardCharsets.UTF_8);
        for (String form : Map.of(
                        "url", URLEncoder.encode(canary, StandardCharsets.UTF_8),
                        "base64", Base64.getEncoder().encodeToString(bytes),
                        "base64url", Base64.getUrlEncoder().encodeToString(bytes))
                .values()) {
            Files.writeString(file, "so " + form + " it is");
            assertLeak("in the clear in", "key", "show");
        }
        Files.delete(file);
        assertThatCode(() -> shell.run("key", "show")).doesNotThrowAnyException();
    }

    @Test
    void aSecretInALogIsFound() {
        Logger.getLogger("some.library").warning("so " + canary + " it is");
        assertLeak("in the log", "key", "show");
    }

    @Test
    void theKeyFileIsWatched() throws Exception {
        String key = Files.readString(folder.resolve("test.key"));
        Files.writeString(folder.resolve("copy"), key);
        assertLeak("in the clear in", "key", "show");
    }

    @Test
    void secretVariablesAreWatched() throws Exception {
        shell.variable("FLEETAUTH_PASSPHRASE", "an unheard-of passphrase");
        Files.writeString(folder.resolve("notes"), "it is an unheard-of passphrase");
        assertLeak("in the clear in", "key", "show");
    }

    @Test
    void hiddenInputIsWatched() throws Exception {
        var terminal = new TestTerminal("a passphrase nobody sees");
        shell.terminal(terminal);
        terminal.readSecret("? ");
        Files.writeString(folder.resolve("notes"), "it is a passphrase nobody sees");
        assertLeak("in the clear in", "key", "show");
    }

    @Test
    void secretsThatPassThroughASandboxAreWatched() throws Exception {
        try (Sandbox sandbox = Sandbox.start(SandboxOptions.STRICT, shell.clock(), shell.random())) {
            shell.watch(sandbox).browser(Agent.allowing());
            shell.variable("FLEETAUTH_CLIENT_SECRET", sandbox.clientSecret().reveal());
            String[] login = {"login", "--issuer", sandbox.base().toString(), "--client-id", sandbox.clientId()};
            shell.run(login).exits(0);
            shell.run("refresh").exits(0);
            shell.run("revoke").exits(0);
            // A code, a verifier, the secret by Basic, two access tokens, two refresh tokens, two id tokens.
            assertThat(sandbox.secretsSeen()).hasSizeGreaterThanOrEqualTo(9);
            for (var secret : sandbox.secretsSeen()) {
                Path file = Files.writeString(folder.resolve("notes"), secret.reveal());
                assertLeak("in the clear in", "key", "show");
                Files.delete(file);
            }
        }
    }

    @Test
    void onlyTheAccessTokenMayBePrinted() throws Exception {
        try (Sandbox sandbox = Sandbox.start(SandboxOptions.STRICT, shell.clock(), shell.random())) {
            shell.watch(sandbox).browser(Agent.allowing());
            shell.run("login", "--issuer", sandbox.base().toString(), "--client-id", sandbox.publicClientId())
                    .exits(0);
            String token = shell.run("token").exits(0).line();
            shell.watch(token.substring(0, 40));
            assertLeak("standard output", "token");
        }
    }

    @Test
    void anAssertionThatFailsInAFakeFailsTheTest() throws IOException {
        try (Sandbox sandbox = Sandbox.start(SandboxOptions.STRICT, shell.clock(), shell.random())) {
            assertThatThrownBy(() -> shell.run(
                            "login", "--issuer", sandbox.base().toString(), "--client-id", sandbox.publicClientId()))
                    .isInstanceOf(AssertionError.class)
                    .rootCause()
                    .hasMessageStartingWith("a browser was opened at 127.0.0.1/");
        }
    }

    @Test
    void anExceptionThatEndsAThreadFailsTheTest() throws Exception {
        var ended = new CountDownLatch(1);
        Thread thread = new Thread(() -> {
            ended.countDown();
            throw new IllegalStateException("nobody catches this");
        });
        thread.start();
        ended.await();
        thread.join();
        assertThatThrownBy(() -> shell.run("key", "show")).hasRootCauseMessage("nobody catches this");
    }

    private void assertLeak(String where, String... args) {
        assertThatThrownBy(() -> shell.run(args))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("a secret ")
                .hasMessageContaining(where);
    }
}
