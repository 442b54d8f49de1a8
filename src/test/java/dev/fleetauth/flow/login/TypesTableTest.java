package dev.fleetauth.flow.login;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fleetauth.model.Settings;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.SandboxRequest;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.tesla.TeslaScope;
import dev.fleetauth.tesla.TokenKind;
import dev.fleetauth.tesla.TokenType;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestShell.Result;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** For each token type, a login and a renewal send exactly the parameters that Tesla expects. */
@Tag("any-jdk")
class TypesTableTest {

    private static final Pattern ADDRESS = Pattern.compile("http://\\S+/oauth2/v3/authorize\\?\\S+");

    /**
     * The expectations for a token type.
     *
     * @param id the value of {@code --type}
     * @param warning a warning about the type in the output of its login; empty for none
     * @param login the parameters of the first request to the token endpoint, without the grant type
     * @param grant the grant type of the renewal
     * @param renewal the other parameters of the renewal
     * @param redirectUri the default redirect URI; empty for a type without a browser
     */
    record Row(String id, String warning, Set<String> login, String grant, Set<String> renewal, String redirectUri) {
        @Override
        public String toString() {
            return id;
        }
    }

    private static final String FIXED = "http://localhost:8484/callback";
    private static final Set<String> CREDENTIALS = Set.of("client_id", "client_secret", "audience", "scope");
    private static final Set<String> BUSINESS = Set.of("client_id", "client_secret", "audience", "scope", "auth_code");

    static final List<Row> TYPES = List.of(
            new Row(
                    "third-party",
                    "",
                    Set.of("client_id", "client_secret", "code", "redirect_uri", "audience", "code_verifier"),
                    "refresh_token",
                    Set.of("client_id", "refresh_token"),
                    FIXED),
            new Row("partner", "", CREDENTIALS, "client_credentials", CREDENTIALS, ""),
            new Row("business", "", BUSINESS, "client_credentials", BUSINESS, ""),
            new Row(
                    "open-source",
                    "closed the type open-source to new applications in 12/2024",
                    Set.of("client_id", "code", "redirect_uri", "audience", "code_verifier"),
                    "refresh_token",
                    Set.of("client_id", "refresh_token"),
                    FIXED),
            new Row(
                    "owner",
                    "has refused owner tokens from most programs",
                    Set.of("client_id", "code", "redirect_uri", "code_verifier"),
                    "refresh_token",
                    Set.of("client_id", "refresh_token", "scope"),
                    "tesla://auth/callback"));

    @TempDir
    Path folder;

    private ShellAndSandbox fixture;
    private TestShell shell;

    @BeforeEach
    void start() {
        fixture = ShellAndSandbox.tesla(folder);
        shell = fixture.shell;
    }

    @AfterEach
    void end() throws IOException {
        fixture.close();
    }

    @Test
    void theTableHasEveryType() {
        assertThat(TYPES)
                .extracting(Row::id)
                .containsExactlyElementsOf(
                        TokenType.ALL.stream().map(TokenType::id).toList());
        List<String> help = shell.run("login", "--help").exits(0).out().lines().toList();
        for (TokenType type : TokenType.ALL) {
            assertThat(help)
                    .as("a line for each type")
                    .anyMatch(line ->
                            line.matches("  " + type.id() + " +" + Pattern.quote(type.use()) + "( \\(default\\))?"));
        }
    }

