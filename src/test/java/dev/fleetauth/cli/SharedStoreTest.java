package dev.fleetauth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.fleetauth.host.Environment;
import dev.fleetauth.host.Limits;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Settings;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.FreePort;
import dev.fleetauth.sandbox.Sandbox;
import dev.fleetauth.sandbox.SandboxOptions;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.database.Postgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands of two machines on profiles in a database. Each machine has its own home, and both have the key. */
@Tag("any-jdk")
class SharedStoreTest {

    @TempDir
    private Path folder;

    private String address;
    private Sandbox sandbox;
    private TestShell laptop;
    private TestShell runner;

    @BeforeEach
    void twoMachines() throws IOException {
        address = Postgres.emptied();
        laptop = new TestShell(Files.createDirectory(folder.resolve("laptop")));
        sandbox = Sandbox.start(SandboxOptions.STRICT, laptop.clock(), laptop.random());
        laptop.watch(sandbox)
                .variable("FLEETAUTH_CLIENT_SECRET", sandbox.clientSecret().reveal());
        laptop.browser(Agent.allowing());
        runner = new TestShell(Files.createDirectory(folder.resolve("runner")));
        runner.variable("FLEETAUTH_KEY_FILE", laptop.variables().get("FLEETAUTH_KEY_FILE"));
        runner.variable("FLEETAUTH_STORE", address);
    }

    @AfterEach
    void end() throws IOException {
        sandbox.close();
    }

    private void share() {
        laptop.variable("FLEETAUTH_STORE", address);
        laptop.run("store", "init").exits(0);
    }

    private void login() {
        laptop.run("login", "--issuer", sandbox.base().toString(), "--client-id", sandbox.clientId())
                .exits(0);
    }

    private int refreshes() {
        return (int) sandbox.received(Endpoint.TOKEN).stream()
                .filter(post -> "refresh_token".equals(post.parameters().get("grant_type")))
                .count();
    }

    private void later() {
        laptop.clock().advance(Duration.ofHours(9));
        runner.clock().advance(Duration.ofHours(9));
    }

    /** Simulates a refresh that got no response, and was killed before it ended its turn. */
    private void killRefresh() {
        sandbox.enqueue(Fault.reset());
        laptop.run("refresh", "--no-input").exits(6);
        Postgres.execute(
                address,
                "UPDATE fleetauth SET turn = sealed, changed = now() - interval '30 seconds' WHERE name = 'profile/default'");
        later();
    }

    @Test
    void aLoginOnOneMachineIsUsedByTheOther() {
        share();
        TestShell.Result made = laptop.run("store", "init").exits(0);
        assertThat(made.out().lines())
                .containsExactly(
                        "GRANT SELECT, INSERT, UPDATE ON public.fleetauth TO \"ROLE\";",
                        "REVOKE CREATE ON SCHEMA public FROM PUBLIC;");
        runner.run("token", "--no-input").exits(3);
        login();
        later();

        String token = runner.run("token", "--no-input").exits(0).line();

        assertThat(laptop.run("token", "--no-input").exits(0).line()).isEqualTo(token);
        assertThat(refreshes()).isEqualTo(1);
        assertThat(runner.run("status", "--format", "json").exits(0).out())
                .containsPattern("\"store\" ?: ?\"postgresql://localhost:");
        assertThat(runner.run("key", "show").exits(0).out()).contains("#keys");
        assertThat(Files.exists(laptop.home().resolve("profiles"))).isFalse();
    }

    @Test
    void aLoginOnAnotherDeviceAndItsSettingsAreShared() throws Exception {
        share();
        laptop.run(
                        "login",
                        "--issuer",
                        sandbox.base().toString(),
                        "--client-id",
                        sandbox.clientId(),
                        "--param",
                        "hd=example.com")
                .exits(0);
        var login = laptop.start("login", "--device");
        Agent.allowing().visit(URI.create(login.awaitLine(Pattern.compile("http://\\S+/device\\?user_code=\\S+"))));
        login.end().exits(0);
        String token = runner.run("token", "--no-input").exits(0).line();
        assertThat(laptop.run("token", "--no-input").exits(0).line()).isEqualTo(token);
        Settings settings =
                Objects.requireNonNull(runner.stored("default")).session().settings();
        assertThat(settings.parameters()).isEqualTo(Map.of("hd", "example.com"));
        assertThat(settings.endpoints().deviceAuthorization())
                .isEqualTo(sandbox.base().resolve("/device_authorization"));
    }

