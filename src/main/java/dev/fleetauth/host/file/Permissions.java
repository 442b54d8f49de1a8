package dev.fleetauth.host.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Collections;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who may do what with a file, where the file system can say it; Windows cannot, and hands a folder's rights down. */
public final class Permissions {

    /** What lets others change a file. */
    public static final Set<PosixFilePermission> WRITE =
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    /** What lets others read a file. */
    static final Set<PosixFilePermission> READ =
            Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);

    /** Either. */
    public static final Set<PosixFilePermission> READ_OR_WRITE = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_WRITE);

    private Permissions() {}

    /** What a new file is created with: its owner alone. */
    public static FileAttribute<?>[] ofNewFile(Path file) {
        return FileOwner.permissions(file, "rw-------");
    }

    /** What a new folder is created with: its owner alone. */
    static FileAttribute<?>[] ofNewDirectory(Path folder) {
        return FileOwner.permissions(folder, "rwx------");
    }

    /**
     * The mode of a file, in octal, if it lets others do any of {@code what}; null if it does not, or there are no modes
     * here.
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
        // Declared from the highest bit of nine, owner read, to the lowest, others execute.
        for (PosixFilePermission permission : PosixFilePermission.values()) {
            mode = mode * 2 + (permissions.contains(permission) ? 1 : 0);
        }
        return "0" + Integer.toOctalString(mode);
    }
}
