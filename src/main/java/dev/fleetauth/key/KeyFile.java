package dev.fleetauth.key;

import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import dev.fleetauth.host.ExactText;
import dev.fleetauth.host.file.Disk;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.host.file.Permissions;
import dev.fleetauth.host.json.CanonicalJson;
import dev.fleetauth.model.Failure;
import dev.fleetauth.seal.Jwk;
import dev.fleetauth.seal.StoreKeys;
import dev.fleetauth.seal.WrappingKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;

/** A key file: 32 random bytes as an {@code oct} JWK (RFC 7518 6.4), the key-encryption key of a store. */
public final class KeyFile {

    private static final int MAX_BYTES = 16 * 1024;
    private static final int KEY_BYTES = 32;

    private KeyFile() {}

    /**
     * Creates a key file that only its owner can read.
     *
     * @param path the path, which must not exist yet
     * @param random the source of the key
     * @return the id of the new key, which is not secret
     * @throws Failure of kind {@code FILE_EXISTS} if the path exists, {@code STORE_UNWRITABLE} if it cannot be written
     */
    public static String create(Path path, SecureRandom random) {
        OctetSequenceKey key = newKey(random);
        byte[] json = (key.toJSONString() + "\n").getBytes(StandardCharsets.UTF_8);
        Disk disk = new Disk();
        try {
            disk.writeNew(path, json);
            disk.flushDirectory(path.toAbsolutePath().getParent());
        } catch (FileAlreadyExistsException e) {
            throw Failure.because(e, Failure.Kind.FILE_EXISTS, path);
        } catch (IOException e) {
            throw Failure.because(e, Failure.Kind.STORE_UNWRITABLE, path, Disk.reason(e), "nothing was sent");
        } finally {
            Arrays.fill(json, (byte) 0);
        }
        return key.getKeyID();
    }

    /**
     * Reads a key file.
     *
     * @throws Failure of kind {@code KEY_FILE_EXPOSED} if users other than its owner can read it, {@code
     * KEY_FILE_INVALID} if it contains no such key, {@code KEY_SOURCE_FAILED} if it cannot be read
     */
    public static WrappingKey read(Path path) {
        byte[] json;
        try {
            Disk.rejectDirectory(path);
            String mode = Permissions.modeIfOthersCan(Permissions.READ_OR_WRITE, path);
            if (mode != null) {
                throw Failure.of(Failure.Kind.KEY_FILE_EXPOSED, path, mode);
            }
            json = Disk.readFollowingLinks(path, MAX_BYTES);
        } catch (IOException e) {
            throw Failure.because(e, Failure.Kind.KEY_SOURCE_FAILED, path, Disk.reason(e));
        } catch (MalformedException e) {
            throw Failure.of(Failure.Kind.KEY_FILE_INVALID, path, e.why());
        }
        try {
            return new WrappingKey(parse(json));
        } catch (MalformedException e) {
            throw Failure.of(Failure.Kind.KEY_FILE_INVALID, path, e.why());
        } finally {
            Arrays.fill(json, (byte) 0);
        }
    }

    /** Creates a key-encryption key. */
    static OctetSequenceKey newKey(SecureRandom random) {
        return new OctetSequenceKey.Builder(StoreKeys.randomBytes(random, KEY_BYTES))
                .keyID(StoreKeys.randomId(random))
                .algorithm(JWEAlgorithm.A256KW)
                .build();
    }

    /** Parses the JWK of a key-encryption key, and wipes the bytes. */
    static OctetSequenceKey parse(byte[] json) throws MalformedException {
        try {
            return Jwk.read(CanonicalJson.object(new String(ExactText.decode(json, "the key"))), JWEAlgorithm.A256KW);
        } catch (ExactText.Malformed e) {
            throw new MalformedException(e.why());
        }
    }
}