    /** The runner needs no file with the client's key: the key is in the store. */
    @Test
    void aClientKeyIsSharedLikeASecret() throws Exception {
        share();
        String key = new ECKeyGenerator(Curve.P_256).keyID("a-key").generate().toJSONString();
        sandbox.registerClientKey(new Secret(key));
        laptop.variable("FLEETAUTH_CLIENT_SECRET", null).variable("FLEETAUTH_CLIENT_KEY", key);
        login();
        later();

        runner.run("token", "--no-input").exits(0);
        assertThat(runner.run("status").exits(0).out()).contains("private_key_jwt with ES256, key id a-key");
        runner.run("revoke").exits(0);
        assertThat(sandbox.received(Endpoint.TOKEN))
                .hasSize(2)
                .allMatch(post -> post.parameters().containsKey("client_assertion"));
    }

    /** A profile that one machine exported is not published by the other. */
    @Test
    void anExportedProfileIsPublishedByNoMachine() throws IOException {
        share();
        login();
        runner.variable("PATH", System.getenv("PATH"));
        laptop.variable("PATH", System.getenv("PATH"));
        Path key = Path.of(String.valueOf(laptop.variables().get("FLEETAUTH_KEY_FILE")));
        Path secret = folder.resolve("secret");
        laptop.run("refresh", "--no-input", "--export-key-file", key.toString(), "--after-refresh", "false")
                .exits(6);
        laptop.run("export", "--no-input", "--export-key-file", key.toString()).exits(0);
        later();

        runner.run(
                        "token",
                        "--no-input",
                        "--export-key-file",
                        key.toString(),
                        "--after-refresh",
                        "cat >'" + secret + "'")
                .exits(3)
                .says("was moved from");

        assertThat(secret).doesNotExist();
        assertThat(refreshes()).isEqualTo(1);
    }

    /** PostgreSQL first searches the schema with the role's name, so two roles could use two tables. */
    @Test
    void everyRoleUsesTheSameTable() {
        Postgres.execute(address, "CREATE SCHEMA postgres");
        try {
            share();
            login();
            assertThat(Postgres.text(
                            address, "SELECT string_agg(schemaname, ' ') FROM pg_tables WHERE tablename = 'fleetauth'"))
                    .isEqualTo("public");
        } finally {
            Postgres.execute(address, "DROP SCHEMA postgres CASCADE");
        }
    }

    @Test
    void theDatabaseShowsNeitherSecretsNorTheHostName() {
        share();
        login();
        sandbox.enqueue(Fault.reset());
        laptop.run("refresh", "--no-input").exits(6);

        String all = Postgres.text(address, "SELECT string_agg(f::text, E'\\n') FROM fleetauth f");

        assertThat(all).contains("profile/default").contains("keys");
        for (Secret secret : sandbox.secretsSeen()) {
            assertThat(all).doesNotContain(secret.reveal());
        }
        assertThat(all).doesNotContain(Environment.ofThisProcess().host() + "\"");
    }

    @Test
    void aResponseThatMayBeOnAnotherMachineIsRequestedAgainOnlyWithTakeOver() {
        share();
        login();
        killRefresh();

        runner.run("token", "--no-input").exits(6).says("the response to a refresh of profile", "--take-over");
        assertThat(refreshes()).isEqualTo(1);

        runner.run("refresh", "--no-input", "--take-over").exits(0);
        assertThat(refreshes()).isEqualTo(2);
    }

    /** Revoking or exporting a session says nothing about where the response is. */
    @Test
    void revokeAndExportDoNotHideAResponseThatMayBeOnAnotherMachine() {
        share();
        login();
        killRefresh();

        sandbox.enqueue(Endpoint.REVOCATION, Fault.reset());
        runner.run("revoke", "--no-input").exits(6);
        runner.run("export", "--export-passphrase-file", passphrase())
                .exits(6)
                .says("the response to a refresh of profile");

        runner.run("token", "--no-input").exits(6).says("the response to a refresh of profile", "was not saved here");
        assertThat(refreshes()).isEqualTo(1);
    }

