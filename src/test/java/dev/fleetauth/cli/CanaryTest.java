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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No secret leaks into the trace or, when something goes wrong, into a message. {@link TestShell} also checks for leaks
 * after every command of every test.
 */
@Tag("any-jdk")
class CanaryTest {

    @TempDir
    Path folder;

    @Test
    void theTraceHoldsNoSecret() throws Exception {
        for (ShellAndSandbox fixture :
                new ShellAndSandbox[] {ShellAndSandbox.tesla(folder("tesla")), ShellAndSandbox.strict(folder("strict"))
                }) {
            try (fixture) {
                Agent agent = Agent.allowing();
                fixture.shell.browser(agent);
                fixture.login("-v").exits(0).says("> POST", "code_verifier", "< 200");
                String page =
                        agent.lastVisit(Duration.ofSeconds(20)).orElseThrow().page();
                assertThat(fixture.sandbox.secretsSeen()).noneMatch(secret -> page.contains(secret.reveal()));
                fixture.shell.run("-v", "refresh").exits(0).says("> POST", "refresh_token", "< 200");
                fixture.shell
                        .clearDocumentCache()
                        .run("-v", "inspect", "--verify")
                        .exits(0)
                        .says("> GET");
                fixture.shell.run("-v", "inspect", "--verify", "--id-token").exits(0);
                fixture.shell.run("-v", "discover").exits(0);
                fixture.shell.run("-v", "doctor").exits(0);
                fixture.shell.run("-v", "status").exits(0);
                fixture.sandbox.host("no key".getBytes(StandardCharsets.US_ASCII));
                fixture.shell.run(
                        "-v", "register", "--domain", fixture.sandbox.base().getAuthority(), "--check");
                fixture.expire();
                fixture.shell.run("-v", "token").exits(0);
                fixture.sandbox.revokeAll(fixture.sandbox.clientId());
                fixture.shell.run("-v", "refresh").exits(4);
                fixture.shell.run("-v", "revoke");
            }
        }
    }

