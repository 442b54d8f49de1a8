package dev.fleetauth.cli.print;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion.VersionFlag;
import dev.fleetauth.model.Scope;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** JSON output conforms to the committed schemas. */
@Tag("any-jdk")
class JsonSchemaTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Path SCHEMAS = Path.of("docs", "schema");

    @TempDir
    Path folder;

    private static List<Path> schemas() throws IOException {
        try (Stream<Path> files = Files.list(SCHEMAS)) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("schemas")
    void everySchemaIsValidAndDescribesEveryMember(Path schema) throws IOException {
        String text = Files.readString(schema);
        JsonSchema meta = JsonSchemaFactory.getInstance(VersionFlag.V202012)
                .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
        assertThat(meta.validate(text, InputFormat.JSON)).isEmpty();
        for (JsonNode properties : MAPPER.readTree(text).findValues("properties")) {
            properties.properties().forEach(member -> {
                boolean isCondition = !member.getValue().has("description")
                        && (member.getValue().has("const") || member.getValue().size() == 1);
                assertThat(isCondition || member.getValue().has("description"))
                        .as("%s is described", member.getKey())
                        .isTrue();
            });
        }
    }

    @Test
    void theTokenSchemaRejectsOtherOutput() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            String json =
                    fixture.shell.run("token", "--format", "json").exits(0).out();
            assertThat(problems("token", json)).isEmpty();
            assertThat(problems("token", json.replace("\"scope\"", "\"scopes\"")))
                    .hasSize(2);
            assertThat(problems("token", json.replace("Bearer", "DPoP"))).isNotEmpty();
            assertThat(problems("token", json.replaceAll("\"expires_at\" : \"[^\"]*\"", "\"expires_at\" : \"soon\"")))
                    .isNotEmpty();
        }
    }

    @Test
    void tokenAndRefreshFitTheirSchema() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            JsonNode token = valid("token", fixture.shell.run("token", "--format", "json"));
            assertThat(names(token))
                    .containsExactly(
                            "profile",
                            "token_type",
                            "access_token",
                            "expires_at",
                            "expires_at_epoch",
                            "scope",
                            "audience");
            assertThat(Instant.parse(token.get("expires_at").asText()).getEpochSecond())
                    .isEqualTo(token.get("expires_at_epoch").asLong())
                    .isEqualTo(fixture.shell.clock().instant().getEpochSecond() + 28_800);
            assertThat(token.get("audience").asText()).isEqualTo(fixture.issuer());
            JsonNode refreshed = valid("token", fixture.shell.run("refresh", "--format", "json"));
            assertThat(names(refreshed)).isEqualTo(names(token));
            assertThat(refreshed.get("access_token")).isNotEqualTo(token.get("access_token"));

            fixture.sandbox.enqueue(Fault.member("expires_in", "")
                    .withMember("access_token", "\"opaque-0123456789\"")
                    .withMember("id_token", ""));
            JsonNode endless = valid("token", fixture.shell.run("refresh", "--format", "json"));
            assertThat(endless.get("expires_at").isNull()).isTrue();
            assertThat(endless.get("expires_at_epoch").isNull()).isTrue();
        }
    }

    @Test
    void clientListFitsItsSchema() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            assertThat(valid("client", fixture.shell.run("client", "list", "--format", "json")))
                    .isEmpty();
            fixture.shell.run("client", "add", "logger").exits(0);
            fixture.shell
                    .run("client", "add", "reader", "--proxy-only", "--read-only")
                    .exits(0);
            assertThat(valid("client", fixture.shell.run("client", "list", "--format", "json")))
                    .hasSize(2);
        }
    }

    @Test
    void inspectFitsItsSchema() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            JsonNode token = valid("inspect", fixture.shell.run("inspect", "--format", "json"));
            assertThat(token.get("kind").asText()).isEqualTo("third-party");
            assertThat(token.get("verified").asBoolean()).isFalse();
            assertThat(token.get("claims").get("azp").asText()).isEqualTo(fixture.sandbox.clientId());
            assertThat(token.get("scope").toString()).contains("vehicle_cmds");
            JsonNode verified = valid("inspect", fixture.shell.run("inspect", "--verify", "--format", "json"));
            assertThat(verified.get("verified").asBoolean()).isTrue();
            valid("inspect", fixture.shell.run("inspect", "--id-token", "--format", "json"));
            fixture.shell.watch("an-opaque-token-of-elsewhere");
            JsonNode opaque = valid(
                    "inspect",
                    fixture.shell.runWithInput("an-opaque-token-of-elsewhere\n", "inspect", "-", "--format", "json"));
            assertThat(opaque.get("kind").asText()).isEqualTo("opaque");
            fixture.shell.runWithInput("two words", "inspect", "-").exits(2).printsNothing();
            fixture.shell
                    .runWithInput("an-opaque-token-of-elsewhere", "inspect", "-", "--verify")
                    .exits(5)
                    .printsNothing();
        }
    }

    @Test
    void doctorFitsItsSchema() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            assertThat(valid("doctor", fixture.shell.run("doctor", "--format", "json")))
                    .extracting(finding -> finding.get("check").asText())
                    .contains("java", "provider");
            fixture.shell.variable("FLEETAUTH_KEY_FILE", null);
            parse(
                    "doctor",
                    fixture.shell.run("doctor", "--format", "json").exits(7).out());
        }
    }

    @Test
    void statusFitsItsSchema() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder)) {
            assertThat(valid("status", fixture.shell.run("status", "--format", "json")))
                    .isEmpty();
            fixture.shell.browser(Agent.allowingAllBut(new Scope(List.of("energy_cmds"))));
            fixture.login().exits(0);
            fixture.login("-p", "two").exits(0);
            fixture.shell.run("logout", "-p", "two").exits(0);
            Result both = fixture.shell.run("status", "--format", "json").exits(4);
            JsonNode status = parse("status", both.out());
            assertThat(names(status.get(0)))
                    .containsExactly(
                            "profile",
                            "type",
                            "issuer",
                            "client_id",
                            "client_authentication",
                            "region",
                            "parameters",
                            "added_trust",
                            "state",
                            "account",
                            "access_token_expires_at",
                            "access_token_expires_at_epoch",
                            "refresh_token_expires_at",
                            "refresh_token_expires_at_epoch",
                            "refresh_token_refused",
                            "login_needed_by",
                            "login_needed_by_epoch",
                            "moved_at",
                            "moved_at_epoch",
                            "publish_pending",
                            "scope_requested",
                            "scope_granted",
                            "scope_missing",
                            "store");
            assertThat(status.get(0).get("state").asText()).isEqualTo("valid");
            assertThat(status.get(0).get("scope_missing").toString()).isEqualTo("[\"energy_cmds\"]");
            assertThat(Path.of(status.get(0).get("store").asText())).isRegularFile();
            assertThat(status.get(1).get("state").asText()).isEqualTo("login-required");
            assertThat(status.get(1).get("access_token_expires_at").isNull()).isTrue();
            fixture.shell
                    .run(
                            "export",
                            "--export-key-file",
                            folder.resolve("test.key").toString())
                    .exits(0);
            JsonNode moved = valid("status", fixture.shell.run("status", "-p", "default", "--format", "json"));
            assertThat(moved.get(0).get("state").asText()).isEqualTo("moved");
            assertThat(moved.get(0).get("moved_at_epoch").asLong())
                    .isEqualTo(fixture.shell.clock().instant().getEpochSecond());
            fixture.shell.run("export", "--undo").exits(0);
            fixture.expire();
            JsonNode one = valid("status", fixture.shell.run("status", "-p", "default", "--format", "json"));
            assertThat(one).hasSize(1);
            assertThat(one.get(0).get("state").asText()).isEqualTo("refreshable");
            fixture.shell.clock().advance(Duration.ofDays(90));
            assertThat(parse(
                                    "status",
                                    fixture.shell
                                            .run("status", "-p", "default", "--format", "json")
                                            .exits(4)
                                            .out())
                            .get(0)
                            .get("state")
                            .asText())
                    .isEqualTo("login-required");
        }
    }

    @Test
    void discoverFitsItsSchema() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            JsonNode tesla = valid("discover", fixture.shell.run("discover", "--format", "json"));
            assertThat(tesla.get("token_endpoint").get("source").asText()).isEqualTo("correction");
            assertThat(tesla.get("token_endpoint").get("document_says").get(0).asText())
                    .isEqualTo(fixture.issuer() + "/oauth2/v3/token");
            assertThat(tesla.get("issuer").get("source").asText()).isEqualTo("document");
            assertThat(tesla.get("redirect_uri").get("source").asText()).isEqualTo("option");
        }
    }

    @Test
    void discoverOfAStandardProviderFitsItsSchema() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.strict(folder)) {
            JsonNode standard =
                    valid("discover", fixture.shell.run("discover", "--issuer", fixture.issuer(), "--format", "json"));
            standard.properties()
                    .forEach(member ->
                            assertThat(member.getValue().get("source").asText()).isEqualTo("document"));
        }
    }

    @Test
    void registerFitsItsSchema() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            String domain = fixture.sandbox.base().getAuthority();
            String keys = folder.resolve("keys").toString();
            fixture.shell.allowSecretsIn(folder.resolve("keys/private-key.pem"));
            String[] words = {"register", "--domain", domain, "--new-key", keys, "--format", "json"};
            JsonNode missing =
                    parse("register", fixture.shell.run(words).exits(4).out());
            assertThat(missing.get("in_order").asBoolean()).isFalse();
            assertThat(missing.get("checks").findValuesAsText("verdict")).containsExactly("ok", "bad");
            fixture.sandbox.host(Files.readAllBytes(folder.resolve("keys/public-key.pem")));
            JsonNode registered = valid("register", fixture.shell.run(words));
            assertThat(names(registered))
                    .containsExactly("domain", "client_id", "key_address", "pairing_address", "in_order", "checks");
            assertThat(registered.get("in_order").asBoolean()).isTrue();
            assertThat(registered.get("checks").findValuesAsText("check"))
                    .containsExactly("key", "hosted-key", "token", "na", "pairing");
            JsonNode check =
                    valid("register", fixture.shell.run("register", "--domain", domain, "--check", "--format", "json"));
            assertThat(check.get("checks").findValuesAsText("check")).containsExactly("key", "hosted-key", "na");
        }
    }

    @Test
    void keyShowFitsItsSchema() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.strict(folder)) {
            assertThat(valid("key", fixture.shell.run("key", "show", "--format", "json"))
                            .get("kind")
                            .isNull())
                    .isTrue();
            fixture.loggedIn();
            JsonNode key = valid("key", fixture.shell.run("key", "show", "--format", "json"));
            assertThat(key.get("kind").asText()).isEqualTo("key");
            assertThat(key.get("key_id").asText()).isNotEmpty();
            assertThat(key.get("keys").asInt()).isEqualTo(1);
            assertThat(Path.of(key.get("file").asText())).isRegularFile();
        }
    }

    @Test
    void regionFitsItsSchema() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            fixture.sandbox.setHomeRegion("eu");
            JsonNode region = valid("region", fixture.shell.run("region", "--detect", "--format", "json"));
            assertThat(names(region)).containsExactly("profile", "region", "audience", "hints", "command");
            assertThat(region.get("region").asText()).isEqualTo("na");
            assertThat(region.get("audience").asText()).isEqualTo(fixture.issuer());
            assertThat(region.get("hints").findValuesAsText("source"))
                    .containsExactly("refresh_token", "access_token", "fleet_api");
            assertThat(region.get("hints").findValuesAsText("agrees")).containsExactly("true", "true", "false");
            assertThat(region.get("command").asText()).isEqualTo("fleetauth region -p default eu");
            fixture.sandbox.setHomeRegion("na");
            JsonNode plain = valid("region", fixture.shell.run("region", "--format", "json"));
            assertThat(plain.get("hints")).hasSize(2);
            assertThat(plain.get("command").isNull()).isTrue();
        }
    }

    @Test
    void explainFitsItsSchema() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            JsonNode all = valid("explain", fixture.shell.run("explain", "--format", "json"));
            assertThat(all.get("facts")).isEmpty();
            assertThat(all.get("errors")).hasSizeGreaterThan(50);
            String answer = "HTTP/1.1 421 \n\n{\"response\":null,\"txid\":\"92e8f39a5fc4c89c2794f3aa8fc42152\","
                    + "\"error\":\"user out of region, use base URL: https://fleet-api.prd.eu.vn.cloud.tesla.com\"}";
            JsonNode region = valid("explain", fixture.shell.runWithInput(answer, "explain", "-", "--format", "json"));
            assertThat(names(region.get("facts"))).containsExactly("status", "said", "reference", "base_url", "region");
            JsonNode scopes = valid(
                    "explain", fixture.shell.run("explain", "insufficient_scope", "-p", "default", "--format", "json"));
            assertThat(names(scopes.get("facts"))).containsExactly("scope_requested", "scope_granted", "scope_missing");
            assertThat(scopes.get("errors").get(0).get("exit_code").asInt()).isEqualTo(4);
            JsonNode none = valid(
                    "explain",
                    fixture.shell.runWithInput("?code=0123456789&state=x", "explain", "-", "--format", "json"));
            assertThat(none.get("errors")).isEmpty();
        }
    }

    private static JsonNode valid(String schema, Result result) throws IOException {
        return parse(schema, result.exits(0).out());
    }

    private static JsonNode parse(String schema, String json) throws IOException {
        assertThat(problems(schema, json)).as(json).isEmpty();
        return MAPPER.readTree(json);
    }

    private static List<String> problems(String schema, String json) throws IOException {
        return JsonSchemaFactory.getInstance(VersionFlag.V202012)
                .getSchema(Files.readString(SCHEMAS.resolve(schema + ".schema.json")))
                .validate(
                        json,
                        InputFormat.JSON,
                        context -> context.getExecutionConfig().setFormatAssertionsEnabled(true))
                .stream()
                .map(Object::toString)
                .toList();
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