    private String passphrase() {
        try {
            return Files.writeString(folder.resolve("passphrase"), "correct horse battery staple")
                    .toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void nothingIsSentIfTheAttemptCannotBeSaved() {
        share();
        login();
        later();
        limitRetries(runner);
        Postgres.execute(address, "ALTER DATABASE " + name() + " SET default_transaction_read_only = on");
        try {
            runner.run("token", "--no-input").exits(6).says("is temporarily unavailable", "25006");
        } finally {
            Postgres.execute(
                    address,
                    "BEGIN; SET TRANSACTION READ WRITE; ALTER DATABASE " + name()
                            + " RESET default_transaction_read_only; COMMIT");
        }
        assertThat(refreshes()).isZero();
        runner.run("token", "--no-input").exits(0);
    }

    /** Limits the time for which temporary failures are retried. */
    private static void limitRetries(TestShell shell) {
        shell.limits(new Limits(Duration.ofMillis(500), Duration.ofSeconds(20)));
    }

    private String name() {
        return address.substring(address.lastIndexOf('/') + 1);
    }

    @Test
    void aProfileMovesToADatabaseAndBack() {
        login();
        laptop.run("store", "init").exits(2).says("store init cannot be used", "hint: to use a database");
        laptop.run("store", "init", "--store", address).exits(0);
        laptop.run("store", "move", "--to", address).exits(0).says("is now in postgresql://");

        laptop.run("token", "--no-input").exits(3).says("profile 'default' was moved to postgresql://", "--store");
        laptop.run("key", "rotate").exits(0);
        laptop.run("status", "-p", "default").exits(3).says("was moved to postgresql://");
        laptop.run("status").exits(0).says("There is no profile yet");
        String token = runner.run("token", "--no-input").exits(0).line();
        laptop.run("store", "move", "-p", "default", "--to", "file:", "--store", address)
                .exits(0);

        runner.run("token", "--no-input").exits(3).says("was moved to " + laptop.home());
        assertThat(laptop.run("token", "--no-input").exits(0).line()).isEqualTo(token);
        laptop.run("store", "move", "--to", address).exits(0);
        runner.run("token", "--no-input").exits(0);
    }

    @Test
    void aKilledMoveLeavesNoUsableCopyAndCanBeResumed() {
        login();
        laptop.run("store", "init", "--store", address).exits(0);
        Postgres.execute(
                address,
                "CREATE FUNCTION no() RETURNS trigger AS $$ BEGIN IF NEW.name = 'profile/default' AND NEW.sealed <> '' THEN"
                        + " RAISE 'no' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$ LANGUAGE plpgsql;"
                        + " CREATE TRIGGER no BEFORE INSERT OR UPDATE ON fleetauth FOR EACH ROW EXECUTE FUNCTION no()");
        laptop.run("store", "move", "--to", address).exits(7);
        Postgres.execute(address, "DROP FUNCTION no CASCADE");

        String unfinished = "its move to postgresql://";
        laptop.run("token", "--no-input").exits(3).says(unfinished, "'fleetauth store move' again");
        runner.run("token", "--no-input").exits(3);
        assertThat(laptop.run("status").exits(0).out()).contains("default: moved", "to postgresql://", "unfinished");
        // Each of these would allow the profile to be used in two places once the copy exists.
        for (String[] way : new String[][] {
            {"export", "--undo"},
            {"export", "--export-passphrase-file", passphrase()},
            {"export", "--copy", "--export-passphrase-file", passphrase()}
        }) {
            TestShell.Result refused = laptop.run(way).exits(3).printsNothing().says(unfinished);
            assertThat(refused.err()).doesNotContain("--undo");
        }

        laptop.run("store", "move", "--to", address).exits(0);
        runner.run("token", "--no-input").exits(0);
        laptop.run("status").exits(0).says("There is no profile yet");
    }

    /** By then, the local state is old and its refresh token is spent. */
    @Test
    void aMoveKilledAfterItsCopyDoesNotRestoreAProfileThatWasMovedAgain() throws IOException {
        login();
        laptop.run("store", "init", "--store", address).exits(0);
        Path third = Files.createDirectory(folder.resolve("third"));
        moveKilledBeforeTheRemoval();
        runner.run("refresh", "--no-input").exits(0);
        runner.run("store", "move", "--to", "file:" + third).exits(0);

        laptop.run("store", "move", "--to", address).exits(3).says("but is no longer active there", "--replace");
        runner.run("token", "--no-input").exits(3);

        laptop.run("store", "move", "--to", address, "--replace").exits(0);
        runner.run("token", "--no-input").exits(0);
    }

    /** The copy was exported without a refresh. */
    @Test
    void aMoveKilledAfterItsCopyDoesNotRestoreAProfileThatWasExported() {
        login();
        laptop.run("store", "init", "--store", address).exits(0);
        moveKilledBeforeTheRemoval();
        runner.run("export", "--export-passphrase-file", passphrase()).exits(0);

        laptop.run("store", "move", "--to", address).exits(3).says("--replace");
        runner.run("token", "--no-input").exits(3).says("was moved from");
    }

    @Test
    void aKilledMoveToFilesDoesNotRestoreAForgottenProfile() throws IOException {
        share();
        login();
        Postgres.execute(
                address,
                // A tombstone is short.
                "CREATE FUNCTION no() RETURNS trigger AS $$ BEGIN IF length(NEW.sealed) < 500 THEN RAISE 'no' USING"
                        + " ERRCODE = '23514'; END IF; RETURN NEW; END $$ LANGUAGE plpgsql; CREATE TRIGGER no BEFORE"
                        + " UPDATE ON fleetauth FOR EACH ROW EXECUTE FUNCTION no()");
        laptop.run("store", "move", "--to", "file:").exits(7);
        Postgres.execute(address, "DROP FUNCTION no CASCADE");
        laptop.run("logout", "--forget", "--store", "file:").exits(0);

        laptop.run("store", "move", "--to", "file:").exits(3).says("--replace");
        laptop.run("token", "--no-input", "--store", "file:").exits(3);
    }

    /** Leaves an active copy in the database, and the local profile marked as moving there. */
    private void moveKilledBeforeTheRemoval() {
        Path record = laptop.home().resolve("profiles/default.jwe");
        try {
            assertThat(record).exists();
            Postgres.execute(
                    address,
                    "CREATE FUNCTION no() RETURNS trigger AS $$ BEGIN IF NEW.name = 'profile/default' AND NEW.sealed <> ''"
                            + " THEN RAISE 'no' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$ LANGUAGE plpgsql;"
                            + " CREATE TRIGGER no BEFORE INSERT OR UPDATE ON fleetauth FOR EACH ROW EXECUTE FUNCTION no()");
            laptop.run("store", "move", "--to", address).exits(7);
            Postgres.execute(address, "DROP FUNCTION no CASCADE");
            byte[] marked = Files.readAllBytes(record);
            laptop.run("store", "move", "--to", address).exits(0);
            Files.write(record, marked);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aMoveDoesNotReplaceADifferentLogin() {
        login();
        laptop.run("store", "init", "--store", address).exits(0);
        laptop.run("store", "move", "--to", address).exits(0);
        login();

        laptop.run("store", "move", "--to", address).exits(5).says("a different login");
        laptop.run("token", "--no-input").exits(0);
        laptop.run("store", "move", "--to", address, "--replace").exits(0);
        laptop.run("token", "--no-input").exits(3);
    }

    @Test
    void anUnwritableHomeIsOnlyANoteIfProfilesAreElsewhere() throws IOException {
        share();
        login();
        String file = Files.createFile(folder.resolve("file")).toString();
        Files.createDirectory(folder.resolve("runner/tmp"));

        assertThat(runner.run("doctor", "--no-input", "--home", file + "/home").out())
                .contains("you cannot create files in")
                .contains("note  home")
                .contains("ok    store");
    }

    /** The driver reports only the failure of the last server. */
    @Test
    void aPermanentFailureOfOneOfTwoServersIsReported() {
        share();
        login();
        limitRetries(runner);
        String down = "localhost:" + FreePort.next();
        String up = "localhost:" + Postgres.port();
        for (String hosts : List.of(up + "," + down, down + "," + up)) {
            runner.variable("FLEETAUTH_STORE", "postgresql://nobody@" + hosts + "/" + name());
            runner.run("token", "--no-input").exits(7).says("\"nobody\"");
        }
    }

    @Test
    void theDatabaseAndItsProblemsAreReported() {
        share();
        login();
        assertThat(runner.run("doctor", "--no-input").out()).contains("postgresql://localhost:");
        limitRetries(runner);
        runner.variable("FLEETAUTH_STORE", "postgresql://me@localhost:1/fleet");
        runner.run("token", "--no-input").exits(6).says("is temporarily unavailable: it refused the connection");
        runner.variable("FLEETAUTH_STORE", "postgresql://me:hunter2-secret@localhost/fleet")
                .watch("hunter2-secret");
        runner.run("token", "--no-input").exits(2).says("without a password");
    }
}
