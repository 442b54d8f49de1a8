package dev.fleetauth.key;

import static dev.fleetauth.store.file.StoreFixture.failure;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.host.OperatingSystem;
import dev.fleetauth.host.keyring.Keyrings;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.seal.Forge;
import dev.fleetauth.seal.KeyDescription;
import dev.fleetauth.seal.Profiles;
import dev.fleetauth.store.file.StoreFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys from commands and credential helpers. */
@DisabledOnOs(OS.WINDOWS)
class KeyCommandsTest {

    @TempDir
    private Path folder;

    private StoreFixture fixture;
    private Path kept;

    @BeforeEach
    void createFixtureWithHelper() throws IOException {
        fixture = new StoreFixture(folder);
        kept = folder.resolve("kept");
        FakeHelper.install(folder.resolve("bin"), "fake", kept);
        fixture.variables.put("PATH", folder.resolve("bin") + ":/usr/bin:/bin");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "exit 3 | it exited with 3",
                "echo first >&2; echo why >&2; exit 3 | it exited with 3: why",
                "true | the output is not a key: its content is not a JSON object",
                "echo canary-canary | the output is not a key: its content is not a JSON object",
                "echo canary-canary; exit 1 | it exited with 1",
                "head -c 17000 /dev/zero | it printed more than 16384 bytes",
                "no-such-program-at-all 2>/dev/null | it exited with 127"
            })
    void aFailedKeyCommandIsReportedAndNotQuoted(String command, String why) {
        fixture.variables.put("FLEETAUTH_KEY_COMMAND", command);

        Failure failure = failure(Kind.KEY_SOURCE_FAILED, this::createStore);

        assertThat(failure.fields())
                .containsEntry("source", "FLEETAUTH_KEY_COMMAND")
                .containsEntry("why", why);
        assertThat(fixture.keys()).doesNotExist();
    }

    @Test
    void aCommandThatPrintsNoPassphraseFails() {
        fixture.variables.put("FLEETAUTH_PASSPHRASE_COMMAND", "echo");
        assertThat(failure(Kind.KEY_SOURCE_FAILED, this::createStore).fields())
                .containsEntry("why", "it printed no passphrase");
    }

    @Test
    void aCommandThatTimesOutIsKilledWithItsChildren() throws Exception {
        Path alive = folder.resolve("alive");
        fixture.variables.put("FLEETAUTH_KEY_COMMAND", "(while :; do date > '" + alive + "'; sleep 0.1; done) & wait");

        assertThat(failure(Kind.KEY_SOURCE_FAILED, this::createStore).fields())
                .containsEntry("why", "it did not end within 3 s");

        // A date command that had just been started may still write once.
        Thread.sleep(300);
        Files.deleteIfExists(alive);
        Thread.sleep(400);
        assertThat(alive).as("written by a child of the command").doesNotExist();
    }

    @Test
    void aCommandGetsNoFleetauthVariables() {
        fixture.variables.put("FLEETAUTH_CLIENT_SECRET", "canary-canary");
        fixture.variables.put("OTHER", "other");
        fixture.variables.put(
                "FLEETAUTH_PASSPHRASE_COMMAND", "cat; env | grep -c FLEETAUTH_; echo \"correct horse $OTHER\"");
        createStore();
        fixture.variables.put("FLEETAUTH_PASSPHRASE_COMMAND", "printf '0\\ncorrect horse other'");
        assertThat(fixture.store().read(Profiles.NAME)).isEmpty();
        assertThat(fixture.openKeys().ids()).hasSize(1);
    }

    @Test
    void theKeyIsInTheKeyringAndTheKeysFileNamesItsHelper() throws IOException {
        fixture.variables.put("FLEETAUTH_KEYRING", "docker-credential-fake");
        createStore();
        fixture.variables.remove("FLEETAUTH_KEYRING");

        assertThat(fixture.openKeys().ids()).hasSize(1);
        KeyDescription description = fixture.store().keyDescription().orElseThrow();
        assertThat(description.kind()).isEqualTo(KeyDescription.Kind.KEYRING);
        assertThat(description.keyring()).isEqualTo("fake");
        assertThat(entries()).hasSize(1);

        // Another helper, given by its path.
        fixture.store()
                .keyChanges()
                .set(choice(
                        FakeHelper.install(folder.resolve("other"), "x", kept).toString()));
        assertThat(entries()).as("the new key and not the old one").hasSize(1);
    }

    @Test
    void aHelperWithAnotherNameNeedsTheVariable() throws IOException {
        Path program = FakeHelper.install(folder.resolve("other"), "x", kept);
        fixture.store().keyChanges().set(choice(program.toString()));
        assertThat(fixture.store().keyDescription().orElseThrow().keyring()).isEqualTo("*");
        failure(Kind.NO_KEY_SOURCE, fixture::openKeys);
        fixture.variables.put("FLEETAUTH_KEYRING", program.toString());
        assertThat(fixture.openKeys().ids()).hasSize(1);
    }

    @Test
    void aKeyMissingFromTheKeyringIsReportedWithoutAFallback() throws IOException {
        fixture.store().keyChanges().set(choice("fake"));
        for (Path entry : entries()) {
            Files.delete(entry);
        }
        fixture.variables.put("FLEETAUTH_PASSPHRASE", StoreFixture.PASSPHRASE);
        fixture.hasTerminal = true;
        Failure failure = failure(Kind.KEY_SOURCE_FAILED, fixture::openKeys);
        assertThat(failure.fields().get("source")).isEqualTo("docker-credential-fake");
        assertThat(failure.fields().get("why")).startsWith("it has no key ").endsWith(" for this store");
        assertThat(fixture.prompts).isEmpty();
    }

    @Test
    void theKeyOfAKeyringMayAlsoComeFromAFile() throws IOException {
        fixture.store().keyChanges().set(choice("fake"));
        String entry = Files.readString(entries().get(0));
        Path file = folder.resolve("rescued.jwk");
        Files.writeString(
                file, entry.replaceAll(".*\"Secret\":\"(.*?[^\\\\])\".*", "$1").replace("\\\"", "\""));
        StoreFixture.chmod(file, "rw-------");
        Files.delete(entries().get(0));
        fixture.variables.put("FLEETAUTH_KEY_FILE", file.toString());
        assertThat(fixture.openKeys().ids()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "echo no keyring here; exit 1 | it exited with 1: no keyring here",
                "cat; exit 1 | it exited with 1",
                "cat >/dev/null | the output is not a key: its content is not a JSON object",
                "cat >/dev/null; echo '{\"Secret\":\"canary-canary\"}' | the output is not a key: its content is not a JSON object"
            })
    void theOutputOfAFaultyHelperIsNotQuotedIfItMayContainAKey(String script, String why) throws IOException {
        FakeHelper.program(folder.resolve("bin"), "docker-credential-bad", "#!/bin/sh\n" + script + "\n");
        assertThat(failure(
                                Kind.KEY_SOURCE_FAILED,
                                () -> fixture.store().keyChanges().set(choice("bad")))
                        .fields())
                .containsEntry("source", "docker-credential-bad")
                .containsEntry("why", why);
        assertThat(fixture.keys()).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Fake", "fake;id", "", "..", "a b"})
    void anInvalidHelperNameIsRejected(String name) {
        fixture.variables.put("FLEETAUTH_KEYRING", "docker-credential-" + name);
        failure(Kind.BAD_VALUE, this::createStore);
    }

    @Test
    void relativePathEntriesAreNotSearched() throws IOException {
        fixture.variables.put("PATH", Path.of("").toAbsolutePath().relativize(folder.resolve("bin")) + ":");
        assertThat(failure(
                                Kind.KEY_SOURCE_FAILED,
                                () -> fixture.store().keyChanges().set(choice("fake")))
                        .fields())
                .containsEntry("why", "the program was not found in PATH");
    }

    @Test
    void theUserIsOfferedTheAvailableKeyring() throws IOException {
        FakeHelper.install(folder.resolve("bin"), "pass", kept);
        FakeHelper.program(folder.resolve("bin"), "docker-credential-secretservice", "#!/bin/sh\nexit 1\n");
        Files.createFile(Files.createDirectory(folder.resolve("set up")).resolve(".gpg-id"));
        fixture.variables.put("PASSWORD_STORE_DIR", folder.resolve("set up").toString());
        fixture.hasTerminal = true;
        createStore();
        assertThat(fixture.questions)
                .singleElement()
                .asString()
                .contains("keyring     docker-credential-pass", "passphrase  ", "file  ", "[keyring]: ");
        assertThat(fixture.store().keyDescription().orElseThrow().keyring()).isEqualTo("pass");
    }

    @Test
    void theUserMayChooseAFile() throws IOException {
        Path file = folder.resolve("chosen.jwk");
        fixture.hasTerminal = true;
        fixture.answers.addAll(List.of("f", folder.resolve("no/such/folder").toString(), "/dev/null", "~/chosen.jwk"));
        createStore();
        assertThat(fixture.questions.get(0)).doesNotContain("  keyring ").contains("No keyring: ");
        assertThat(fixture.questions.get(2)).startsWith(folder.resolve("no/such/folder") + " cannot be used: ");
        assertThat(fixture.questions.get(3)).startsWith("/dev/null cannot be used: other users can read");
        assertThat(StoreFixture.mode(file)).isEqualTo("rw-------");

        assertThat(fixture.openKeys().ids()).as("opened without a variable").hasSize(1);
        KeyDescription description = fixture.store().keyDescription().orElseThrow();
        assertThat(description.keyFile()).isEqualTo(file.toString());
        assertThat(description.needs()).startsWith("the key file " + file + " with the key ");
    }

    @Test
    void aRecordedKeyFileStaysRecordedAndItsVariableTakesPrecedence() throws IOException {
        Path file = folder.resolve("chosen.jwk");
        fixture.store().keyChanges().set(new KeyChoice(KeyChoice.Kind.KEY_FILE, file.toString(), "--key-file"));
        createStore();
        Path moved = Files.move(file, folder.resolve("moved.jwk"));
        assertThat(failure(Kind.KEY_FILE_MISSING, fixture::openKeys).fields()).containsEntry("file", file.toString());

        fixture.variables.put("FLEETAUTH_KEY_FILE", moved.toString());
        fixture.store().keyChanges().rotate((done, all) -> {});
        assertThat(fixture.store().keyDescription().orElseThrow().keyFile()).isEqualTo(file.toString());

        fixture.store().keyChanges().set(new KeyChoice(KeyChoice.Kind.KEY_FILE, moved.toString(), "--key-file"));
        fixture.variables.remove("FLEETAUTH_KEY_FILE");
        assertThat(fixture.store().keyDescription().orElseThrow().keyFile()).isEqualTo(moved.toString());
        assertThat(fixture.openKeys().ids()).hasSize(1);
    }

    @Test
    void aKeyFileFromAVariableIsNotRecorded() {
        Path file = folder.resolve("given.jwk");
        KeyFile.create(file, Forge.RANDOM);
        fixture.variables.put("FLEETAUTH_KEY_FILE", file.toString());
        createStore();
        assertThat(fixture.store().keyDescription().orElseThrow().keyFile()).isNull();
    }

    @Test
    void aForgedPathCannotReadOtherFiles() throws Exception {
        Path file = folder.resolve("chosen.jwk");
        fixture.store().keyChanges().set(new KeyChoice(KeyChoice.Kind.KEY_FILE, file.toString(), "--key-file"));
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", "-m", "600", pipe.toString())
                        .start()
                        .waitFor())
                .isZero();

        record(pipe.toString());
        failure(Kind.KEY_FILE_FOREIGN, fixture::openKeys);
        record("/dev/tty");
        failure(Kind.KEY_FILE_FOREIGN, fixture::openKeys);
        record(folder.toString());
        failure(Kind.KEY_FILE_FOREIGN, fixture::openKeys);
        record("../chosen.jwk");
        failure(Kind.KEY_FILE_MISSING, fixture::openKeys);
        record("/chosen\\u0007.jwk");
        failure(Kind.STORE_DAMAGED, fixture::openKeys);
        StoreFixture.chmod(file, "rw-r-----");
        record(file.toString());
        failure(Kind.FILE_EXPOSED, fixture::openKeys);
        StoreFixture.chmod(file, "rw-------");
        Path other = folder.resolve("other.jwk");
        KeyFile.create(other, Forge.RANDOM);
        record(other.toString());
        failure(Kind.WRONG_KEY, fixture::openKeys);
        if (isRoot()) {
            Files.setAttribute(file, "unix:uid", 4711);
            record(file.toString());
            failure(Kind.KEY_FILE_FOREIGN, fixture::openKeys);
            Files.setAttribute(file, "unix:uid", 0);
        }
        record(file.toString());
        assertThat(fixture.openKeys().ids()).hasSize(1);
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** Changes the path in the header, which needs only write access to the file. */
    private void record(String path) throws IOException {
        String sealed = Files.readString(fixture.keys());
        String header = new String(Base64.getUrlDecoder().decode(sealed.substring(0, sealed.indexOf('.'))), UTF_8);
        String forged =
                header.replaceAll("\"key_file\":\"[^\"]*\"", Matcher.quoteReplacement("\"key_file\":\"" + path + "\""));
        Files.writeString(
                fixture.keys(),
                Base64.getUrlEncoder().withoutPadding().encodeToString(forged.getBytes(UTF_8))
                        + sealed.substring(sealed.indexOf('.')));
    }

    @Test
    void secretToolGetsTheKeyOnlyOnStandardInput() throws IOException {
        FakeHelper.program(folder.resolve("bin"), "secret-tool", """
                #!/bin/sh
                printf '%s\\n' "$*" >> 'FOLDER/arguments'
                case $1 in
                lookup) cat "FOLDER/$5-$7" 2>/dev/null ;;
                store) cat > "FOLDER/$6-$8" ;;
                clear) rm "FOLDER/$5-$7" ;;
                esac
                """.replace("FOLDER", kept.toString()));
        fixture.hasTerminal = true;
        createStore();
        assertThat(fixture.questions.get(0)).contains("keyring     secret-tool stores it");
        assertThat(fixture.store().keyDescription().orElseThrow().keyring()).isEqualTo("secret-tool");
        assertThat(fixture.openKeys().ids()).hasSize(1);
        keyIsInNoArgument();

        fixture.store().keyChanges().set(choice(""));
        assertThat(entries()).as("the arguments and the new key").hasSize(2);
        assertThat(fixture.openKeys().ids()).hasSize(1);
        Files.delete(entries().stream()
                .filter(entry -> !entry.endsWith("arguments"))
                .findFirst()
                .orElseThrow());
        assertThat(failure(Kind.KEY_SOURCE_FAILED, fixture::openKeys).fields().get("why"))
                .startsWith("it has no key ");
    }

    @Test
    void theMacOsKeychainGetsTheKeyOnlyOnStandardInput() throws IOException {
        fixture.system = OperatingSystem.MACOS;
        FakeHelper.program(folder.resolve("bin"), "security", """
                #!/bin/sh
                printf '%s\\n' "$*" >> 'FOLDER/arguments'
                file() { printf 'FOLDER/'; printf %s "$1" | tr / _; }
                case $1 in
                default-keychain) echo '    "/Users/x/Library/Keychains/login.keychain-db"' ;;
                -i) while read -r line; do
                      set -- $line
                      [ "$1 $2 $3 $5 $7" = 'add-generic-password -U -a -s -w' ] || exit 2
                      printf '%s\\n' "$8" > "$(file "$6")"
                    done ;;
                find-generic-password) cat "$(file "$5")" 2>/dev/null || { echo 'security: not found' >&2; exit 44; } ;;
                delete-generic-password) rm "$(file "$5")" ;;
                esac
                """.replace("FOLDER", kept.toString()));
        fixture.hasTerminal = true;
        createStore();
        assertThat(fixture.questions.get(0)).contains("keyring     security stores it");
        assertThat(fixture.openKeys().ids()).hasSize(1);
        keyIsInNoArgument();

        fixture.store().keyChanges().set(choice("security"));
        assertThat(entries()).as("the arguments and the new key").hasSize(2);
        for (Path entry : entries()) {
            Files.delete(entry);
        }
        assertThat(failure(Kind.KEY_SOURCE_FAILED, fixture::openKeys).fields().get("why"))
                .startsWith("it has no key ");
    }

    private void keyIsInNoArgument() throws IOException {
        Path entry = entries().stream()
                .filter(file -> !file.endsWith("arguments"))
                .findFirst()
                .orElseThrow();
        String secret = Files.readString(entry).strip();
        assertThat(secret).hasSizeGreaterThan(40);
        assertThat(Files.readString(kept.resolve("arguments")))
                .doesNotContain(secret)
                .doesNotContain("\"k\"");
    }

    @Test
    void aMissingKeyringIsReportedWithItsPackage() throws IOException {
        fixture.variables.put("PATH", folder.resolve("bin").toString());
        String why = "secret-tool is not installed: it is in the package libsecret-tools (Debian, Ubuntu) or libsecret"
                + " (Fedora, Arch, Homebrew)";
        assertThat(failure(
                                Kind.KEY_SOURCE_FAILED,
                                () -> fixture.store().keyChanges().set(choice("")))
                        .fields())
                .containsEntry("why", why);
        assertThat(failure(
                                Kind.KEY_SOURCE_FAILED,
                                () -> fixture.store().keyChanges().set(choice("secretservice")))
                        .fields()
                        .get("why"))
                .contains("golang-docker-credential-helpers");
        fixture.hasTerminal = true;
        fixture.answers.addAll(List.of("file", ""));
        createStore();
        assertThat(fixture.questions.get(0)).contains("(No keyring: " + why + ".)");
        assertThat(Keyrings.whyNone(fixture.environment())).isEqualTo(why);
    }

    @Test
    void aLinkWithoutATargetIsRejectedAsAKeyFile() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link.jwk"), folder.resolve("absent"));
        fixture.hasTerminal = true;
        fixture.answers.addAll(List.of("file", link.toString(), "~/chosen.jwk"));
        createStore();
        assertThat(fixture.questions.get(2))
                .startsWith(link + " cannot be used: something else exists in its place. Choose another file.");
    }

    @Test
    void anUnknownChoiceIsRejected() {
        fixture.hasTerminal = true;
        fixture.answers.addAll(List.of("nowhere", "keyring", "f i l e s"));
        failure(Kind.NO_VALID_ANSWER, this::createStore);
        assertThat(fixture.questions).hasSize(3);
        assertThat(fixture.questions.get(1))
                .isEqualTo(
                        "That is not one of the answers: enter passphrase or file.\npassphrase or file [passphrase]: ");
        assertThat(fixture.keys()).doesNotExist();
    }

    private static KeyChoice choice(String keyring) {
        return new KeyChoice(KeyChoice.Kind.KEYRING, keyring, "--keyring");
    }

    private List<Path> entries() throws IOException {
        try (Stream<Path> files = Files.list(kept)) {
            return files.toList();
        }
    }

    private void createStore() {
        fixture.store().checkWritable(Profiles.NAME);
    }
}
