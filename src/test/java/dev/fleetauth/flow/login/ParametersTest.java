package dev.fleetauth.flow.login;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fleetauth.host.Limits;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.testing.Pages;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.ShellWords;
import dev.fleetauth.testing.TestShell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Parameters that a user adds to the authorization request are sent, stored, shown, moved, and checked. */
@SuppressWarnings("NullAway.Init") // Set by begin().
@Tag("any-jdk")
public class ParametersTest {

    @TempDir
    private Path folder;

    private ShellAndSandbox fixture;
    private TestShell shell;

    @BeforeEach
    void begin() {
        fixture = ShellAndSandbox.strict(folder);
        shell = fixture.shell;
        shell.browser(Agent.allowing());
    }

    @AfterEach
    void end() throws IOException {
        fixture.close();
    }

    private Map<String, String> asked() {
        List<Map<String, String>> all = fixture.sandbox.received(Endpoint.AUTHORIZATION).stream()
                .map(request -> request.parameters())
                .filter(parameters -> parameters.containsKey("response_type"))
                .toList();
        return all.get(all.size() - 1);
    }

    private Map<String, String> kept() {
        return Objects.requireNonNull(shell.stored("default"))
                .session()
                .settings()
                .parameters();
    }

    @Test
    void parametersAreSentAtEachLoginUntilReplaced() {
        fixture.login(
                        "--param",
                        "access_type=offline",
                        "--param",
                        "login_hint=ada+b@example.com",
                        "--param",
                        "claims={\"userinfo\":{\"email\":null},\"x\":\"a=b&c d\u00e9\"}")
                .exits(0);
        Map<String, String> first = Map.of(
                "access_type",
                "offline",
                "login_hint",
                "ada+b@example.com",
                "claims",
                "{\"userinfo\":{\"email\":null},\"x\":\"a=b&c d\u00e9\"}");
        assertThat(asked()).containsAllEntriesOf(first).containsEntry("prompt", "consent");
        assertThat(kept()).isEqualTo(first);

        shell.run("login").exits(0);
        assertThat(asked()).containsAllEntriesOf(first);

        shell.run("login", "--param", "acr_values=phr").exits(0);
        assertThat(asked()).containsEntry("acr_values", "phr").doesNotContainKeys("access_type", "login_hint");
        assertThat(kept()).isEqualTo(Map.of("acr_values", "phr"));

        shell.run("login", "--param", "none").exits(0);
        assertThat(asked()).doesNotContainKey("acr_values");
        assertThat(kept()).isEmpty();
    }

    @Test
    void aPromptIsAddedToThatOfFleetauth() {
        fixture.login("--param", "prompt=select_account consent", "--prompt-login")
                .exits(0);
        assertThat(asked()).containsEntry("prompt", "login consent select_account");
        shell.run("login").exits(0);
        assertThat(asked()).containsEntry("prompt", "consent select_account");
    }

    @Test
    void parametersAreShown() throws IOException {
        JsonNode none =
                json(fixture.loggedIn().shell.run("status", "--format", "json")).get(0);
        assertThat(none.path("parameters").isObject()).isTrue();
        assertThat(none.path("parameters")).isEmpty();

        shell.browser(Agent.allowing());
        shell.run("login", "--param", "hd=example.com", "--param", "access_type=offline")
                .exits(0);
        assertThat(shell.run("status", "-p", "default").exits(0).out())
                .containsSubsequence("parameter", "access_type=offline", "parameter", "hd=example.com");
        assertThat(json(shell.run("status", "--format", "json"))
                        .get(0)
                        .path("parameters")
                        .toString())
                .isEqualTo("{\"access_type\":\"offline\",\"hd\":\"example.com\"}");
        assertThat(shell.run("discover").exits(0).out())
                .containsSubsequence("authorization_parameters:", "access_type=offline hd=example.com", "option");
        JsonNode member = json(shell.run("discover", "--format", "json")).path("authorization_parameters");
        assertThat(member.path("values").toString()).isEqualTo("[\"access_type=offline\",\"hd=example.com\"]");
        assertThat(member.path("source").textValue()).isEqualTo("option");
    }