    @ParameterizedTest
    @FieldSource("TYPES")
    void aLoginAndARenewalSendTheParametersOfTheType(Row row) throws Exception {
        Result login = login(row);
        assertThat(login.err())
                .contains(row.warning(), "Granted, as requested: ")
                .doesNotContain("\u2717");
        Settings settings =
                Objects.requireNonNull(shell.stored("default")).session().settings();
        assertThat(settings.type()).isEqualTo(row.id());
        TokenType type = TokenType.of(row.id()).orElseThrow();
        assertThat(settings.scope()).isEqualTo(type.defaultScope());
        assertThat(String.valueOf(type.redirectUri()))
                .isEqualTo(row.redirectUri().isEmpty() ? "null" : row.redirectUri());
        Endpoint endpoint = row.id().equals("owner") ? Endpoint.THROTTLED_TOKEN : Endpoint.TOKEN;
        SandboxRequest first = fixture.sandbox.received(endpoint).get(0);
        assertSent(first, row.redirectUri().isEmpty() ? "client_credentials" : "authorization_code", row.login());

        fixture.expire();
        fixture.token("--no-input");
        List<SandboxRequest> all = fixture.sandbox.received(endpoint);
        assertThat(all).hasSize(2);
        assertSent(all.get(1), row.grant(), row.renewal());
        assertThat(fixture.sandbox.received(Endpoint.TOKEN).size()
                        + fixture.sandbox.received(Endpoint.THROTTLED_TOKEN).size())
                .isEqualTo(2);
        if (row.renewal().contains("scope")) {
            assertThat(all.get(1).parameters().get("scope"))
                    .isEqualTo(type.defaultScope().toString());
        }
        assertVerified(row, "inspect", "--verify");
        if (!row.redirectUri().isEmpty()) {
            assertAsked(row, type);
            assertVerified(row, "inspect", "--id-token", "--verify");
        }
    }

    /** Verifies a token, and checks that the keys are those of its type: the mobile app has its own. */
    private void assertVerified(Row row, String... words) {
        String keys = "/oauth2/v3/discovery/" + (row.id().equals("owner") ? "keys" : "thirdparty/keys");
        assertThat(shell.run(words).exits(0).out())
                .contains(
                        words.length > 2
                                ? "an id token"
                                : TokenKind.of(TokenType.of(row.id()).orElseThrow())
                                        .orElseThrow()
                                        .description())
                .contains("issuer " + fixture.issuer() + "/oauth2/v3/nts")
                .contains("keys of " + fixture.issuer() + keys + "\n");
    }

    private static void assertSent(SandboxRequest post, String grant, Set<String> names) {
        List<String> all = new ArrayList<>(names);
        all.add("grant_type");
        assertThat(post.authorizationScheme()).isEmpty();
        assertThat(post.parameters()).containsOnlyKeys(all).containsEntry("grant_type", grant);
    }

    private void assertAsked(Row row, TokenType type) {
        Map<String, String> asked =
                fixture.sandbox.received(Endpoint.AUTHORIZATION).get(0).parameters();
        assertThat(asked)
                .containsKeys("response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge")
                .containsEntry("client_id", row.id().equals("owner") ? "ownerapi" : client(row))
                .doesNotContainKeys("prompt", "locale", "prompt_missing_scopes", "require_requested_scopes");
        assertThat(asked.containsKey("audience")).isEqualTo(type.hasAudience());
        if (row.id().equals("owner")) {
            assertThat(asked).containsEntry("redirect_uri", "tesla://auth/callback");
        }
    }

    private String client(Row row) {
        return row.id().equals("open-source") ? fixture.sandbox.publicClientId() : fixture.sandbox.clientId();
    }

    /** Logs in without options for which the type has a default, except for a redirect URI with a free port. */
    private Result login(Row row) throws Exception {
        List<String> words = new ArrayList<>(List.of("login", "--type", row.id(), "--issuer", fixture.issuer()));
        // A user may have set these for other profiles: types that do not use them must ignore them.
        shell.variable("FLEETAUTH_CLIENT_ID", client(row));
        shell.variable("FLEETAUTH_CLIENT_SECRET", fixture.sandbox.clientSecret().reveal());
        if (row.redirectUri().equals(FIXED)) {
            words.addAll(List.of("--redirect-uri", fixture.redirectUri));
        }
        if (row.id().equals("business")) {
            Path code = Files.writeString(
                    folder.resolve("auth-code"), fixture.sandbox.authCode().reveal() + "\n");
            shell.allowSecretsIn(code);
            words.addAll(List.of("--auth-code-file", code.toString()));
        }
        if (!row.id().equals("owner")) {
            return shell.browser(row.redirectUri().isEmpty() ? TestShell.NO_BROWSER : Agent.allowing())
                    .run(words.toArray(String[]::new))
                    .exits(0);
        }
        var typing = new PipedOutputStream();
        var login = shell.start(new PipedInputStream(typing), words.toArray(String[]::new));
        URI end = Agent.allowing().visit(URI.create(login.awaitLine(ADDRESS))).address();
        typing.write((end + "\n").getBytes(StandardCharsets.UTF_8));
        return login.end().exits(0).says("which it cannot open");
    }

