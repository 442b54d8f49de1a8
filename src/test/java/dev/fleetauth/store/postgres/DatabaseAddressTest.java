package dev.fleetauth.store.postgres;

import static dev.fleetauth.store.file.StoreFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.store.file.StoreFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The addresses of databases, and the passwords of their users. */
@Tag("any-jdk")
class DatabaseAddressTest {

    @TempDir
    private Path folder;

    private StoreFixture fixture;

    @BeforeEach
    void setUp() throws IOException {
        fixture = new StoreFixture(folder);
    }

    private DatabaseAddress parse(String address) {
        return DatabaseAddress.parse(fixture.environment(), "--store", address);
    }

    @Test
    void aTildeInTheRootCertificatesIsTheUsersHome() {
        assertThat(parse("postgresql://me@db.example.com/fleet?sslrootcert=~/ca.pem")
                        .rootCertificates())
                .isEqualTo(fixture.environment().userHome().resolve("ca.pem").toString());
    }

    @Test
    void anAddressIsParsed() {
        DatabaseAddress address = parse("postgresql://me%40work@db.example.com:5433/fleet?sslrootcert=%2Fca.pem");
        assertThat(address.user()).isEqualTo("me@work");
        assertThat(address.database()).isEqualTo("fleet");
        assertThat(address.tls()).isEqualTo("verify-full");
        assertThat(address.rootCertificates()).isEqualTo("/ca.pem");
        assertThat(address).hasToString("postgresql://db.example.com:5433/fleet");
    }

    @Test
    void severalHostsAreAccepted() {
        assertThat(parse("postgres://me@a,b:5433,[::1]/fleet"))
                .hasToString("postgresql://a,b:5433,[::1]/fleet")
                .extracting(DatabaseAddress::tls)
                .isEqualTo("verify-full");
    }

    @Test
    void theUserIsRequiredAndMayComeFromPguser() {
        failure(Kind.SETTING_MISSING, () -> parse("postgresql://db/fleet"));
        fixture.variables.put("PGUSER", "me");
        assertThat(parse("postgresql://db/fleet").user()).isEqualTo("me");
    }

    @ParameterizedTest
    @CsvSource({
        "localhost,disable",
        "127.0.0.1,disable",
        "[::1],disable",
        "db,verify-full",
        "'localhost,db',verify-full"
    })
    void verifyFullIsTheDefaultUnlessEveryHostIsLoopback(String hosts, String tls) {
        assertThat(parse("postgresql://me@" + hosts + "/fleet").tls()).isEqualTo(tls);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://me:hunter2-secret@db/fleet",
                "postgresql://me@db/fleet?password=hunter2-secret",
                "postgresql://me@db/fleet?sslmode=require",
                "postgresql://me@db/fleet?sslmode=verify-ca",
                "postgresql://me@localhost,db/fleet?sslmode=disable",
                "postgresql://me@localhost/fleet?sslmode=perhaps",
                "postgresql://me@db/fleet?loggerFile=/etc/passwd",
                "postgresql://me@db/fleet?sslmode=verify-full&sslmode=disable",
                "postgresql://me@db",
                "postgresql://me@/fleet",
                "postgresql://me@db:port/fleet",
                "postgresql://me@db:99999/fleet",
                "postgresql:fleet",
                "postgresql://me@db/fleet#fragment",
                "postgresql://me@d b/fleet"
            })
    void invalidAddressesAreRejected(String address) {
        Failure refused = failure(Kind.BAD_VALUE, () -> parse(address));
        // A malformed address may contain a password too.
        assertThat(refused.fields().get("value")).isEqualTo("(not shown)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "localhost | perhaps | sslmode=disable, prefer, require, verify-ca or verify-full",
                "db | perhaps | sslmode=verify-full, which is required to authenticate the database",
                "db | require | sslmode=verify-full, which is required to authenticate the database",
                "localhost,db | disable | sslmode=verify-full, which is required to authenticate the database"
            })
    void anInvalidTlsModeIsAnsweredWithTheModesThatAreAllowed(String hosts, String mode, String expected) {
        Failure refused = failure(Kind.BAD_VALUE, () -> parse("postgresql://me@" + hosts + "/fleet?sslmode=" + mode));
        assertThat(refused.fields()).containsEntry("expected", expected);
    }

    private @Nullable String password() {
        return new DatabasePassword(fixture.environment(), parse("postgresql://me@db.example.com/fleet")).find();
    }

    @Test
    void passwordSourcesAreTriedInOrder() throws IOException {
        assertThat(password()).isNull();
        passFile(folder.resolve(".pgpass"), """
                # A comment: of:five:fields:in:all
                other.example.com:*:*:*:another
                db.example.com:5432:fleet:me:a\\:b\\\\c
                *:*:*:*:any
                """);
        assertThat(password()).isEqualTo("a:b\\c");
        fixture.variables.put(
                "PGPASSFILE",
                passFile(folder.resolve("mine"), "*:*:*:me:mine\n").toString());
        assertThat(password()).isEqualTo("mine");
        fixture.variables.put("PGPASSWORD", "variable");
        assertThat(password()).isEqualTo("variable");
        Path file = Files.writeString(folder.resolve("password"), "of the file\n");
        fixture.variables.put("FLEETAUTH_STORE_PASSWORD_FILE", file.toString());
        assertThat(password()).isEqualTo("of the file");
    }

    @Test
    void aPasswordFileThatOthersCanReadIsRejected() throws IOException {
        Path file = Files.writeString(folder.resolve("mine"), "*:*:*:me:mine\n");
        StoreFixture.chmod(file, "rw-r--r--");
        fixture.variables.put("PGPASSFILE", file.toString());
        assertThat(failure(Kind.FILE_EXPOSED, this::password).fields())
                .containsEntry("file", file.toString())
                .containsEntry("mode", "0644");
        fixture.variables.put("PGPASSFILE", folder.resolve("nowhere").toString());
        failure(Kind.FILE_UNREADABLE, this::password);
    }

    private static Path passFile(Path file, String content) throws IOException {
        Files.writeString(file, content);
        StoreFixture.chmod(file, "rw-------");
        return file;
    }
}
