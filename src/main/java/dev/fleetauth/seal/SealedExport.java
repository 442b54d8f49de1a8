package dev.fleetauth.seal;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWEHeader;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
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
    private static final Set<String> MEMBERS =
            Set.of("alg", "enc", "typ", "version", "profile", "session", "generation");

    private final Jwe compact;
    private final KeyDescription.Kind kind;
    private final @Nullable String keyId;

    private SealedExport(Jwe compact, KeyDescription.Kind kind, @Nullable String keyId) {
        this.compact = compact;
        this.kind = kind;
        this.keyId = keyId;
    }

    /** Seals a profile. */
    public static String seal(Profile profile, KeyEncryptionKey key, SecureRandom random) {
        Envelope record = ProfileCodec.encode(profile);
        JWEHeader header = key.header()
                .type(new JOSEObjectType(TYPE))
                .customParam("version", Jwe.FORMAT_VERSION)
                .customParam("profile", profile.name().value())
                .customParam("session", record.session())
                .customParam("generation", record.generation())
                .build();
        try {
            return Jwe.encrypt(header, record.plaintext(), key.encrypter(), random);
        } catch (JOSEException e) {
            throw new IllegalStateException("the key-encryption key has the wrong length", e);
        } finally {
            Arrays.fill(record.plaintext(), (byte) 0);
        }
    }

    /** Parses an export as far as possible without a key. */
    public static SealedExport parse(String text) throws MalformedException {
        Jwe compact = Jwe.parse(text);
        String algorithm = compact.text("alg");
        Set<String> members = new HashSet<>(MEMBERS);
        KeyDescription.Kind kind;
        String keyId = null;
        if (algorithm.equals("PBES2-HS512+A256KW")) {
            kind = KeyDescription.Kind.PASSPHRASE;
            members.add("p2s");
            members.add("p2c");
            SealedKeys.requireCost(compact.number("p2c"), compact.text("p2s"));
        } else if (algorithm.equals("A256KW")) {
            kind = KeyDescription.Kind.KEY;
            if (compact.has("kid")) {
                members.add("kid");
                keyId = compact.text("kid");
            }
        } else {
            throw new MalformedException("it is sealed in an unknown way");
        }
        compact.expect(TYPE, members);
        return new SealedExport(compact, kind, keyId);
    }

    /** The kind of key that opens it. */
    public KeyDescription.Kind kind() {
        return kind;
    }

    /** The id of the key that opens it; null for a passphrase, or if the key has none. */
    @Nullable
    public String keyId() {
        return keyId;
    }

    /**
     * Opens it.
     *
     * @return empty if the key is wrong or the export was modified, which cannot be distinguished
     * @throws MalformedException if it opens but is not a profile
     */
    public Optional<Profile> open(KeyEncryptionKey key) throws MalformedException {
        String name = compact.text("profile");
        if (!ProfileName.isName(name)) {
            throw new MalformedException("its header has no valid profile");
        }
        byte[] contentKey = key.contentKey(compact);
        if (contentKey == null) {
            return Optional.empty();
        }
        byte[] content = compact.open(contentKey);
        Arrays.fill(contentKey, (byte) 0);
        if (content == null) {
            return Optional.empty();
        }
        try {
            var record = new Envelope(compact.text("session"), compact.number("generation"), content);
            return Optional.of(ProfileCodec.decode(new ProfileName(name), record));
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }
}
