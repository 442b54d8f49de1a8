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

/** Another program opens our files, and we open its: the format is what the standards say, and not what we think. */
@Tag("host-program")
public class JoseProgramTest {

    /** The most that Debian's {@code jose} takes. */
    private static final int ITERATIONS = 32_768;

    /** Which of the page's blocks does what. */
    private static final int BY_KEY_FILE = 0;

    private static final int BY_PASSPHRASE = 1;
    private static final int HEADER = 2;

    private static final Duration WAIT = Duration.ofSeconds(10);

    @TempDir
    private Path folder;

    private StoreFixture world;

    @BeforeEach
    void theProgram() throws IOException {
        Programs.require("jose");
        world = new StoreFixture(folder);
    }

    @Test
    void itOpensAStoreWithAKeyFile() throws Exception {
        Path keyFile = folder.resolve("key.jwk");
        KeyFile.create(keyFile, Forge.RANDOM);
        world.variables.put("FLEETAUTH_KEY_FILE", keyFile.toString());

        assertItOpens(world.store(), BY_KEY_FILE);
    }

    @Test
    void itOpensAStoreWithAPassphrase() throws Exception {
        world.variables.put("FLEETAUTH_PASSPHRASE", StoreFixture.PASSPHRASE);
        FileStore store =
                new FileStore(world.environment(), world.home, true, world.warnings::add, new Disk(), ITERATIONS);

        assertItOpens(store, BY_PASSPHRASE);
    }

    /** With the commands of the page: all but the first are given in the folder that it goes to. */
    private void assertItOpens(FileStore store, int way) throws Exception {
        Profile full = Profiles.full();
        Profile profile = new Profile(new ProfileName("default"), full.generation(), full.session(), full.candidate());
        store.checkWritable(profile.name());
        try (Store.Lease lease = store.lock(profile.name(), WAIT)) {
            lease.save(profile, false);
        }
        Files.createDirectories(folder.resolve(".local/state"));
        Files.createSymbolicLink(folder.resolve(".local/state/fleetauth"), world.home);
        List<String> commands = Pages.commands(Path.of("docs/store-format.md"), "Opening a store by hand");
        assertThat(commands).hasSize(3);
        String goThere = commands.get(0).lines().findFirst().orElseThrow() + "\n";

        assertThat(sh(way == BY_KEY_FILE ? commands.get(way) : goThere + commands.get(way)))
                .isEqualTo(new String(ProfileCodec.encode(profile).plaintext(), StandardCharsets.UTF_8));
        assertThat(JSONObjectUtils.parse(sh(goThere + commands.get(HEADER))))
                .containsEntry("typ", "fleetauth-profile")
                .containsEntry("profile", "default");
    }

    @Test
    void weOpenAStoreItMadeWithAKeyFile() throws Exception {
        Path keyFile = folder.resolve("key.jwk");
        privately(keyFile, jose("jwk", "gen", "-i", "{\"alg\":\"A256KW\",\"kid\":\"key-1\"}"));
        world.variables.put("FLEETAUTH_KEY_FILE", keyFile.toString());

        assertWeOpen(keyFile, Map.of("alg", "A256KW", "kid", "key-1"));
    }

    @Test
    void weOpenAStoreItMadeWithAPassphrase() throws Exception {
        world.variables.put("FLEETAUTH_PASSPHRASE", StoreFixture.PASSPHRASE);

        assertWeOpen(passphraseAsKey(), Map.of("alg", "PBES2-HS512+A256KW", "p2c", ITERATIONS));
    }

    private void assertWeOpen(Path keyEncryptionKey, Map<String, Object> algorithm) throws Exception {
        Files.createDirectories(world.home.resolve("profiles"));
        String key = jose("jwk", "gen", "-i", "{\"kty\":\"oct\",\"bytes\":32,\"kid\":\"store-key\"}");
        Map<String, Object> jwk = JSONObjectUtils.parse(key);
        jwk.put("alg", "A256GCM");
        Path keyFile = privately(folder.resolve("store-key.jwk"), JSONObjectUtils.toJSONString(jwk));

        Map<String, Object> keysHeader = JSONObjectUtils.newJSONObject();
        keysHeader.putAll(algorithm);
        keysHeader.putAll(Map.of("enc", "A256GCM", "typ", "fleetauth-keys", "version", 1, "store", "its-store"));
        keysHeader.put("keys", List.of("store-key"));
        byte[] keySet =
                JSONObjectUtils.toJSONString(Map.of("keys", List.of(jwk))).getBytes(StandardCharsets.UTF_8);
        seal(keysHeader, keySet, keyEncryptionKey, world.keys());

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
        seal(header, ProfileCodec.encode(Profiles.full()).plaintext(), keyFile, world.record());

        assertThat(world.store().read(Profiles.NAME)).contains(Profiles.full());
        assertThat(world.store().keyDescription().orElseThrow().store()).isEqualTo("its-store");
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

    /** It asks for passphrases at a terminal only, but takes one as a key of its bytes. */
    private Path passphraseAsKey() throws IOException {
        return privately(
                folder.resolve("passphrase.jwk"),
                new OctetSequenceKey.Builder(Base64URL.encode(StoreFixture.PASSPHRASE))
                        .build()
                        .toJSONString());
    }

    private static Path privately(Path file, String content) throws IOException {
        Files.writeString(file, content);
        StoreFixture.chmod(file, "rw-------");
        return file;
    }

    private static String jose(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("jose"));
        command.addAll(List.of(arguments));
        return output(new ProcessBuilder(command));
    }

    /** What a script prints, with our variables and our folder as the person's own. */
    private String sh(String script) throws IOException, InterruptedException {
        ProcessBuilder shell = new ProcessBuilder("bash", "-euo", "pipefail", "-c", script);
        shell.environment().keySet().removeIf(name -> name.startsWith("FLEETAUTH_"));
        shell.environment().putAll(world.variables);
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
