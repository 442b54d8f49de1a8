package dev.fleetauth.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.OctetSequenceKey;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.key.KeyFile;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.seal.Envelope;
import dev.fleetauth.seal.Forge;
import dev.fleetauth.seal.ProfileCodec;
import dev.fleetauth.seal.Profiles;
import dev.fleetauth.seal.StoreKeys;
import dev.fleetauth.testing.Generated;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Generated inputs in place of the files of a store are opened or rejected, and cause no other exception. */
@Tag("any-jdk")
class StoreGeneratedInputsTest {

    @TempDir
    Path folder;

    @Test
    void onlyAnUnchangedRecordOpens() {
        StoreKeys keys = StoreKeys.create(Forge.RANDOM);
        String good = ProfileCodec.encode(Profiles.full()).seal(keys, Profiles.NAME, Forge.RANDOM);
        Generated.from(good, "eyJ.AA..AA.AA").forEach(input -> {
            try {
                Envelope.open(input, keys, Profiles.NAME);
                assertThat(input.strip()).as("seed %s", Generated.SEED).isEqualTo(good);
            } catch (MalformedException e) {
                assertThat(e.why()).isNotEmpty();
            }
        });
    }

    /** As if sealed by someone with the key. */
    @Test
    void onlyCanonicalProfilesAreAccepted() {
        Envelope good = ProfileCodec.encode(Profiles.full());
        String json = new String(good.plaintext(), StandardCharsets.UTF_8);
        Generated.from(json).forEach(input -> {
            var changed = new Envelope(good.session(), good.generation(), input.getBytes(StandardCharsets.UTF_8));
            try {
                Profile profile = ProfileCodec.decode(Profiles.NAME, changed);
                assertThat(ProfileCodec.encode(profile).plaintext())
                        .as("seed %s", Generated.SEED)
                        .isEqualTo(changed.plaintext());
            } catch (MalformedException e) {
                assertThat(e.why()).isNotEmpty();
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + Generated.SEED + ": " + input, e);
            }
        });
    }

    @Test
    void onlyKeysOf256BitsAreAccepted() throws Exception {
        Path file = folder.resolve("generated.key");
        KeyFile.create(file, Forge.RANDOM);
        String good = Files.readString(file);
        for (String input :
                Generated.from(good, "{\"kty\":\"oct\",\"k\":\"AA\"}").toList()) {
            Files.write(file, input.getBytes(StandardCharsets.UTF_8));
            try {
                KeyFile.read(file);
                assertThat(OctetSequenceKey.parse(input).size())
                        .as("seed %s", Generated.SEED)
                        .isEqualTo(256);
            } catch (Failure failure) {
                assertThat(failure.kind()).as("seed %s", Generated.SEED).isEqualTo(Kind.KEY_FILE_INVALID);
                assertThat(failure.fields().get("why")).isNotEmpty();
            }
        }
    }
}
