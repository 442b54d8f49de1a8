package dev.fleetauth.store;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.file.Disk;
import dev.fleetauth.host.file.FileOwner;
import dev.fleetauth.host.file.FileReason;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.host.file.Permissions;
import dev.fleetauth.host.file.PrivateFiles;
import dev.fleetauth.host.file.VersionException;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads and writes the private files of a store. Fails or warns if others can access them. */
public final class StoreFiles extends PrivateFiles {

    /** The end of the message for a failed write on which nothing depended. */
    private static final String NOTHING_LOST = "no response was lost, and the stored data is unchanged";

    public StoreFiles(Environment env, Path home, Disk disk, Consumer<String> warnings) {
        super(env, home, disk, warnings);
    }

    /**
     * Fails in another user's home: files written there would lock that user out, or not be found again.
     *
     * @throws Failure of kind {@code HOME_FOREIGN}
     */
    public void requireOwnHome() {
        try {
            if (FileOwner.isForeign(home())) {
                throw Failure.of(Kind.HOME_FOREIGN, home());
            }
        } catch (IOException e) {
            throw unreadable(home(), e);
        }
    }

    /** Creates a directory of the home and missing parents. */
    public void makeDirectory(Path directory) {
        requireOwnHome();
        try {
            if (!Files.isDirectory(directory)) {
                disk().makeDirectory(directory);
                forceDirectory(directory.getParent());
            }
            FileOwner.give(directory, home());
        } catch (IOException e) {
            throw unwritable(directory, e);
        }
        checkAccess(directory);
    }

    /**
     * The content of a sealed file. Neither the file nor its directory may be writable by others.
     *
     * @return null if there is no such file
     */
    @Nullable
    public String read(Path directory, Path file, int max) {
        requireOwnHome();
        String content;
        try {
            content = readUnchecked(file, max);
        } catch (IOException e) {
            throw unreadable(file, e);
        } catch (MalformedException e) {
            throw malformed(file, e);
        }
        if (content != null) {
            checkAccess(directory);
            checkAccess(file);
        } else if (Files.exists(directory) && !Files.isDirectory(directory)) {
            // Some Java versions report a file below a pipe as missing.
            throw unreadable(directory, new IOException("it is not a directory"));
        }
        return content;
    }

    /**
     * The bytes of a sealed file as text, one character per byte; non-ASCII characters are detected when it is parsed.
     *
     * @return null if there is no such file
     */
    @Nullable
    public String readUnchecked(Path file, int max) throws IOException, MalformedException {
        byte[] content = disk().read(file, max);
        return content == null ? null : new String(content, StandardCharsets.ISO_8859_1);
    }

    /**
     * Like ssh, rejects a file that others can write, or that belongs to another user. If others can only read it, a
     * warning is enough, since it is sealed.
     */
    private void checkAccess(Path file) {
        try {
            String mode = Permissions.modeIfOthersCan(Permissions.READ_OR_WRITE, file);
            if (mode != null && Permissions.modeIfOthersCan(Permissions.WRITE, file) != null) {
                throw Failure.of(Kind.STORE_EXPOSED, file, mode);
            }
            // A directory created by a user usually has mode 0755, which reveals only names.
            if (mode != null && !Files.isDirectory(file)) {
                warnOnce(file, "other users can read " + file + " (mode " + mode + "); its content is sealed");
            }
            if (FileOwner.belongsToAnotherUser(file, home())) {
                throw Failure.of(Kind.STORE_FOREIGN, file);
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /**
     * The failure for a sealed text that cannot be opened.
     *
     * @param place where it is stored
     */
    static Failure malformed(Object place, MalformedException e) {
        Kind kind = e instanceof VersionException ? Kind.VERSION_UNSUPPORTED : Kind.STORE_DAMAGED;
        return Failure.of(kind, place, e.why());
    }

    public static Failure unreadable(Path file, IOException e) {
        return Failure.because(e, Kind.STORE_UNREADABLE, file, FileReason.of(e));
    }

    public static Failure unwritable(Path file, IOException e) {
        return Failure.because(e, Kind.STORE_UNWRITABLE, file, FileReason.of(e), NOTHING_LOST);
    }

    /** The failure if a lock or space for a response cannot be obtained: nothing was sent to a server. */
    public static Failure nothingSent(Path file, IOException e) {
        return Failure.because(e, Kind.STORE_UNWRITABLE, file, FileReason.of(e), "nothing was sent, " + NOTHING_LOST);
    }
}
