package dev.fleetauth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * That no secret gets where it does not belong when things go wrong. That it does not otherwise is what {@link TestShell}
 * asserts after every command of every test.
 */
class CanaryTest {

    @TempDir
    Path folder;

    @Test
    void theTraceHoldsNoSecret() throws Exception {
        for (ShellAndSandbox stage :
                new ShellAndSandbox[] {ShellAndSandbox.tesla(folder("tesla")), ShellAndSandbox.strict(folder("strict"))
                }) {
            try (stage) {
                Agent agent = Agent.allowing();
                stage.shell.browser(agent);
                stage.login("-v").exits(0).says("> POST", "code_verifier", "< 200");
                String page =
                        agent.lastVisit(Duration.ofSeconds(20)).orElseThrow().page();
                assertThat(stage.sandbox.secretsSeen()).noneMatch(secret -> page.contains(secret.reveal()));
                stage.shell.run("-v", "refresh").exits(0).says("> POST", "refresh_token", "< 200");
                stage.shell
                        .clearDiscoveryCache()
                        .run("-v", "inspect", "--verify")
                        .exits(0)
                        .says("> GET");
                stage.shell.run("-v", "inspect", "--verify", "--id-token").exits(0);
                stage.shell.run("-v", "discover").exits(0);
                stage.shell.run("-v", "doctor").exits(0);
                stage.shell.run("-v", "status").exits(0);
                stage.sandbox.host("no key".getBytes(StandardCharsets.US_ASCII));
                stage.shell.run(
                        "-v", "register", "--domain", stage.sandbox.base().getAuthority(), "--check");
                stage.expire();
                stage.shell.run("-v", "token").exits(0);
                stage.sandbox.endAll(stage.sandbox.clientId());
                stage.shell.run("-v", "refresh").exits(4);
                stage.shell.run("-v", "revoke");
            }
        }
    }

    @Test
    void theTraceOfAClientWithAKeyHoldsNeitherKeyNorAssertion() throws Exception {
        try (ShellAndSandbox stage = ShellAndSandbox.strict(folder)) {
            ECKey key = new ECKeyGenerator(Curve.P_256).keyID("a-key").generate();
            stage.sandbox.clientKey(new Secret(key.toJSONString()));
            stage.shell
                    .watch(key.getD().toString())
                    .variable("FLEETAUTH_CLIENT_KEY", key.toJSONString())
                    .browser(Agent.allowing());
            stage.shell
                    .run(stage.loginWords("-v", "--scope", "openid offline_access"))
                    .exits(0)
                    .says("> POST", "client_assertion", "< 200");
            stage.shell.variable("FLEETAUTH_CLIENT_KEY", null);
            stage.shell.run("-v", "refresh").exits(0).says("client_assertion");
            stage.shell.run("-v", "status").exits(0);
            stage.shell.run("-v", "doctor").exits(0);
            stage.sandbox.clientKey(
                    new Secret(new ECKeyGenerator(Curve.P_256).generate().toJSONString()));
            stage.shell.run("-v", "refresh").exits(5).says("invalid_client");
            stage.shell.run("-v", "revoke").exits(5).says("invalid_client");
            stage.shell.browser(page -> {
                throw new IllegalStateException(key.toJSONString());
            });
            stage.shell.run("login", "-v").exits(1);
        }
    }

    @Test
    void aClientKeyIsShownOnceAndKeptNowhere() throws Exception {
        try (ShellAndSandbox stage = ShellAndSandbox.tesla(folder).loggedIn()) {
            String key =
                    stage.shell.run("-v", "client", "add", "logger").exits(0).line();
            stage.shell.run("-v", "client", "add", "logger").exits(5).printsNothing();
            stage.shell.run("-v", "client", "list", "--format", "json").exits(0);
            stage.shell.run("-v", "client", "remove", key).exits(2).says("not shown");
            stage.shell.run("-v", "status", "-p", key).exits(2);
            stage.shell.run("-v", "key", "rotate").exits(0);
            stage.shell.run("-v", "client", "remove", "logger").exits(0);
        }
    }

