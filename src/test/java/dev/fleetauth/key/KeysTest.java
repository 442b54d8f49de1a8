package dev.fleetauth.key;

import static dev.fleetauth.store.file.StoreFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.seal.Forge;
import dev.fleetauth.seal.KeyDescription;
import dev.fleetauth.seal.Passphrase;
import dev.fleetauth.seal.Profiles;
import dev.fleetauth.seal.SealedKeys;
import dev.fleetauth.seal.StoreKeys;
import dev.fleetauth.store.file.FileStore;
import dev.fleetauth.store.file.StoreFixture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which source seals and opens the store's keys, and when none does. */
class KeysTest {

    @TempDir
    private Path folder;

    private StoreFixture fixture;

    @BeforeEach
    void createFixture() throws IOException {
        fixture = new StoreFixture(folder);
    }

    // No store yet.

    @Test
    void withoutASourceAndWithoutATerminalNothingIsDone() {
        failure(Kind.NO_NEW_KEY, this::createStore);

        assertThat(fixture.home).doesNotExist();
    }

    @Test
    void withoutASourceAndWithoutInputTheUserIsNotAsked() {
        fixture.hasTerminal = true;
        fixture.noInput = true;

        failure(Kind.NO_NEW_KEY, this::createStore);

        assertThat(fixture.prompts).isEmpty();
        assertThat(fixture.home).doesNotExist();
    }

    @Test
    void aNewPassphraseIsAskedForTwice() {
        fixture.hasTerminal = true;
        fixture.typed.addAll(List.of(StoreFixture.PASSPHRASE, StoreFixture.PASSPHRASE));

        createStore();

        assertThat(fixture.prompts).hasSize(2);
        assertThat(fixture.prompts.get(0)).contains(fixture.home.toString()).contains("12");
        assertThat(fixture.keys()).exists();
    }

    @Test
    void onceAStoreIsOpenTheUserIsNotAskedAgain() {
        fixture.hasTerminal = true;
        fixture.typed.addAll(List.of(StoreFixture.PASSPHRASE, StoreFixture.PASSPHRASE));
        FileStore store = fixture.store();

        store.checkWritable(Profiles.NAME);
        store.checkWritable(Profiles.NAME);

        assertThat(fixture.prompts).hasSize(2);
    }

    @Test
    void differentPassphrasesAreAskedForAgain() {
        fixture.hasTerminal = true;
        for (int i = 0; i < 3; i++) {
            fixture.typed.addAll(List.of(StoreFixture.PASSPHRASE, "correct horse batterY"));
        }

        failure(Kind.PASSPHRASES_DIFFER, this::createStore);

        assertThat(fixture.prompts).hasSize(6);
        assertThat(fixture.prompts.get(2)).startsWith("The passphrases differ. Try again.\nNew passphrase for ");

        assertThat(fixture.home).doesNotExist();
    }

    @Test
    void aShortPassphraseIsRejectedBeforeTheSecondPrompt() {
        fixture.hasTerminal = true;
        fixture.typed.addAll(List.of("eleven char", "", "eleven char"));

        Failure failure = failure(Kind.WEAK_PASSPHRASE, this::createStore);

        assertThat(failure.fields()).containsEntry("minimum", "12");
        assertThat(fixture.prompts).hasSize(3);
        assertThat(fixture.home).doesNotExist();
    }

    @Test
    void mistakesAtTheTerminalCanBeCorrected() {
        fixture.hasTerminal = true;
        fixture.typed.addAll(List.of(
                "tiny", StoreFixture.PASSPHRASE, "mistyped one", StoreFixture.PASSPHRASE, StoreFixture.PASSPHRASE));

        createStore();

        assertThat(fixture.prompts).hasSize(5);
        fixture.prompts.clear();
        fixture.typed.addAll(List.of("", "wrong", StoreFixture.PASSPHRASE));
        createStore();
        assertThat(fixture.prompts).hasSize(3);
        assertThat(fixture.prompts.get(1)).startsWith("Nothing was entered. Try again.\nPassphrase for ");
        assertThat(fixture.prompts.get(2)).startsWith("Wrong passphrase. Try again.\nPassphrase for ");
    }