    /** A second login uses the stored auth code, and a wrong one does not replace it. */
    @Test
    void theAuthCodeIsKeptAndAWrongOneDoesNotReplaceIt() throws Exception {
        login(TYPES.get(2));
        shell.run("login").exits(0);
        fixture.expire();
        fixture.sandbox.enqueue(Fault.response(400, "application/json", "{\"error\":\"invalid_auth_code\"}"));
        shell.run("token")
                .exits(4)
                .says(
                        "needs a login: Tesla rejected its auth code (invalid_auth_code)\n",
                        "run 'fleetauth login -p default --auth-code-file FILE' with a new code from Consent Management");
        Path wrong = Files.writeString(folder.resolve("wrong"), "NA_another-code");
        shell.allowSecretsIn(wrong);
        shell.run("login", "--auth-code-file", wrong.toString()).exits(4).says("invalid_auth_code");
        fixture.token();
        shell.run("login", "-p", "two", "--type", "business", "--issuer", fixture.issuer())
                .exits(3)
                .says("auth code from Consent Management is not set", "--auth-code-file");
    }

    @Test
    void aThirdPartyTokenHasItsClaims() throws Exception {
        login(TYPES.get(0));
        JsonNode token = new ObjectMapper()
                .readTree(shell.run("inspect", "--format", "json").exits(0).out());
        assertThat(token.get("header").properties())
                .extracting(Map.Entry::getKey)
                .contains("alg", "typ", "kid");
        for (String claim : List.of(
                "iss",
                "azp",
                "sub",
                "aud",
                "scp",
                "amr",
                "exp",
                "iat",
                "ou_code",
                "locale",
                "account_type",
                "open_source",
                "account_id",
                "auth_time",
                "nonce")) {
            assertThat(token.get("claims").has(claim)).as(claim).isTrue();
        }
        JsonNode idToken = new ObjectMapper()
                .readTree(shell.run("inspect", "--id-token", "--format", "json")
                        .exits(0)
                        .out());
        assertThat(idToken.get("claims").get("aud").asText()).isEqualTo(fixture.sandbox.clientId());
    }

    static Stream<TeslaScope> scopes() {
        return TeslaScope.ALL.stream();
    }

    /** The scopes that {@code --scope all} requests for each token type. */
    @Test
    void scopeAllRequestsTheScopesOfTheType() {
        assertThat(TeslaScope.allFor(TokenType.THIRD_PARTY).values())
                .containsExactly(
                        "openid",
                        "offline_access",
                        "user_data",
                        "vehicle_device_data",
                        "vehicle_location",
                        "vehicle_cmds",
                        "vehicle_charging_cmds",
                        "energy_device_data",
                        "energy_cmds")
                .isEqualTo(TeslaScope.allFor(TokenType.OPEN_SOURCE).values());
        assertThat(TeslaScope.allFor(TokenType.PARTNER).values())
                .contains("vehicle_specs", "vehicle_pricing_info")
                .doesNotContain("offline_access", "enterprise_management");
        assertThat(TeslaScope.allFor(TokenType.BUSINESS).values()).contains("enterprise_management");
        assertThat(TeslaScope.allFor(TokenType.OWNER).values()).containsExactly("openid", "offline_access", "email");
    }

    @ParameterizedTest
    @MethodSource("scopes")
    void aScopeIsGrantedOrRejected(TeslaScope scope) {
        shell.variable("FLEETAUTH_CLIENT_SECRET", fixture.sandbox.clientSecret().reveal());
        shell.browser(Agent.allowing());
        Result login = shell.run(fixture.loginWords("--scope", "user_data " + scope.name()));
        if (scope.isPartnerOnly()) {
            login.exits(2).says("--scope " + scope.name(), "partner tokens", "hint: omit it, or use --type partner");
            assertThat(fixture.sandbox.received()).isEmpty();
        } else if (scope.types().contains(TokenType.THIRD_PARTY)) {
            login.exits(0).says("Granted, as requested: ", scope.name());
            assertThat(login.err().contains("Without the scope offline_access"))
                    .isEqualTo(!scope.name().equals("offline_access"));
        } else {
            // Not rejected by fleetauth: the server decides, and the sandbox rejects it.
            login.exits(5).says("Tesla documents the scope " + scope.name() + " only for --type", "invalid_scope");
        }
    }
}
