package dev.fleetauth.key;

import dev.fleetauth.host.file.Disk;
import dev.fleetauth.host.file.FileReason;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.host.file.Permissions;
import dev.fleetauth.model.Failure;
import dev.fleetauth.seal.WrappingKey;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Objects;

/** A key file: 32 random bytes as an {@code oct} JWK (RFC 7518 6.4), the key-encryption key of a store or an export. */
public final class KeyFile {

    private static final int MAX_BYTES = 16 * 1024;

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
        WrappingKey key = WrappingKey.create(random);
        byte[] jwk = key.toJson();
        byte[] json = Arrays.copyOf(jwk, jwk.length + 1);
        json[jwk.length] = '\n';
        Arrays.fill(jwk, (byte) 0);
        Disk disk = new Disk();
        try {
            disk.writeNew(path, json);
            disk.flushDirectory(path.toAbsolutePath().getParent());
        } catch (FileAlreadyExistsException e) {
            throw Failure.because(e, Failure.Kind.FILE_EXISTS, path);
        } catch (IOException e) {
            throw Failure.because(e, Failure.Kind.STORE_UNWRITABLE, path, FileReason.of(e), "no key was created");
        } finally {
            Arrays.fill(json, (byte) 0);
        }
        return Objects.requireNonNull(key.id());
    }

    /**
     * Reads a key file.
     *
     * @throws Failure of kind {@code FILE_EXPOSED} if users other than its owner can read or change it,
     * {@code KEY_FILE_INVALID} if its content is invalid, {@code KEY_SOURCE_FAILED} if it cannot be read
     */
    public static WrappingKey read(Path path) {
        byte[] json;
        try {
            Disk.rejectDirectory(path);
            String mode = Permissions.modeIfOthersCan(Permissions.READ_OR_WRITE, path);
            if (mode != null) {
                throw Failure.of(Failure.Kind.FILE_EXPOSED, path, mode);
            }
            json = Disk.readFollowingLinks(path, MAX_BYTES);
        } catch (IOException e) {
            throw Failure.because(e, Failure.Kind.KEY_SOURCE_FAILED, path, FileReason.of(e));
        } catch (MalformedException e) {
            throw Failure.of(Failure.Kind.KEY_FILE_INVALID, path, e.why());
        }
        try {
            return WrappingKey.parse(json);
        } catch (MalformedException e) {
            throw Failure.of(Failure.Kind.KEY_FILE_INVALID, path, e.why());
        } finally {
            Arrays.fill(json, (byte) 0);
        }
    }
}
