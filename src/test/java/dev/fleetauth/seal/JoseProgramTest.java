package dev.fleetauth.seal;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.fleetauth.host.file.Disk;
import dev.fleetauth.key.KeyFile;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.store.Store;
import dev.fleetauth.store.file.FileStore;
import dev.fleetauth.store.file.StoreFixture;
import dev.fleetauth.testing.Pages;
import dev.fleetauth.testing.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program {@code jose} opens our files, and we open its files, so the format follows the standards. */
@Tag("host-program")
public class JoseProgramTest {

    /** The maximum that Debian's {@code jose} accepts. */
    private static final int ITERATIONS = 32_768;

    /** Indexes of the commands in {@code docs/store-format.md}. */
    private static final int BY_KEY_FILE = 0;

    private static final int BY_PASSPHRASE = 1;
    private static final int HEADER = 2;

    private static final Duration WAIT = Duration.ofSeconds(10);

    @TempDir
    private Path folder;

    private StoreFixture fixture;

    @BeforeEach
    void setUp() throws IOException {
        Programs.require("jose");
        fixture = new StoreFixture(folder);
    }

    @Test
    void joseOpensAStoreWithAKeyFile() throws Exception {
        Path keyFile = folder.resolve("key.jwk");
        KeyFile.create(keyFile, Forge.RANDOM);
        fixture.variables.put("FLEETAUTH_KEY_FILE", keyFile.toString());

        assertJoseOpens(fixture.store(), BY_KEY_FILE);
    }

    @Test
    void joseOpensAStoreWithAPassphrase() throws Exception {
        fixture.variables.put("FLEETAUTH_PASSPHRASE", StoreFixture.PASSPHRASE);
        FileStore store =
                new FileStore(fixture.environment(), fixture.home, true, fixture.warnings::add, new Disk(), ITERATIONS);

        assertJoseOpens(store, BY_PASSPHRASE);
    }

    /** Runs the command at this index, and that for the header; all but the first need the first one's {@code cd}. */
    private void assertJoseOpens(FileStore store, int index) throws Exception {
        Profile full = Profiles.full();
        Profile profile = new Profile(new ProfileName("default"), full.generation(), full.session(), full.candidate());
        store.checkWritable(profile.name());
        try (Store.Lease lease = store.lock(profile.name(), WAIT)) {
            lease.save(profile, false);
        }
        Files.createDirectories(folder.resolve(".local/state"));
        Files.createSymbolicLink(folder.resolve(".local/state/fleetauth"), fixture.home);
        List<String> commands = Pages.commands(Path.of("docs/store-format.md"), "Opening a store by hand");
        assertThat(commands).hasSize(3);
        String changeDirectory = commands.get(0).lines().findFirst().orElseThrow() + "\n";

        assertThat(sh(index == BY_KEY_FILE ? commands.get(index) : changeDirectory + commands.get(index)))
                .isEqualTo(new String(ProfileCodec.encode(profile).plaintext(), StandardCharsets.UTF_8));
        assertThat(JSONObjectUtils.parse(sh(changeDirectory + commands.get(HEADER))))
                .containsEntry("typ", "fleetauth-profile")
                .containsEntry("profile", "default");
    }

    @Test
    void weOpenAStoreThatJoseMadeWithAKeyFile() throws Exception {
        Path keyFile = folder.resolve("key.jwk");
        writePrivate(keyFile, jose("jwk", "gen", "-i", "{\"alg\":\"A256KW\",\"kid\":\"key-1\"}"));
        fixture.variables.put("FLEETAUTH_KEY_FILE", keyFile.toString());

        assertWeOpen(keyFile, Map.of("alg", "A256KW", "kid", "key-1"));
    }

    @Test
    void weOpenAStoreThatJoseMadeWithAPassphrase() throws Exception {
        fixture.variables.put("FLEETAUTH_PASSPHRASE", StoreFixture.PASSPHRASE);

        assertWeOpen(passphraseAsKey(), Map.of("alg", "PBES2-HS512+A256KW", "p2c", ITERATIONS));
    }

    private void assertWeOpen(Path keyEncryptionKey, Map<String, Object> algorithm) throws Exception {
        Files.createDirectories(fixture.home.resolve("profiles"));
        String key = jose("jwk", "gen", "-i", "{\"kty\":\"oct\",\"bytes\":32,\"kid\":\"store-key\"}");
        Map<String, Object> jwk = JSONObjectUtils.parse(key);
        jwk.put("alg", "A256GCM");
        Path keyFile = writePrivate(folder.resolve("store-key.jwk"), JSONObjectUtils.toJSONString(jwk));

        Map<String, Object> keysHeader = JSONObjectUtils.newJSONObject();
        keysHeader.putAll(algorithm);
        keysHeader.putAll(Map.of("enc", "A256GCM", "typ", "fleetauth-keys", "version", 1, "store", "its-store"));
        keysHeader.put("keys", List.of("store-key"));
        byte[] keySet =
                JSONObjectUtils.toJSONString(Map.of("keys", List.of(jwk))).getBytes(StandardCharsets.UTF_8);
        seal(keysHeader, keySet, keyEncryptionKey, fixture.keys());

        Map<String, Object> header = Map.of(
                "alg", "dir",
                "enc", "A256GCM",
                "kid", "store-key",
                "typ", "fleetauth-profile",
                "version", 1,
                "store", "its-store",
                "profile", "car",
                "session", "session-1",
                "generation", Long.MAX_VALUE);
        seal(header, ProfileCodec.encode(Profiles.full()).plaintext(), keyFile, fixture.record());

        assertThat(fixture.store().read(Profiles.NAME)).contains(Profiles.full());
        assertThat(fixture.store().keyDescription().orElseThrow().store()).isEqualTo("its-store");
    }

    private void seal(Map<String, Object> header, byte[] plaintext, Path key, Path file) throws Exception {
        Path content = Files.write(folder.resolve("plaintext"), plaintext);
        Path template = Files.writeString(
                folder.resolve("template"), JSONObjectUtils.toJSONString(Map.of("protected", header)));
        jose(
                "jwe",
                "enc",
                "-i",
                template.toString(),
                "-I",
                content.toString(),
                "-k",
                key.toString(),
                "-c",
                "-o",
                file.toString());
        StoreFixture.chmod(file, "rw-------");
    }

    /** {@code jose} prompts for passphrases only at a terminal, but accepts a key made of a passphrase's bytes. */
    private Path passphraseAsKey() throws IOException {
        return writePrivate(
                folder.resolve("passphrase.jwk"),
                new OctetSequenceKey.Builder(Base64URL.encode(StoreFixture.PASSPHRASE))
                        .build()
                        .toJSONString());
    }

    private static Path writePrivate(Path file, String content) throws IOException {
        Files.writeString(file, content);
        StoreFixture.chmod(file, "rw-------");
        return file;
    }

    private static String jose(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("jose"));
        command.addAll(List.of(arguments));
        return output(new ProcessBuilder(command));
    }

    /** The output of a script, with the fixture's variables and {@link #folder} as the home directory. */
    private String sh(String script) throws IOException, InterruptedException {
        ProcessBuilder shell = new ProcessBuilder("bash", "-euo", "pipefail", "-c", script);
        shell.environment().keySet().removeIf(name -> name.startsWith("FLEETAUTH_"));
        shell.environment().putAll(fixture.variables);
        shell.environment().put("HOME", folder.toString());
        return output(shell);
    }

    private static String output(ProcessBuilder program) throws IOException, InterruptedException {
        Process process = program.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s", program.command()).isZero();
        return output;
    }
}
