package dev.fleetauth.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.model.Profile;
import dev.fleetauth.store.file.StoreFixture;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The format of exports: what opens, and what a reader refuses. */
class SealedExportTest {

    private static final Profile PROFILE = Profiles.full();

    private final OctetSequenceKey jwk = new OctetSequenceKey.Builder(Forge.random(32))
            .keyID("export-key")
            .algorithm(JWEAlgorithm.A256KW)
            .build();
    private final KeyEncryptionKey key = new WrappingKey(jwk);
    private final String header = "{\"alg\":\"A256KW\",\"enc\":\"A256GCM\",\"kid\":\"export-key\","
            + "\"typ\":\"fleetauth-export\",\"version\":1,\"profile\":\"car\",\"session\":\"session-1\",\"generation\":"
            + PROFILE.generation() + "}";

    @Test
    void aSealedExportOpens() throws Exception {
        SealedExport export = SealedExport.parse(SealedExport.seal(PROFILE, key, Forge.RANDOM));
        assertThat(export.keyId()).isEqualTo("export-key");
        assertThat(export.needsPassphrase()).isFalse();
        assertThat(export.open(key)).contains(PROFILE);
    }

    @Test
    void anExportSealedByAnotherProgramOpens() throws Exception {
        assertThat(SealedExport.parse(forged(header)).open(key)).contains(PROFILE);
    }

    @Test
    void aPassphraseOpensWhatItSealed() throws Exception {
        try (Passphrase right = passphrase("correct horse battery");
                Passphrase wrong = passphrase("another horse battery")) {
            SealedExport export = SealedExport.parse(SealedExport.seal(PROFILE, right, Forge.RANDOM));
            assertThat(export.needsPassphrase()).isTrue();
            assertThat(export.open(wrong)).isEmpty();
            assertThat(export.open(right)).contains(PROFILE);
        }
    }

    @Test
    void anotherKeyDoesNotOpenAnExport() throws Exception {
        var other = new WrappingKey(new OctetSequenceKey.Builder(Forge.random(32)).build());
        assertThat(SealedExport.parse(SealedExport.seal(PROFILE, key, Forge.RANDOM))
                        .open(other))
                .isEmpty();
    }

    @Test
    void anInvalidHeaderIsRefused() throws Exception {
        Map<String, String> changes = new LinkedHashMap<>();
        changes.put("zip", header.replace("}", ",\"zip\":\"DEF\"}"));
        changes.put("an additional member", header.replace("}", ",\"store\":\"x\"}"));
        changes.put("another type", header.replace("fleetauth-export", "fleetauth-profile"));
        changes.put("another version", header.replace("\"version\":1", "\"version\":2"));
        changes.put("another algorithm", header.replace("\"A256KW\"", "\"dir\""));
        changes.put("no generation", header.replaceFirst(",\"generation\":\\d+", ""));
        changes.put("invalid profile name", header.replace("\"car\"", "\"../car\""));
        changes.put("a session other than that of the content", header.replace("session-1", "session-2"));
        for (Map.Entry<String, String> change : changes.entrySet()) {
            String export = forged(change.getValue());
            assertThatThrownBy(() -> SealedExport.parse(export).open(key))
                    .as(change.getKey())
                    .isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void anExportWithAChangedHeaderDoesNotOpen() throws Exception {
        String sealed = SealedExport.seal(PROFILE, key, Forge.RANDOM);
        String later = header.replaceFirst("\"generation\":\\d+", "\"generation\":1");
        String swapped = forged(later).replaceFirst("\\..*", "") + sealed.substring(sealed.indexOf('.'));
        assertThat(SealedExport.parse(swapped).open(key))
                .as("another generation in the header")
                .isEmpty();
    }

    private static Passphrase passphrase(String text) {
        return Passphrase.of(text.toCharArray(), StoreFixture.ITERATIONS);
    }

    private String forged(String protectedHeader) throws Exception {
        byte[] content = ProfileCodec.encode(PROFILE).plaintext();
        assertThat(new String(content, StandardCharsets.UTF_8)).contains("session-1");
        return Forge.wrapped(protectedHeader, content, jwk.toByteArray());
    }
}
