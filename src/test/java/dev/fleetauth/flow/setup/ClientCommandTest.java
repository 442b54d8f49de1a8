package dev.fleetauth.flow.setup;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fleetauth.model.ClientKey;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs that {@code serve} gives access to: added, listed and removed. */
@Tag("any-jdk")
class ClientCommandTest {

    @TempDir
    Path folder;

    private ShellAndSandbox fixture;

    @BeforeEach
    void twoProfiles() {
        fixture = ShellAndSandbox.strict(folder).loggedIn().loggedIn("-p", "van");
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    private TestShell.Result run(String... args) {
        return fixture.shell.run(args);
    }

    @Test
    void aKeyIsPrintedOnceAndItsHashKept() throws Exception {
        TestShell.Result added = run("client", "add", "logger").exits(0).says("not shown again");
        String key = added.line();
        assertThat(key).matches("fleetauth_ck_[A-Za-z0-9_-]{43}");
        assertThat(ClientKey.isKey(key)).isTrue();

        run("client", "list").exits(0);
        run("client", "list", "--format", "json").exits(0);
        run("-v", "status").exits(0);
        assertThat(Files.readString(folder.resolve("home/clients.jwe"), StandardCharsets.US_ASCII))
                .doesNotContain("logger");
        assertThat(run("client", "add", "other").exits(0).line()).isNotEqualTo(key);
    }

    @Test
    void theListHasNamesProfilesAndRights() throws Exception {
        run("client", "list").exits(0).printsNothing().says("There is no client yet");
        run("client", "add", "van-logger", "-p", "van", "-p", "default")
                .exits(0)
                .says("for profiles van, default.");
        run("client", "add", "dashboard", "--proxy-only", "--read-only").exits(0);
        run("client", "add", "charger", "--proxy-only", "-p", "van", "-p", "default")
                .exits(0);

        JsonNode list = new ObjectMapper()
                .readTree(run("client", "list", "--format", "json").exits(0).out());
        assertThat(list.findValuesAsText("name")).containsExactly("charger", "dashboard", "van-logger");
        assertThat(list.get(0).get("profiles")).hasSize(2);
        assertThat(list.get(1).get("read_only").asBoolean()).isTrue();
        assertThat(list.get(2).get("proxy_only").asBoolean()).isFalse();
        assertThat(list.get(2).get("created_at_epoch").asLong())
                .isEqualTo(fixture.shell.clock().instant().getEpochSecond());
        assertThat(run("client", "list").exits(0).out())
                .containsSubsequence("dashboard", "GET and HEAD", "van-logger", "profiles", "default, van");
    }

    @Test
    void aRemovedClientIsGone() {
        run("client", "add", "logger").exits(0);
        run("client", "remove", "logger").exits(0).says("is removed");
        run("client", "list").exits(0).printsNothing();
        run("client", "remove", "logger").exits(3).says("client 'logger' does not exist", "client list");
    }

    @Test
    void aNameIsUsedOnlyOnce() {
        run("client", "add", "logger").exits(0);
        run("client", "add", "logger").exits(5).printsNothing().says("client 'logger' already exists");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Logger", "a/b", "../x", "-x", "a b", "\u00e9"})
    void aNameFollowsTheRulesForProfiles(String name) {
        run("client", "add", "--", name).exits(2).printsNothing();
    }

    @Test
    void invalidArgumentsAreRejected() {
        run("client", "add", "logger", "--read-only").exits(2).printsNothing().says("--read-only needs --proxy-only");
        run("client", "add", "logger", "-p", "none").exits(3).printsNothing().says("profile 'none' does not exist");
        run("client").exits(2).says("add, list or remove");
        run("status", "-p", "van", "-p", "default").exits(2).says("only once");
        run("-p", "van", "client", "add", "logger", "-p", "default").exits(2).says("only once");
        String key = run("client", "add", "logger").exits(0).line();
        run("client", "remove", key).exits(2).says("not shown");
    }

    @Test
    void withoutAStoreThereIsNoClient() {
        fixture.shell.variable("FLEETAUTH_HOME", folder.resolve("empty").toString());
        run("client", "list").exits(0).printsNothing();
        run("client", "remove", "logger").exits(3);
        assertThat(folder.resolve("empty")).doesNotExist();
    }

    @Test
    void clientsSurviveChangesOfTheKeyAndStayWithTheirStore() {
        run("client", "add", "logger").exits(0);
        run("key", "rotate").exits(0);
        String file = folder.resolve("other.key").toString();
        run("key", "set", "--key-file", file).exits(0);
        fixture.shell.variable("FLEETAUTH_KEY_FILE", file).allowSecretsIn(Path.of(file));
        assertThat(run("client", "list").exits(0).out()).contains("logger");

        String other = "file:" + folder.resolve("moved");
        run("store", "move", "--to", other).exits(0).says("1 client stays");
        assertThat(run("client", "list").exits(0).out()).contains("logger");
        run("client", "list", "--store", other).exits(0).printsNothing();
    }
}