    @Test
    void anExceptionNobodyExpectedTellsItsTypeAndPlaceAlone() throws Exception {
        try (ShellAndSandbox stage = ShellAndSandbox.tesla(folder)) {
            String secret = stage.sandbox.clientSecret().reveal();
            stage.shell.browser(page -> {
                throw new IllegalStateException(secret, new IllegalArgumentException("because of " + secret));
            });
            stage.login()
                    .exits(1)
                    .printsNothing()
                    .says("unexpected failure (a bug): java.lang.IllegalStateException", "-v");
            stage.login("-v")
                    .exits(1)
                    .says(
                            "java.lang.IllegalStateException",
                            "    at dev.fleetauth.",
                            "java.lang.IllegalArgumentException");
            stage.shell.browser(page -> {
                throw new LinkageError(secret);
            });
            stage.login("-v").exits(1).says("java.lang.LinkageError");
        }
    }

    @Test
    void aServerThatRepeatsSecretsInItsErrorsIsNotRepeated() throws Exception {
        try (ShellAndSandbox stage = ShellAndSandbox.tesla(folder).loggedIn()) {
            String refreshToken = refreshToken(stage);
            stage.sandbox.enqueue(refusal("invalid_request", "The refresh_token " + refreshToken + " is odd."));
            stage.shell.run("-v", "refresh").exits(5).says("invalid_request");
            stage.sandbox.enqueue(refusal(refreshToken, ""));
            stage.shell.run("-v", "refresh").exits(5);
            stage.sandbox.enqueue(Fault.response(503, "text/html", "<title>" + refreshToken + "</title>"));
            stage.shell.run("-v", "refresh").exits(6);
            stage.sandbox.enqueue(Fault.response(200, "application/json", "{\"token\":\"" + refreshToken + "\"}"));
            stage.shell.run("-v", "refresh").exits(6);
            stage.sandbox.enqueue(Fault.response(200, refreshToken, refreshToken));
            stage.shell.run("-v", "refresh").exits(6);
        }
    }

    @Test
    void aStandardProviderThatRepeatsSecretsInItsErrorsIsNotRepeated() throws Exception {
        try (ShellAndSandbox stage = ShellAndSandbox.strict(folder).loggedIn("--scope", "openid offline_access")) {
            String refreshToken = refreshToken(stage);
            String secret = stage.sandbox.clientSecret().reveal();
            stage.sandbox.enqueue(refusal("invalid_client", "'" + secret + "' is not your secret, is it?"));
            stage.shell.run("-v", "refresh").exits(5).says("invalid_client");
            stage.sandbox.enqueue(
                    Endpoint.REVOCATION, refusal("invalid_request", secret + " has no token " + refreshToken));
            stage.shell.run("-v", "revoke").exits(5).says("invalid_request");
        }
    }

    @Test
    void theCodeOfADeviceIsNotTold() throws Exception {
        try (ShellAndSandbox stage = ShellAndSandbox.strict(folder)) {
            stage.shell.variable(
                    "FLEETAUTH_CLIENT_SECRET", stage.sandbox.clientSecret().reveal());
            String repeats = "got '" + stage.sandbox.clientSecret().reveal() + "'";
            stage.sandbox.enqueue(Endpoint.DEVICE_AUTHORIZATION, refusal("invalid_client", repeats));
            stage.shell.run(stage.loginWords("--device", "-v")).exits(5).says("invalid_client");
            stage.sandbox.enqueue(refusal("invalid_grant", repeats));
            stage.shell.run(stage.loginWords("--device", "-v")).exits(4).says("> POST", "device_code");
            assertThat(stage.sandbox.secretsSeen()).hasSizeGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void aTypeOfTokenIsNotRepeated() throws Exception {
        try (ShellAndSandbox stage = ShellAndSandbox.strict(folder).loggedIn()) {
            stage.shell.watch("a-token-in-the-wrong-place");
            stage.sandbox.enqueue(Fault.member("token_type", "\"a-token-in-the-wrong-place\""));
            stage.shell.run("refresh").exits(5).says("its type is not Bearer");
        }
    }

    private static Fault refusal(String error, String description) {
        return Fault.response(
                400, "application/json", "{\"error\":\"" + error + "\",\"error_description\":\"" + description + "\"}");
    }

    private static String refreshToken(ShellAndSandbox stage) {
        Tokens tokens = Objects.requireNonNull(
                Objects.requireNonNull(stage.shell.stored("default")).session().tokens());
        Secret token = Objects.requireNonNull(tokens.refreshToken());
        return token.reveal();
    }

    private Path folder(String name) throws Exception {
        return Files.createDirectory(folder.resolve(name));
    }
}
