package dev.fleetauth.host.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Collections;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** File permissions, where the file system supports them; on Windows files inherit those of their directory. */
public final class Permissions {

    /** The permissions that let others change a file. */
    public static final Set<PosixFilePermission> WRITE =
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    /** The permissions that let others read a file. */
    static final Set<PosixFilePermission> READ =
            Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);

    /** The permissions that let others read or change a file. */
    public static final Set<PosixFilePermission> READ_OR_WRITE = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_WRITE);

    private Permissions() {}

    /** The attributes of a new file: access for its owner only. */
    public static FileAttribute<?>[] ofNewFile(Path file) {
        return FileOwner.permissions(file, "rw-------");
    }

    /** The attributes of a new directory: access for its owner only. */
    static FileAttribute<?>[] ofNewDirectory(Path directory) {
        return FileOwner.permissions(directory, "rwx------");
    }

    /**
     * The mode of a file, in octal, if it grants others any of {@code what}; null if it does not, or if the file system
     * has no modes.
     */
    public static @Nullable String modeIfOthersCan(Set<PosixFilePermission> what, Path file) throws IOException {
        if (!hasModes(file)) {
            return null;
        }
        Set<PosixFilePermission> granted = Files.getPosixFilePermissions(file);
        return Collections.disjoint(granted, what) ? null : octal(granted);
    }

    private static boolean hasModes(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static String octal(Set<PosixFilePermission> permissions) {
        int mode = 0;
        // Declared from the highest of nine bits (owner read) to the lowest (others execute).
        for (PosixFilePermission permission : PosixFilePermission.values()) {
            mode = mode * 2 + (permissions.contains(permission) ? 1 : 0);
        }
        return "0" + Integer.toOctalString(mode);
    }
}