    @Test
    void anUndecodableCharacterCanBeCorrected() {
        fixture.hasTerminal = true;
        String undecodable = StoreFixture.PASSPHRASE + '\uFFFD';
        fixture.typed.addAll(List.of(undecodable, StoreFixture.PASSPHRASE, undecodable, StoreFixture.PASSPHRASE));
        fixture.answers.addAll(List.of("passphrase\uFFFD", "passphrase"));

        createStore();

        assertThat(fixture.questions.get(1)).startsWith("The input cannot be used: it contains the character U+FFFD");
        assertThat(fixture.prompts).hasSize(4);
        assertThat(fixture.prompts.get(1)).startsWith("The input cannot be used: it contains the character U+FFFD");
    }

    @Test
    void endOfInputCancels() {
        fixture.hasTerminal = true;

        failure(Kind.CANCELED, this::createStore);
        assertThat(fixture.home).doesNotExist();
    }

    @Test
    void aVariableIsUsedWithoutAPrompt() throws IOException {
        fixture.hasTerminal = true;
        fixture.variables.put("FLEETAUTH_PASSPHRASE", StoreFixture.PASSPHRASE);
        createStore();

        fixture.variables.remove("FLEETAUTH_PASSPHRASE");
        fixture.variables.put(
                "FLEETAUTH_PASSPHRASE_FILE",
                passphraseFile(StoreFixture.PASSPHRASE + "\n").toString());
        createStore();

        assertThat(fixture.prompts).isEmpty();
        assertThat(fixture.warnings).isEmpty();
    }

    @Test
    void aPathMayBeginWithATilde() throws IOException {
        keyFile();
        fixture.variables.put("FLEETAUTH_KEY_FILE", "~/key.jwk");
        createStore();
        fixture.variables.put("FLEETAUTH_KEY_FILE", "~other/key.jwk");
        assertThat(failure(Kind.KEY_SOURCE_FAILED, this::createStore).fields().get("source"))
                .endsWith("/~other/key.jwk")
                .startsWith("/");
    }

    @Test
    void twoKindsOfSourceForANewStoreAreRejected() {
        keyFile();
        fixture.variables.put("FLEETAUTH_PASSPHRASE", StoreFixture.PASSPHRASE);

        Failure failure = failure(Kind.CONFLICTING_OPTIONS, this::createStore);

        assertThat(failure.fields())
                .containsEntry("first", "FLEETAUTH_KEY_FILE")
                .containsEntry("second", "FLEETAUTH_PASSPHRASE");
        assertThat(fixture.home).doesNotExist();
    }