    @Test
    void parametersMoveWithTheProfile(@TempDir Path other) throws IOException {
        fixture.login("--param", "hd=example.com").exits(0);
        Path key = folder.resolve("export.key");
        shell.run("key", "new-file", key.toString()).exits(0);
        shell.allowSecretsIn(key).variable("FLEETAUTH_EXPORT_KEY_FILE", key.toString());
        Path file = folder.resolve("moved");
        Files.writeString(file, shell.run("export").exits(0).out());
        var elsewhere = new TestShell(other).watch(fixture.sandbox);
        elsewhere.variable("FLEETAUTH_EXPORT_KEY_FILE", key.toString());
        elsewhere.run("import", file.toString()).exits(0);
        assertThat(Objects.requireNonNull(elsewhere.stored("default"))
                        .session()
                        .settings()
                        .parameters())
                .isEqualTo(Map.of("hd", "example.com"));
    }

    static Stream<Arguments> hostile() {
        String long500 = "v".repeat(Limits.PARAMETER_VALUE_CHARACTERS);
        String name64 = "n".repeat(Limits.PARAMETER_NAME_CHARACTERS);
        return Stream.of(
                refused("no equals sign", "--param 'access_type' is not valid", "access_type"),
                refused("no name", "--param '=offline' is not valid", "=offline"),
                refused("no value", "--param hd: it has no value", "hd="),
                refused("a blank value", "--param hd: it has no value", "hd= "),
                refused("a blank in the name", "'a b' is not valid", "a b=c"),
                refused("a control character in the name", "is not valid", "a\u0007b=c"),
                refused("a name that ends the parameter", "'a&state' is not valid", "a&state=c"),
                refused("a name that is not ASCII", "is not valid", "h\u00e9=c"),
                refused("a name that is too long", "is not valid", name64 + "n=c"),
                refused("a line end", "--param hd: its value contains a control or invisible character", "hd=a\nb"),
                refused(
                        "a carriage return",
                        "--param hd: its value contains a control or invisible character",
                        "hd=a\r\nX: y"),
                refused("an escape", "--param hd: its value contains a control or invisible character", "hd=\u001b[2J"),
                refused("a delete", "--param hd: its value contains a control or invisible character", "hd=a\u007f"),
                refused(
                        "a C1 control character",
                        "--param hd: its value contains a control or invisible character",
                        "hd=a\u009b1m"),
                refused(
                        "a right-to-left override",
                        "--param hd: its value contains a control or invisible character",
                        "hd=a\u202eb"),
                refused(
                        "a zero-width space",
                        "--param hd: its value contains a control or invisible character",
                        "hd=a\u200bb"),
                refused(
                        "a line separator",
                        "--param hd: its value contains a control or invisible character",
                        "hd=a\u2028b"),
                refused(
                        "a lone surrogate",
                        "--param hd: its value contains a control or invisible character",
                        "hd=a\ud800"),
                refused(
                        "a value that is too long",
                        "--param hd: its value has more than 500 characters",
                        "hd=" + long500 + "v"),
                refused("twice", "--param hd is given twice", "hd=a", "hd=a"),
                refused("twice, in different case", "--param HD is given twice", "hd=a", "HD=b"),
                refused(
                        "too many",
                        "--param is given 17 times; at most 16 are allowed",
                        IntStream.rangeClosed(0, Limits.PARAMETERS)
                                .mapToObj(i -> "p" + i + "=v")
                                .toArray(String[]::new)),
                refused("none with another parameter", "--param 'none' is not valid", "none", "hd=a"),
                refused("prompt=none", "--param prompt=none: the provider could not ask the user", "prompt=none"),
                refused("prompt with none among others", "the provider could not ask the user", "prompt=consent none"),
                refused("login", "use --prompt-login instead", "prompt=login"),
                refused("the state", "--param state: it is part of the protocol", "state=x"),
                refused("the state in different case", "--param STATE: it is part of the protocol", "STATE=x"),
                refused("the nonce", "is part of the protocol", "nonce=x"),
                refused("the challenge", "is part of the protocol", "code_challenge=x"),
                refused("the challenge's method", "is part of the protocol", "code_challenge_method=plain"),
                refused("the verifier", "is part of the protocol", "code_verifier=x"),
                refused("the response type", "is part of the protocol", "response_type=token"),
                refused("the response mode", "is part of the protocol", "response_mode=fragment"),
                refused("a request object", "is part of the protocol", "request=e30.e30."),
                refused("a request's address", "is part of the protocol", "request_uri=https://evil.example"),
                refused("the issuer", "is part of the protocol", "iss=https://evil.example"),
                refused("a code", "is part of the protocol", "code=x"),
                refused("an id token", "is part of the protocol", "id_token_hint=x"),
                refused("an assertion", "is part of the protocol", "client_assertion=x"),
                refused("the grant", "is part of the protocol", "grant_type=password"),
                refused("the client", "use --client-id instead", "client_id=evil"),
                refused("the secret", "use --client-secret-file instead", "client_secret=x"),
                refused("the redirect URI", "use --redirect-uri instead", "redirect_uri=https://evil.example"),
                refused("the scope", "use --scope instead", "scope=all"),
                refused("the audience", "use --audience instead", "audience=x"),
                refused("the resource", "use --resource instead", "resource=https://r.example"),
                refused("the language", "use --locale instead", "ui_locales=de"),
                refused("Tesla's language", "use --locale instead", "locale=de-DE"),
                refused("Tesla's consent", "use --reconsent instead", "prompt_missing_scopes=true"));
    }

