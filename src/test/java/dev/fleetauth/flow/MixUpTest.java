package dev.fleetauth.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.sandbox.SandboxOptions;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell.Result;
import dev.fleetauth.testing.TestTerminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hostile provider that uses the login page of an honest one to obtain its code (RFC 9700 4.4). */
@Tag("any-jdk")
class MixUpTest {

    @TempDir
    private Path folder;

    private final MockWebServer hostile = new MockWebServer();
    private final List<String> posts = new CopyOnWriteArrayList<>();
    private String more = "";

    /** The names of two members of the document: a test changes a name to omit the member. */
    private String authorizationMember = "authorization_endpoint";

    private String tokenMember = "token_endpoint";

    private ShellAndSandbox honest;

    @BeforeEach
    void startProviders() throws IOException {
        honest = ShellAndSandbox.of(folder, SandboxOptions.STRICT).ready();
        hostile.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                if (request.getMethod().equals("POST")) {
                    posts.add(request.getBody().utf8());
                    return new MockResponse.Builder().code(400).build();
                }
                return new MockResponse.Builder().body(document()).build();
            }
        });
        hostile.start();
    }

    @AfterEach
    void end() throws IOException {
        hostile.close();
        honest.close();
    }

    private String issuer() {
        HttpUrl url = hostile.url("/");
        return "http://127.0.0.1:" + url.port();
    }

    private String document() {
        return """
                {"issuer": "%1$s", "%4$s": "%2$s/authorize", "%5$s": "%1$s/token", "jwks_uri": "%1$s/jwks"%3$s,
                 "response_types_supported": ["code"], "subject_types_supported": ["public"],
                 "id_token_signing_alg_values_supported": ["RS256"]}""".formatted(issuer(), honest.sandbox.base(), more, authorizationMember, tokenMember);
    }

    private Result login(String... options) {
        List<String> words =
                new ArrayList<>(List.of("login", "--issuer", issuer(), "--client-id", honest.sandbox.clientId()));
        words.addAll(List.of(options));
        return honest.shell.run(words.toArray(String[]::new));
    }

    @Test
    void noBrowserOpensIfTheCodeWouldGoToAnotherOrigin() {
        login().exits(5)
                .says(
                        "the authorization endpoint of " + issuer() + " is at " + honest.sandbox.base(),
                        "but its token endpoint is at " + issuer(),
                        "--endpoint token_endpoint=" + issuer() + "/token");
        assertThat(honest.sandbox.received(Endpoint.AUTHORIZATION)).isEmpty();
        assertThat(posts).isEmpty();
    }

    @Test
    void aMissingAuthorizationEndpointCanBeGiven() {
        authorizationMember = "unknown";
        login().exits(5)
                .says(
                        issuer() + " cannot be used: authorization_endpoint is missing",
                        "use --endpoint authorization_endpoint=URL");
        login("--endpoint", "authorization_endpoint=" + honest.sandbox.base() + "/authorize")
                .exits(5)
                .says("the authorization endpoint of " + issuer() + " is at " + honest.sandbox.base());
    }

    @Test
    void aMissingTokenEndpointCanBeGiven() {
        tokenMember = "unknown";
        login().exits(5)
                .says(issuer() + " cannot be used: token_endpoint is missing", "use --endpoint token_endpoint=URL");
        login("--endpoint", "token_endpoint=" + issuer() + "/token").exits(5).says("the callback names another issuer");
    }

    @Test
    void aTerminalAsksForConfirmationAndTheDefaultIsNo() {
        for (String answer : List.of("", "n")) {
            var terminal = new TestTerminal(answer);
            honest.shell.terminal(terminal);
            login().exits(5);
            assertThat(terminal.prompts().get(0)).contains("You log in at", issuer(), "[y/N]");
        }
        assertThat(posts).isEmpty();
    }

    /**
     * As needed for Google, whose token endpoint is on another host. Here the login then fails because the callback
     * names the honest provider.
     */
    @Test
    void anAnswerOrTheTokenEndpointAsAnOptionConfirms() {
        login("--endpoint", "token_endpoint=" + issuer() + "/token").exits(5).says("the callback names another issuer");

        var terminal = new TestTerminal("y");
        honest.shell.terminal(terminal);
        login().exits(5).says("the callback names another issuer");
        assertThat(honest.sandbox.received(Endpoint.AUTHORIZATION)).isNotEmpty();
        assertThat(posts).isEmpty();
    }

    @Test
    void anotherEndpointAsAnOptionDoesNotConfirm() {
        login("--endpoint", "jwks_uri=" + issuer() + "/jwks").exits(5).says("token_endpoint=");
        login("--endpoint", "authorization_endpoint=" + honest.sandbox.base() + "/authorize")
                .exits(5)
                .says("token_endpoint=");
        assertThat(posts).isEmpty();
    }

    /** The callback of the honest provider would have to name the hostile one as its issuer. */
    @Test
    void aProviderThatPromisesAnIssuerInItsCallbackNeedsNoConfirmation() {
        more = ", \"authorization_response_iss_parameter_supported\": true";
        login().exits(5).says("the callback names another issuer");
        assertThat(posts).isEmpty();
    }

    @Test
    void clientCredentialsNeedNoConfirmation() {
        honest.shell.variable("FLEETAUTH_CLIENT_SECRET", "canary-secret");
        login("--grant", "client-credentials").exits(6);
        assertThat(posts).hasSize(1);
    }
}