    @Test
    void theTraceOfAClientWithAKeyHoldsNeitherKeyNorAssertion() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.strict(folder)) {
            ECKey key = new ECKeyGenerator(Curve.P_256).keyID("a-key").generate();
            fixture.sandbox.registerClientKey(new Secret(key.toJSONString()));
            fixture.shell
                    .watch(key.getD().toString())
                    .variable("FLEETAUTH_CLIENT_KEY", key.toJSONString())
                    .browser(Agent.allowing());
            fixture.shell
                    .run(fixture.loginWords("-v", "--scope", "openid offline_access"))
                    .exits(0)
                    .says("> POST", "client_assertion", "< 200");
            fixture.shell.variable("FLEETAUTH_CLIENT_KEY", null);
            fixture.shell.run("-v", "refresh").exits(0).says("client_assertion");
            fixture.shell.run("-v", "status").exits(0);
            fixture.shell.run("-v", "doctor").exits(0);
            fixture.sandbox.registerClientKey(
                    new Secret(new ECKeyGenerator(Curve.P_256).generate().toJSONString()));
            fixture.shell.run("-v", "refresh").exits(5).says("invalid_client");
            fixture.shell.run("-v", "revoke").exits(5).says("invalid_client");
            fixture.shell.browser(page -> {
                throw new IllegalStateException(key.toJSONString());
            });
            fixture.shell.run("login", "-v").exits(1);
        }
    }

    @Test
    void aClientKeyIsShownOnceAndKeptNowhere() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            String key =
                    fixture.shell.run("-v", "client", "add", "logger").exits(0).line();
            fixture.shell.run("-v", "client", "add", "logger").exits(5).printsNothing();
            fixture.shell.run("-v", "client", "list", "--format", "json").exits(0);
            fixture.shell.run("-v", "client", "remove", key).exits(2).says("not shown");
            fixture.shell.run("-v", "status", "-p", key).exits(2);
            fixture.shell.run("-v", "key", "rotate").exits(0);
            fixture.shell.run("-v", "client", "remove", "logger").exits(0);
        }
    }

    @Test
    void anUnexpectedExceptionIsReportedWithoutItsMessage() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder)) {
            String secret = fixture.sandbox.clientSecret().reveal();
            fixture.shell.browser(page -> {
                throw new IllegalStateException(secret, new IllegalArgumentException("because of " + secret));
            });
            fixture.login()
                    .exits(1)
                    .printsNothing()
                    .says("unexpected failure (a bug): java.lang.IllegalStateException", "-v");
            fixture.login("-v")
                    .exits(1)
                    .says(
                            "java.lang.IllegalStateException",
                            "    at dev.fleetauth.",
                            "java.lang.IllegalArgumentException");
            fixture.shell.browser(page -> {
                throw new LinkageError(secret);
            });
            fixture.login("-v").exits(1).says("java.lang.LinkageError");
        }
    }

    @Test
    void secretsInErrorResponsesAreNotPrinted() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            String refreshToken = refreshToken(fixture);
            fixture.sandbox.enqueue(refusal("invalid_request", "The refresh_token " + refreshToken + " is odd."));
            fixture.shell.run("-v", "refresh").exits(5).says("invalid_request");
            fixture.sandbox.enqueue(refusal(refreshToken, ""));
            fixture.shell.run("-v", "refresh").exits(5);
            fixture.sandbox.enqueue(Fault.response(503, "text/html", "<title>" + refreshToken + "</title>"));
            fixture.shell.run("-v", "refresh").exits(6);
            fixture.sandbox.enqueue(Fault.response(200, "application/json", "{\"token\":\"" + refreshToken + "\"}"));
            fixture.shell.run("-v", "refresh").exits(6);
            fixture.sandbox.enqueue(Fault.response(200, refreshToken, refreshToken));
            fixture.shell.run("-v", "refresh").exits(6);
        }
    }

    @Test
    void secretsInErrorResponsesOfAStandardProviderAreNotPrinted() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.strict(folder).loggedIn("--scope", "openid offline_access")) {
            String refreshToken = refreshToken(fixture);
            String secret = fixture.sandbox.clientSecret().reveal();
            fixture.sandbox.enqueue(refusal("invalid_client", "'" + secret + "' is not your secret, is it?"));
            fixture.shell.run("-v", "refresh").exits(5).says("invalid_client");
            fixture.sandbox.enqueue(
                    Endpoint.REVOCATION, refusal("invalid_request", secret + " has no token " + refreshToken));
            fixture.shell.run("-v", "revoke").exits(5).says("invalid_request");
        }
    }

    @Test
    void theDeviceCodeIsNotPrinted() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.strict(folder)) {
            fixture.shell.variable(
                    "FLEETAUTH_CLIENT_SECRET", fixture.sandbox.clientSecret().reveal());
            String repeats = "got '" + fixture.sandbox.clientSecret().reveal() + "'";
            fixture.sandbox.enqueue(Endpoint.DEVICE_AUTHORIZATION, refusal("invalid_client", repeats));
            fixture.shell.run(fixture.loginWords("--device", "-v")).exits(5).says("invalid_client");
            fixture.sandbox.enqueue(refusal("invalid_grant", repeats));
            fixture.shell.run(fixture.loginWords("--device", "-v")).exits(4).says("> POST", "device_code");
            assertThat(fixture.sandbox.secretsSeen()).hasSizeGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void anUnknownTokenTypeIsNotPrinted() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.strict(folder).loggedIn()) {
            fixture.shell.watch("a-token-in-the-wrong-place");
            fixture.sandbox.enqueue(Fault.member("token_type", "\"a-token-in-the-wrong-place\""));
            fixture.shell.run("refresh").exits(5).says("its type is not Bearer");
        }
    }

    private static Fault refusal(String error, String description) {
        return Fault.response(
                400, "application/json", "{\"error\":\"" + error + "\",\"error_description\":\"" + description + "\"}");
    }

    private static String refreshToken(ShellAndSandbox fixture) {
        Tokens tokens = Objects.requireNonNull(Objects.requireNonNull(fixture.shell.stored("default"))
                .session()
                .tokens());
        Secret token = Objects.requireNonNull(tokens.refreshToken());
        return token.reveal();
    }

    private Path folder(String name) throws Exception {
        return Files.createDirectory(folder.resolve(name));
    }
}