    private static Arguments refused(String name, String says, String... parameters) {
        return Arguments.of(name, says, List.of(parameters));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostile")
    void anInvalidParameterIsRejectedBeforeAnyRequest(String name, String says, List<String> parameters) {
        List<String> words = new ArrayList<>();
        parameters.forEach(parameter -> words.addAll(List.of("--param", parameter)));
        shell.browser(TestShell.NO_BROWSER);
        var result = fixture.login(words.toArray(String[]::new)).exits(2).says(says);
        assertThat(result.err()).doesNotContain("\u001b", "\u0007", "\u202e", "\u009b");
        assertThat(fixture.sandbox.received()).isEmpty();
    }

    /** Each line logs in and sends its parameters, as far as that can be tested without these providers. */
    @Test
    void theCommandsForWellKnownProvidersLogIn(@TempDir Path other) throws IOException {
        List<List<String>> lines = ShellWords.commands(
                Pages.commands(Path.of("docs/providers.md"), "Google, Microsoft, Keycloak, Auth0 and Okta")
                        .get(0));
        assertThat(lines).hasSize(5);
        List<Map<String, String>> sent = new ArrayList<>();
        Path secret = Files.writeString(
                other.resolve("secret.txt"), fixture.sandbox.clientSecret().reveal());
        shell.allowSecretsIn(secret);
        for (List<String> line : lines) {
            List<String> words = new ArrayList<>(line.subList(1, line.size()));
            boolean isConfidential = words.contains("--client-secret-file");
            words.set(words.indexOf("--issuer") + 1, fixture.issuer());
            words.set(
                    words.indexOf("ID"),
                    isConfidential ? fixture.sandbox.clientId() : fixture.sandbox.publicClientId());
            words.replaceAll(word -> word.equals("secret.txt")
                    ? secret.toString()
                    : word.startsWith("token_endpoint=") ? "token_endpoint=" + fixture.issuer() + "/token" : word);
            if (words.contains("--redirect-uri")) {
                // Its port may be in use here.
                words.remove(words.indexOf("--redirect-uri") + 1);
                words.remove("--redirect-uri");
            }
            shell.run(words.toArray(String[]::new)).exits(0);
            sent.add(asked());
        }
        assertThat(sent.get(0)).containsEntry("access_type", "offline").containsEntry("prompt", "consent");
        assertThat(sent.get(1)).containsEntry("login_hint", "ada@example.com");
        assertThat(sent.get(2)).containsEntry("kc_idp_hint", "github");
        assertThat(sent.get(3)).containsEntry("organization", "org_1234").containsKey("audience");
        assertThat(sent.get(4)).containsEntry("acr_values", "phr");
    }

    @Test
    void theMaximumNumberAndLengthOfParametersAreSent() {
        List<String> words = new ArrayList<>();
        String value = "v".repeat(Limits.PARAMETER_VALUE_CHARACTERS);
        for (int i = 0; i < Limits.PARAMETERS; i++) {
            words.addAll(List.of("--param", "p".repeat(Limits.PARAMETER_NAME_CHARACTERS - 2) + (10 + i) + "=" + value));
        }
        fixture.login(words.toArray(String[]::new)).exits(0);
        assertThat(asked()).containsEntry("p".repeat(62) + "25", value);
    }

    @Test
    void aGrantWithoutAnAuthorizationRequestTakesNoParameters(@TempDir Path other) throws IOException {
        fixture.login("--grant", "client-credentials", "--param", "hd=a")
                .exits(2)
                .says("--param cannot be used: the grant client_credentials has no authorization request");
        try (ShellAndSandbox tesla = ShellAndSandbox.tesla(other)) {
            tesla.shell
                    .run("login", "--type", "partner", "--issuer", tesla.issuer(), "--param", "hd=a")
                    .exits(2)
                    .says("--param cannot be used: the grant client_credentials has no authorization request");
        }
    }

    private static JsonNode json(TestShell.Result result) throws IOException {
        return new ObjectMapper().readTree(result.exits(0).out());
    }
}
