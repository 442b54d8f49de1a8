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

    private StoreFixture world;
    private Path kept;

    @BeforeEach
    void aWorldWithAHelper() throws IOException {
        world = new StoreFixture(folder);
        kept = folder.resolve("kept");
        FakeHelper.install(folder.resolve("bin"), "fake", kept);
        world.variables.put("PATH", folder.resolve("bin") + ":/usr/bin:/bin");
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
    void aCommandThatPrintsNoKeySaysWhyAndIsNotQuoted(String command, String why) {
        world.variables.put("FLEETAUTH_KEY_COMMAND", command);

        Failure failure = failure(Kind.KEY_SOURCE_FAILED, this::createStore);

        assertThat(failure.fields())
                .containsEntry("source", "FLEETAUTH_KEY_COMMAND")
                .containsEntry("why", why);
        assertThat(world.keys()).doesNotExist();
    }

    @Test
    void aCommandThatPrintsNoPassphraseIsNoSource() {
        world.variables.put("FLEETAUTH_PASSPHRASE_COMMAND", "echo");
        assertThat(failure(Kind.KEY_SOURCE_FAILED, this::createStore).fields())
                .containsEntry("why", "it printed nothing");
    }

    @Test
    void aCommandThatDoesNotEndIsEndedWithAllItStarted() throws Exception {
        Path alive = folder.resolve("alive");
        world.variables.put("FLEETAUTH_KEY_COMMAND", "(while :; do date > '" + alive + "'; sleep 0.1; done) & wait");

        assertThat(failure(Kind.KEY_SOURCE_FAILED, this::createStore).fields())
                .containsEntry("why", "it did not end within 3 s");

        // A date command that had just been started may still write once.
        Thread.sleep(300);
        Files.deleteIfExists(alive);
        Thread.sleep(400);
        assertThat(alive).as("written by what the command started").doesNotExist();
    }

    @Test
    void aCommandGetsNothingOfOurs() {
        world.variables.put("FLEETAUTH_CLIENT_SECRET", "canary-canary");
        world.variables.put("OTHER", "other");
        world.variables.put(
                "FLEETAUTH_PASSPHRASE_COMMAND", "cat; env | grep -c FLEETAUTH_; echo \"correct horse $OTHER\"");
        createStore();
        world.variables.put("FLEETAUTH_PASSPHRASE_COMMAND", "printf '0\\ncorrect horse other'");
        assertThat(world.store().read(Profiles.NAME)).isEmpty();
        assertThat(world.openKeys().ids()).hasSize(1);
    }

    @Test
    void aKeyringKeepsTheKeyAndTheFileOfTheKeysNamesItsHelper() throws IOException {
        world.variables.put("FLEETAUTH_KEYRING", "docker-credential-fake");
        createStore();
        world.variables.remove("FLEETAUTH_KEYRING");

        assertThat(world.openKeys().ids()).hasSize(1);
        KeyDescription description = world.store().keyDescription().orElseThrow();
        assertThat(description.kind()).isEqualTo(KeyDescription.Kind.KEYRING);
        assertThat(description.helper()).isEqualTo("fake");
        assertThat(entries()).hasSize(1);

        // Another helper, given by its path.
        world.store()
                .keyChanges()
                .set(choice(
                        FakeHelper.install(folder.resolve("other"), "x", kept).toString()));
        assertThat(entries()).as("the new key and not the old one").hasSize(1);
    }

    @Test
    void aProgramThatIsNoHelperByNameMustBeNamedByAVariable() throws IOException {
        Path program = FakeHelper.install(folder.resolve("other"), "x", kept);
        world.store().keyChanges().set(choice(program.toString()));
        assertThat(world.store().keyDescription().orElseThrow().helper()).isEqualTo("*");
        failure(Kind.NO_KEY_SOURCE, world::openKeys);
        world.variables.put("FLEETAUTH_KEYRING", program.toString());
        assertThat(world.openKeys().ids()).hasSize(1);
    }

    @Test
    void whatAKeyringLostIsSaidAndNothingElseIsTried() throws IOException {
        world.store().keyChanges().set(choice("fake"));
        for (Path entry : entries()) {
            Files.delete(entry);
        }
        world.variables.put("FLEETAUTH_PASSPHRASE", StoreFixture.PASSPHRASE);
        world.hasTerminal = true;
        Failure failure = failure(Kind.KEY_SOURCE_FAILED, world::openKeys);
        assertThat(failure.fields().get("source")).isEqualTo("docker-credential-fake");
        assertThat(failure.fields().get("why")).startsWith("it has no key ").endsWith(" for this store");
        assertThat(world.prompts).isEmpty();
    }

    @Test
    void theKeyOfAKeyringMayComeFromAFileToo() throws IOException {
        world.store().keyChanges().set(choice("fake"));
        String entry = Files.readString(entries().get(0));
        Path file = folder.resolve("rescued.jwk");
        Files.writeString(
                file, entry.replaceAll(".*\"Secret\":\"(.*?[^\\\\])\".*", "$1").replace("\\\"", "\""));
        StoreFixture.chmod(file, "rw-------");
        Files.delete(entries().get(0));
        world.variables.put("FLEETAUTH_KEY_FILE", file.toString());
        assertThat(world.openKeys().ids()).hasSize(1);
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
    void aHelperThatDoesNotAnswerAsItShouldIsNotQuotedWhereItMayHoldAKey(String script, String why) throws IOException {
        FakeHelper.program(folder.resolve("bin"), "docker-credential-bad", "#!/bin/sh\n" + script + "\n");
        assertThat(failure(
                                Kind.KEY_SOURCE_FAILED,
                                () -> world.store().keyChanges().set(choice("bad")))
                        .fields())
                .containsEntry("source", "docker-credential-bad")
                .containsEntry("why", why);
        assertThat(world.keys()).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Fake", "fake;id", "", "..", "a b"})
    void whatIsNoNameIsNoHelper(String name) {
        world.variables.put("FLEETAUTH_KEYRING", "docker-credential-" + name);
        failure(Kind.BAD_VALUE, this::createStore);
    }

    @Test
    void aFolderOfPathThatIsRelativeIsNotLookedInto() throws IOException {
        world.variables.put("PATH", Path.of("").toAbsolutePath().relativize(folder.resolve("bin")) + ":");
        assertThat(failure(
                                Kind.KEY_SOURCE_FAILED,
                                () -> world.store().keyChanges().set(choice("fake")))
                        .fields())
                .containsEntry("why", "the program was not found in PATH");
    }

    @Test
    void aPersonIsOfferedTheKeyringThatAnswers() throws IOException {
        FakeHelper.install(folder.resolve("bin"), "pass", kept);
        FakeHelper.program(folder.resolve("bin"), "docker-credential-secretservice", "#!/bin/sh\nexit 1\n");
        Files.createFile(Files.createDirectory(folder.resolve("set up")).resolve(".gpg-id"));
        world.variables.put("PASSWORD_STORE_DIR", folder.resolve("set up").toString());
        world.hasTerminal = true;
        createStore();
        assertThat(world.questions)
                .singleElement()
                .asString()
                .contains("keyring     docker-credential-pass", "passphrase  ", "file  ", "[keyring]: ");
        assertThat(world.store().keyDescription().orElseThrow().helper()).isEqualTo("pass");
    }

    @Test
    void aPersonMayChooseAFile() throws IOException {
        Path file = folder.resolve("chosen.jwk");
        world.hasTerminal = true;
        world.answers.addAll(List.of("f", folder.resolve("no/such/folder").toString(), "/dev/null", "~/chosen.jwk"));
        createStore();
        assertThat(world.questions.get(0)).doesNotContain("  keyring ").contains("No keyring: ");
        assertThat(world.questions.get(2)).startsWith(folder.resolve("no/such/folder") + " cannot be used: ");
        assertThat(world.questions.get(3)).startsWith("Others can read or change /dev/null");
        assertThat(StoreFixture.mode(file)).isEqualTo("rw-------");

        assertThat(world.openKeys().ids()).as("opened without a variable").hasSize(1);
        KeyDescription description = world.store().keyDescription().orElseThrow();
        assertThat(description.keyFile()).isEqualTo(file.toString());
        assertThat(description.needs()).startsWith("the key file " + file + " with the key ");
    }

    @Test
    void aRecordedKeyFileStaysRecordedAndItsVariableTakesPrecedence() throws IOException {
        Path file = folder.resolve("chosen.jwk");
        world.store().keyChanges().set(new KeyChoice(KeyChoice.Kind.KEY_FILE, file.toString(), "--key-file"));
        createStore();
        Path moved = Files.move(file, folder.resolve("moved.jwk"));
        assertThat(failure(Kind.KEY_FILE_MISSING, world::openKeys).fields()).containsEntry("file", file.toString());

        world.variables.put("FLEETAUTH_KEY_FILE", moved.toString());
        world.store().keyChanges().rotate((done, all) -> {});
        assertThat(world.store().keyDescription().orElseThrow().keyFile()).isEqualTo(file.toString());

        world.store().keyChanges().set(new KeyChoice(KeyChoice.Kind.KEY_FILE, moved.toString(), "--key-file"));
        world.variables.remove("FLEETAUTH_KEY_FILE");
        assertThat(world.store().keyDescription().orElseThrow().keyFile()).isEqualTo(moved.toString());
        assertThat(world.openKeys().ids()).hasSize(1);
    }

    @Test
    void aKeyOfAVariableIsNotRecorded() {
        Path file = folder.resolve("given.jwk");
        KeyFile.create(file, Forge.RANDOM);
        world.variables.put("FLEETAUTH_KEY_FILE", file.toString());
        createStore();
        assertThat(world.store().keyDescription().orElseThrow().keyFile()).isNull();
    }

    @Test
    void aForgedPathIsNoWayToReadWhatIsNotAKeyFile() throws Exception {
        Path file = folder.resolve("chosen.jwk");
        world.store().keyChanges().set(new KeyChoice(KeyChoice.Kind.KEY_FILE, file.toString(), "--key-file"));
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", "-m", "600", pipe.toString())
                        .start()
                        .waitFor())
                .isZero();

        record(pipe.toString());
        failure(Kind.KEY_FILE_FOREIGN, world::openKeys);
        record("/dev/tty");
        failure(Kind.KEY_FILE_FOREIGN, world::openKeys);
        record(folder.toString());
        failure(Kind.KEY_FILE_FOREIGN, world::openKeys);
        record("../chosen.jwk");
        failure(Kind.KEY_FILE_MISSING, world::openKeys);
        record("/chosen\\u0007.jwk");
        failure(Kind.STORE_DAMAGED, world::openKeys);
        StoreFixture.chmod(file, "rw-r-----");
        record(file.toString());
        failure(Kind.KEY_FILE_EXPOSED, world::openKeys);
        StoreFixture.chmod(file, "rw-------");
        Path other = folder.resolve("other.jwk");
        KeyFile.create(other, Forge.RANDOM);
        record(other.toString());
        failure(Kind.WRONG_KEY, world::openKeys);
        if (isRoot()) {
            Files.setAttribute(file, "unix:uid", 4711);
            record(file.toString());
            failure(Kind.KEY_FILE_FOREIGN, world::openKeys);
            Files.setAttribute(file, "unix:uid", 0);
        }
        record(file.toString());
        assertThat(world.openKeys().ids()).hasSize(1);
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** Changes the path in the header, which needs only write access to the file. */
    private void record(String path) throws IOException {
        String sealed = Files.readString(world.keys());
        String header = new String(Base64.getUrlDecoder().decode(sealed.substring(0, sealed.indexOf('.'))), UTF_8);
        String forged =
                header.replaceAll("\"key_file\":\"[^\"]*\"", Matcher.quoteReplacement("\"key_file\":\"" + path + "\""));
        Files.writeString(
                world.keys(),
                Base64.getUrlEncoder().withoutPadding().encodeToString(forged.getBytes(UTF_8))
                        + sealed.substring(sealed.indexOf('.')));
    }

    @Test
    void libsecretsOwnProgramKeepsAKeyWithoutSeeingItInItsArguments() throws IOException {
        FakeHelper.program(folder.resolve("bin"), "secret-tool", """
                #!/bin/sh
                printf '%s\\n' "$*" >> 'FOLDER/arguments'
                case $1 in
                lookup) cat "FOLDER/$5-$7" 2>/dev/null ;;
                store) cat > "FOLDER/$6-$8" ;;
                clear) rm "FOLDER/$5-$7" ;;
                esac
                """.replace("FOLDER", kept.toString()));
        world.hasTerminal = true;
        createStore();
        assertThat(world.questions.get(0)).contains("keyring     secret-tool stores it");
        assertThat(world.store().keyDescription().orElseThrow().helper()).isEqualTo("secret-tool");
        assertThat(world.openKeys().ids()).hasSize(1);
        keyIsInNoArgument();

        world.store().keyChanges().set(choice(""));
        assertThat(entries()).as("the arguments and the new key").hasSize(2);
        assertThat(world.openKeys().ids()).hasSize(1);
        Files.delete(entries().stream()
                .filter(entry -> !entry.endsWith("arguments"))
                .findFirst()
                .orElseThrow());
        assertThat(failure(Kind.KEY_SOURCE_FAILED, world::openKeys).fields().get("why"))
                .startsWith("it has no key ");
    }

    @Test
    void theKeychainOfMacOsIsToldOnStandardInput() throws IOException {
        world.system = OperatingSystem.MACOS;
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
        world.hasTerminal = true;
        createStore();
        assertThat(world.questions.get(0)).contains("keyring     security stores it");
        assertThat(world.openKeys().ids()).hasSize(1);
        keyIsInNoArgument();

        world.store().keyChanges().set(choice("security"));
        assertThat(entries()).as("the arguments and the new key").hasSize(2);
        for (Path entry : entries()) {
            Files.delete(entry);
        }
        assertThat(failure(Kind.KEY_SOURCE_FAILED, world::openKeys).fields().get("why"))
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
    void aMissingKeyringIsToldWithItsPackage() throws IOException {
        world.variables.put("PATH", folder.resolve("bin").toString());
        String why = "secret-tool is not installed: it is in the package libsecret-tools (Debian, Ubuntu) or libsecret"
                + " (Fedora, Arch, Homebrew)";
        assertThat(failure(
                                Kind.KEY_SOURCE_FAILED,
                                () -> world.store().keyChanges().set(choice("")))
                        .fields())
                .containsEntry("why", why);
        assertThat(failure(
                                Kind.KEY_SOURCE_FAILED,
                                () -> world.store().keyChanges().set(choice("secretservice")))
                        .fields()
                        .get("why"))
                .contains("golang-docker-credential-helpers");
        world.hasTerminal = true;
        world.answers.addAll(List.of("file", ""));
        createStore();
        assertThat(world.questions.get(0)).contains("(No keyring: " + why + ".)");
        assertThat(Keyrings.whyNone(world.environment())).isEqualTo(why);
    }

    @Test
    void whatIsNoneOfTheChoicesIsRefused() {
        world.hasTerminal = true;
        world.answers.addAll(List.of("nowhere", "keyring", "f i l e s"));
        failure(Kind.NO_VALID_ANSWER, this::createStore);
        assertThat(world.questions).hasSize(3);
        assertThat(world.questions.get(1))
                .isEqualTo(
                        "That is not one of the answers: enter passphrase or file.\npassphrase or file [passphrase]: ");
        assertThat(world.keys()).doesNotExist();
    }

    private static KeyChoice choice(String helper) {
        return new KeyChoice(KeyChoice.Kind.KEYRING, helper, "--keyring");
    }

    private List<Path> entries() throws IOException {
        try (Stream<Path> files = Files.list(kept)) {
            return files.toList();
        }
    }

    private void createStore() {
        world.store().checkWritable(Profiles.NAME);
    }
}
