package dev.fleetauth.seal;

import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A profile exported to another machine: a JWE with the same content as in a store, under a key for this purpose only.
 * {@code docs/store-format.md} specifies its header.
 */
public final class SealedExport {

    /** The maximum size of an export that is read. */
    public static final int MAX_BYTES = SealedProfile.MAX_BYTES;

    private static final String TYPE = "fleetauth-export";

    private final Jwe jwe;
    private final KeyHeader header;

    private SealedExport(Jwe jwe, KeyHeader header) {
        this.jwe = jwe;
        this.header = header;
    }

    /** Seals a profile. */
    public static String seal(Profile profile, KeyEncryptionKey key, SecureRandom random) {
        Envelope record = ProfileCodec.encode(profile);
        Map<String, Object> members = Map.of(
                "profile", profile.name().value(), "session", record.session(), "generation", record.generation());
        return key.encrypt(TYPE, members, record.plaintext(), random);
    }

    /** Parses an export as far as possible without a key. */
    public static SealedExport parse(String text) throws MalformedException {
        Jwe jwe = Jwe.parse(text);
        KeyHeader header = KeyHeader.of(jwe);
        header.members().addAll(Set.of("profile", "session", "generation"));
        jwe.expect(TYPE, header.members());
        return new SealedExport(jwe, header);
    }

    /** Whether a passphrase opens the export. */
    public boolean needsPassphrase() {
        return header.isPassphrase();
    }

    /** The id of the key that opens the export; null for a passphrase, or if the key has none. */
    @Nullable
    public String keyId() {
        return header.keyId();
    }

    /**
     * Opens the export.
     *
     * @return empty if the key is wrong or the export was modified, which cannot be distinguished
     * @throws MalformedException if the name in its header is invalid, or if it opens but is not a profile
     */
    public Optional<Profile> open(KeyEncryptionKey key) throws MalformedException {
        String name = jwe.text("profile");
        if (!ProfileName.isName(name)) {
            throw new MalformedException("its header has no valid profile");
        }
        byte[] content = key.decrypt(jwe);
        if (content == null) {
            return Optional.empty();
        }
        try {
            var record = new Envelope(jwe.text("session"), jwe.number("generation"), content);
            return Optional.of(ProfileCodec.decode(new ProfileName(name), record));
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }
}
