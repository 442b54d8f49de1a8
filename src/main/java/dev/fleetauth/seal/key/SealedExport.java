package dev.fleetauth.seal.key;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWEHeader;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.seal.Envelope;
import dev.fleetauth.seal.Jwe;
import dev.fleetauth.seal.KeyEncryptionKey;
import dev.fleetauth.seal.ProfileCodec;
import dev.fleetauth.seal.SealedProfile;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A profile on its way to another machine: a JWE of the same content as in a store, under a key that was given for this
 * alone. {@code docs/store-format.md} has its header.
 */
final class SealedExport {

    /** The largest export that is read. */
    static final int MAX_BYTES = SealedProfile.MAX_BYTES;

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
    static String seal(Profile profile, KeyEncryptionKey key, SecureRandom random) {
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

    /** Reads an export as far as that takes no key. */
    static SealedExport parse(String text) throws MalformedException {
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
            throw new MalformedException("it is not sealed in a way that is known");
        }
        compact.expect(TYPE, members);
        return new SealedExport(compact, kind, keyId);
    }

    /** Which kind of key opens it. */
    KeyDescription.Kind kind() {
        return kind;
    }

    /** The id of the key that opens it; null for a passphrase, or where the key has none. */
    @Nullable
    String keyId() {
        return keyId;
    }

    /**
     * Opens it.
     *
     * @return empty if this is not the key it was sealed with, or it was changed since, which cannot be told apart
     * @throws MalformedException if it opens and is no profile
     */
    Optional<Profile> open(KeyEncryptionKey key) throws MalformedException {
        String name = compact.text("profile");
        if (!ProfileName.isName(name)) {
            throw new MalformedException("its header has no usable profile");
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