    @Test
    void twoPassphrasesAreRejected() throws IOException {
        fixture.variables.put("FLEETAUTH_PASSPHRASE", StoreFixture.PASSPHRASE);
        fixture.variables.put(
                "FLEETAUTH_PASSPHRASE_FILE",
                passphraseFile(StoreFixture.PASSPHRASE).toString());

        failure(Kind.CONFLICTING_OPTIONS, this::createStore);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t \n", "\n", "\r\n", "\u3000\u3000"})
    void aBlankPassphraseIsRejected(String blank) throws IOException {
        fixture.hasTerminal = true;
        fixture.variables.put("FLEETAUTH_PASSPHRASE", blank);
        Failure failure = failure(Kind.BAD_VALUE, this::createStore);
        assertThat(failure.fields()).containsEntry("what", "FLEETAUTH_PASSPHRASE");

        fixture.variables.remove("FLEETAUTH_PASSPHRASE");
        fixture.variables.put("FLEETAUTH_PASSPHRASE_FILE", passphraseFile(blank).toString());
        failure(Kind.BAD_VALUE, this::createStore);
        assertThat(fixture.prompts).isEmpty();
        assertThat(fixture.home).doesNotExist();
    }

    @Test
    void aNewPassphraseOfOnlyBlanksIsRejected() {
        fixture.hasTerminal = true;
        fixture.typed.addAll(List.of(" ".repeat(20), " ".repeat(20), " ".repeat(20)));

        failure(Kind.WEAK_PASSPHRASE, this::createStore);
    }

    @Test
    void aPassphraseFileThatIsNotTextIsRejected() throws IOException {
        Path file = passphraseFile("");
        Files.write(file, new byte[] {'p', 'a', (byte) 0xff, 's', 's', 'p', 'h', 'r', 'a', 's', 'e', '1', '2'});
        fixture.variables.put("FLEETAUTH_PASSPHRASE_FILE", file.toString());
        assertThat(failure(Kind.KEY_SOURCE_FAILED, this::createStore).fields())
                .containsEntry("why", "it is not UTF-8 text");

        fixture.variables.put(
                "FLEETAUTH_PASSPHRASE_FILE", folder.resolve("none").toString());
        assertThat(failure(Kind.KEY_SOURCE_FAILED, this::createStore).fields())
                .containsEntry("why", "no such file or directory");
    }

    @DisabledOnOs(OS.WINDOWS)
    @Test
    void aPassphraseFileThatOthersCanReadGetsAWarning() throws IOException {
        Path file = passphraseFile(StoreFixture.PASSPHRASE);
        StoreFixture.chmod(file, "rw-r--r--");
        fixture.variables.put("FLEETAUTH_PASSPHRASE_FILE", file.toString());

        createStore();

        assertThat(fixture.warnings)
                .singleElement()
                .asString()
                .contains(file.toString())
                .contains("0644");
    }

    // An existing store.

    @Test
    void aPassphraseIsNormalized() throws IOException {
        fixture.variables.put("FLEETAUTH_PASSPHRASE", "caf\u00e9 caf\u00e9 caf\u00e9");
        createStore();

        for (String same : List.of(
                "cafe\u0301 cafe\u0301 cafe\u0301",
                "caf\u00e9 caf\u00e9 caf\u00e9\n",
                "cafe\u0301 caf\u00e9 caf\u00e9\r\n")) {
            fixture.variables.put("FLEETAUTH_PASSPHRASE", same);
            createStore();
            fixture.variables.remove("FLEETAUTH_PASSPHRASE");
            fixture.variables.put(
                    "FLEETAUTH_PASSPHRASE_FILE", passphraseFile(same).toString());
            createStore();
            fixture.variables.remove("FLEETAUTH_PASSPHRASE_FILE");
        }
        for (String other : List.of(
                "cafe cafe cafe",
                "caf\u00e9 caf\u00e9 caf\u00e9 ",
                "caf\u00e9 caf\u00e9 caf\u00e9\n\n",
                "caf\u00e9 caf\u00e9 caf\u00e9\r")) {
            fixture.variables.put("FLEETAUTH_PASSPHRASE", other);
            Failure failure = failure(Kind.WRONG_KEY, this::createStore);
            assertThat(failure.fields()).containsEntry("needs", "its passphrase");
        }
    }

    @Test
    void anExistingPassphraseIsAskedForOnceAndMayBeShort() throws IOException {
        Files.createDirectories(fixture.home);
        Files.writeString(
                fixture.keys(),
                SealedKeys.seal(
                        StoreKeys.create(Forge.RANDOM),
                        Passphrase.of("short".toCharArray(), StoreFixture.ITERATIONS),
                        Forge.RANDOM));
        StoreFixture.chmod(fixture.keys(), "rw-------");
        fixture.hasTerminal = true;
        fixture.typed.add("short");

        createStore();

        assertThat(fixture.prompts).containsExactly("Passphrase for " + fixture.keys() + ": ");
    }

    @Test
    void aWrongPassphraseIsReported() {
        fixture.variables.put("FLEETAUTH_PASSPHRASE", StoreFixture.PASSPHRASE);
        createStore();
        fixture.variables.clear();
        fixture.hasTerminal = true;
        fixture.typed.addAll(List.of("a wrong passphrase", "another", "a third"));

        Failure failure = failure(Kind.WRONG_PASSPHRASE, this::createStore);

        assertThat(failure.fields()).containsEntry("file", fixture.keys().toString());
    }

    @Test
    void aSourceOfTheOtherKindIsReported() {
        String id = keyFile();
        createStore();
        fixture.variables.remove("FLEETAUTH_KEY_FILE");
        fixture.hasTerminal = true;
        fixture.variables.put("FLEETAUTH_PASSPHRASE", StoreFixture.PASSPHRASE);
        assertThat(failure(Kind.WRONG_KEY, this::createStore).fields())
                .containsEntry("needs", "the key file, or key command, with the key " + id);

        fixture.variables.remove("FLEETAUTH_PASSPHRASE");
        assertThat(failure(Kind.NO_KEY_SOURCE, this::createStore).fields())
                .containsEntry("needs", "the key file, or key command, with the key " + id);
        assertThat(fixture.prompts).isEmpty();
    }

    @Test
    void aKeyFileForAStoreWithAPassphraseIsReported() {
        fixture.variables.put("FLEETAUTH_PASSPHRASE", StoreFixture.PASSPHRASE);
        createStore();
        fixture.variables.remove("FLEETAUTH_PASSPHRASE");
        keyFile();
        fixture.hasTerminal = true;

        assertThat(failure(Kind.WRONG_KEY, this::createStore).fields()).containsEntry("needs", "its passphrase");
        assertThat(fixture.prompts).isEmpty();
    }

    @Test
    void aKeyringForAStoreWithAPassphraseIsReported() {
        fixture.variables.put("FLEETAUTH_PASSPHRASE", StoreFixture.PASSPHRASE);
        createStore();
        fixture.variables.remove("FLEETAUTH_PASSPHRASE");
        fixture.variables.put("FLEETAUTH_KEYRING", "secret-tool");
        fixture.hasTerminal = true;

        assertThat(failure(Kind.WRONG_KEY, this::createStore).fields())
                .containsEntry("needs", "its passphrase")
                .containsEntry("given", "FLEETAUTH_KEYRING");
        assertThat(fixture.prompts).isEmpty();
    }

    @Test
    void ofTwoSourcesTheMatchingOneIsUsed() {
        keyFile();
        createStore();
        fixture.variables.put("FLEETAUTH_PASSPHRASE", "");
        createStore();

        StoreFixture other = withPassphrase("other");
        other.variables.put("FLEETAUTH_KEY_FILE", "/does/not/exist");
        other.store().checkWritable(Profiles.NAME);
    }

    private StoreFixture withPassphrase(String name) {
        try {
            StoreFixture other = new StoreFixture(Files.createDirectory(folder.resolve(name)));
            other.variables.put("FLEETAUTH_PASSPHRASE", StoreFixture.PASSPHRASE);
            other.store().checkWritable(Profiles.NAME);
            return other;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aDifferentKeyFileIsReported() {
        String id = keyFile();
        createStore();
        Path other = folder.resolve("other.jwk");
        KeyFile.create(other, Forge.RANDOM);
        fixture.variables.put("FLEETAUTH_KEY_FILE", other.toString());

        assertThat(failure(Kind.WRONG_KEY, this::createStore).fields())
                .containsEntry("needs", "the key file, or key command, with the key " + id);
    }

    @Test
    void aDifferentKeyWithTheSameIdIsReported() throws IOException {
        String id = keyFile();
        createStore();
        Path other = keyFile(
                new OctetSequenceKey.Builder(Forge.random(32)).keyID(id).build().toJSONString());
        fixture.variables.put("FLEETAUTH_KEY_FILE", other.toString());

        failure(Kind.WRONG_KEY, this::createStore);
    }

    // The description.

    @Test
    void theDescriptionNeedsNoKey() {
        String id = keyFile();
        createStore();
        fixture.variables.clear();

        KeyDescription description = fixture.store().keyDescription().orElseThrow();

        assertThat(description.kind()).isEqualTo(KeyDescription.Kind.KEY);
        assertThat(description.keyId()).isEqualTo(id);
        assertThat(description.iterations()).isNull();
        assertThat(description.place()).isEqualTo(fixture.keys().toString());
        assertThat(KeyVariables.of(description.kind())).containsExactly("FLEETAUTH_KEY_FILE", "FLEETAUTH_KEY_COMMAND");

        KeyDescription other = withPassphrase("other").store().keyDescription().orElseThrow();
        assertThat(other.kind()).isEqualTo(KeyDescription.Kind.PASSPHRASE);
        assertThat(other.iterations()).isEqualTo(StoreFixture.ITERATIONS);
        assertThat(other.keyId()).isNull();
    }

    @Test
    void theProgramUsesManyIterations() {
        fixture.variables.put("FLEETAUTH_PASSPHRASE", StoreFixture.PASSPHRASE);
        FileStore store = new FileStore(fixture.environment(), fixture.home, true, warning -> {});

        store.checkWritable(Profiles.NAME);

        assertThat(store.keyDescription().orElseThrow().iterations()).isEqualTo(600_000L);
    }

    // Key files.

    @DisabledOnOs(OS.WINDOWS)
    @Test
    void onlyItsOwnerCanReadANewKeyFile() throws Exception {
        Path file = folder.resolve("new.jwk");

        String id = KeyFile.create(file, Forge.RANDOM);

        assertThat(StoreFixture.mode(file)).isEqualTo("rw-------");
        var jwk = JSONObjectUtils.parse(Files.readString(file));
        assertThat(jwk.keySet()).containsExactlyInAnyOrder("kty", "kid", "alg", "k");
        assertThat(jwk)
                .containsEntry("kty", "oct")
                .containsEntry("alg", "A256KW")
                .containsEntry("kid", id);
        assertThat(new Base64URL((String) jwk.get("k")).decode()).hasSize(32);
    }

    @DisabledOnOs(OS.WINDOWS)
    @Test
    void aNewKeyFileOverwritesNothing() throws IOException {
        Path file = Files.writeString(folder.resolve("new.jwk"), "precious");
        assertThat(failure(Kind.FILE_EXISTS, () -> KeyFile.create(file, Forge.RANDOM))
                        .fields())
                .containsEntry("file", file.toString());
        assertThat(file).hasContent("precious");

        Path link = Files.createSymbolicLink(folder.resolve("link.jwk"), folder.resolve("target"));
        failure(Kind.FILE_EXISTS, () -> KeyFile.create(link, Forge.RANDOM));
        assertThat(folder.resolve("target")).doesNotExist();

        failure(Kind.STORE_UNWRITABLE, () -> KeyFile.create(folder.resolve("none/new.jwk"), Forge.RANDOM));
    }

    @DisabledOnOs(OS.WINDOWS)
    @ParameterizedTest
    @CsvSource({"rw-r-----,0640", "rw----r--,0604", "rw--w----,0620", "rwxrwxrwx,0777"})
    void aKeyFileThatOthersCanReadOrWriteIsRejected(String mode, String octal) throws IOException {
        keyFile();
        Path file = Path.of(fixture.variables.get("FLEETAUTH_KEY_FILE"));
        StoreFixture.chmod(file, mode);

        assertThat(failure(Kind.FILE_EXPOSED, this::createStore).fields())
                .containsEntry("file", file.toString())
                .containsEntry("mode", octal);
        assertThat(fixture.home).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "{}",
                "[]",
                "canary",
                "{\"kty\":\"oct\"}",
                "{\"kty\":\"oct\",\"k\":\"\"}",
                "{\"kty\":\"oct\",\"k\":null}",
                "{\"kty\":\"oct\",\"k\":5}",
                "{\"kty\":\"oct\",\"k\":\"Y2FuYXJ5\"}",
                "{\"kty\":\"oct\",\"k\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\",\"alg\":\"A256GCM\"}",
                "{\"kty\":\"oct\",\"k\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
                "{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}",
                "{\"kty\":\"canary\",\"k\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
                "{\"keys\":[]}"
            })
    void aFileWithoutAValidKeyIsRejectedAndNotQuoted(String content) throws IOException {
        fixture.variables.put("FLEETAUTH_KEY_FILE", keyFile(content).toString());

        Failure failure = failure(Kind.KEY_FILE_INVALID, this::createStore);

        assertThat(failure).hasNoCause();
        assertThat(failure.fields().get("why")).isNotEmpty().doesNotContain("canary");
        assertThat(fixture.home).doesNotExist();
    }

    @Test
    void aKeyFileMayHaveNoKeyId() throws IOException {
        fixture.variables.put(
                "FLEETAUTH_KEY_FILE",
                keyFile(new OctetSequenceKey.Builder(Forge.random(32)).build().toJSONString())
                        .toString());

        createStore();
        createStore();

        KeyDescription description = fixture.store().keyDescription().orElseThrow();
        assertThat(description.keyId()).isNull();
        assertThat(description.needs()).isEqualTo("its key file or key command");
    }

    @Test
    void aMissingKeyFileIsReported() {
        fixture.variables.put("FLEETAUTH_KEY_FILE", folder.resolve("none").toString());
        failure(Kind.KEY_SOURCE_FAILED, this::createStore);
        fixture.variables.put("FLEETAUTH_KEY_FILE", folder.toString());
        failure(Kind.KEY_SOURCE_FAILED, this::createStore);
        fixture.variables.put("FLEETAUTH_KEY_FILE", "\0");
        failure(Kind.BAD_VALUE, this::createStore);
    }

    // The keys file.

    @Test
    void aModifiedKeysFileIsRejected() throws IOException {
        keyFile();
        createStore();
        String sealed = Files.readString(fixture.keys()).trim();
        for (int i = 0; i < sealed.length(); i++) {
            char other = sealed.charAt(i) == 'A' ? 'B' : 'A';
            Files.writeString(fixture.keys(), sealed.substring(0, i) + other + sealed.substring(i + 1));
            Failure failure = catchThrowableOfType(Failure.class, this::createStore);
            assertThat(failure).as("character %d", i).isNotNull();
            assertThat(failure.kind())
                    .isIn(Kind.STORE_DAMAGED, Kind.VERSION_UNSUPPORTED, Kind.WRONG_KEY, Kind.NO_KEY_SOURCE);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"keys\":[]}",
                "{}",
                "null",
                "canary",
                "{\"keys\":[KEY,KEY]}",
                "{\"keys\":[{\"kty\":\"canary\"},KEY]}",
                "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"a\",\"alg\":\"A256GCM\",\"k\":\"Y2FuYXJ5\"}]}",
                "{\"keys\":[{\"kty\":\"oct\",\"alg\":\"A256GCM\",\"k\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}]}",
                "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"a\",\"k\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}]}"
            })
    void contentThatIsNotAKeySetIsRejected(String json) throws IOException {
        byte[] key = Forge.random(32);
        String content = json.replace(
                "KEY",
                "{\"kty\":\"oct\",\"kid\":\"a\",\"alg\":\"A256GCM\",\"k\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}");
        Files.createDirectories(fixture.home);
        Files.writeString(
                fixture.keys(),
                Forge.wrapped(
                        "{\"alg\":\"A256KW\",\"enc\":\"A256GCM\",\"typ\":\"fleetauth-keys\",\"version\":1,\"store\":\"s\",\"keys\":[\"a\"]}",
                        content.getBytes(StandardCharsets.UTF_8),
                        key));
        fixture.variables.put(
                "FLEETAUTH_KEY_FILE",
                keyFile(new OctetSequenceKey.Builder(key).build().toJSONString())
                        .toString());

        Failure failure = failure(Kind.STORE_DAMAGED, this::createStore);

        assertThat(failure).hasNoCause();
        assertThat(failure.fields().get("why")).doesNotContain("canary");
    }

    @Test
    void concurrentCreationYieldsOneStore() throws Exception {
        keyFile();
        List<String> stores = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        CountDownLatch start = new CountDownLatch(1);
        for (int i = 0; i < 8; i++) {
            FileStore store = fixture.store();
            Thread thread = new Thread(() -> {
                try {
                    start.await();
                    store.checkWritable(Profiles.NAME);
                    stores.add(fixture.openKeys().current().getKeyID());
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            thread.start();
            threads.add(thread);
        }
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(stores).hasSize(8);
        assertThat(Set.copyOf(stores)).hasSize(1);
    }

    /** While this process obtains a passphrase, another one creates the store with a key file. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void keysThatAnotherProcessCreatedWithAnotherSourceAreOpened() throws IOException {
        fixture.store()
                .keyChanges()
                .set(new KeyChoice(
                        KeyChoice.Kind.KEY_FILE, folder.resolve("key.jwk").toString(), "--key-file"));
        List<String> created = fixture.openKeys().ids();
        Path elsewhere = Files.move(fixture.keys(), folder.resolve("elsewhere"));
        fixture.variables.put(
                "FLEETAUTH_PASSPHRASE_COMMAND",
                "/bin/mv '" + elsewhere + "' '" + fixture.keys() + "'; echo '" + StoreFixture.PASSPHRASE + "'");

        assertThat(fixture.openKeys().ids()).isEqualTo(created);
    }

    private void createStore() {
        fixture.store().checkWritable(Profiles.NAME);
    }

    private String keyFile() {
        Path file = folder.resolve("key.jwk");
        fixture.variables.put("FLEETAUTH_KEY_FILE", file.toString());
        return KeyFile.create(file, Forge.RANDOM);
    }

    private Path keyFile(String content) throws IOException {
        return privateFile(folder.resolve("given.jwk"), content);
    }

    private Path passphraseFile(String content) throws IOException {
        return privateFile(folder.resolve("passphrase"), content);
    }

    private static Path privateFile(Path file, String content) throws IOException {
        Files.writeString(file, content);
        StoreFixture.chmod(file, "rw-------");
        return file;
    }
}
