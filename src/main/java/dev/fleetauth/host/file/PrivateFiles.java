package dev.fleetauth.host.file;

import dev.fleetauth.host.Environment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Files and directories that only the owner of a home can access, in it and elsewhere on this machine. */
public class PrivateFiles {

    /** Why {@link #runtime} is empty. */
    public static final String NO_RUNTIME_DIRECTORY =
            "XDG_RUNTIME_DIR does not name a private directory that is deleted when your session ends";

    /** The names of file systems that are, or may be, on another machine; FUSE types begin with {@code fuse.} */
    private static final String NETWORK =
            "(?i)(nfs|cifs|smb|afp|afs|9p|ceph|gluster|lustre|webdav|davfs|sshfs|macfuse|osxfuse|fuse\\.).*";

    private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs");

    private final Environment env;
    private final Path home;
    private final Disk disk;
    private final Consumer<String> warnings;
    private final Set<Path> warned = Collections.synchronizedSet(new HashSet<>());

    /** Creates an instance that discards warnings. */
    public PrivateFiles(Environment env, Path home) {
        this(env, home, new Disk(), warning -> {});
    }

    /**
     * @param home the home, to whose owner every file belongs
     * @param warnings receives each warning: one line without a line terminator
     */
    public PrivateFiles(Environment env, Path home, Disk disk, Consumer<String> warnings) {
        this.env = env;
        this.home = home.toAbsolutePath().normalize();
        this.disk = disk;
        this.warnings = warnings;
    }

    public final Path home() {
        return home;
    }

    public final Disk disk() {
        return disk;
    }

    public final void warn(String warning) {
        warnings.accept(warning);
    }

    /** Warns about a file or directory, unless there was a warning about it before. */
    protected final void warnOnce(Path file, String warning) {
        if (warned.add(file)) {
            warn(warning);
        }
    }

    /** Whether anything exists at a path, including a dangling link. */
    public static boolean exists(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Whether a directory, not a link, is readable, is not writable by others, and belongs to the owner of the home,
     * this process's user or root.
     */
    public final boolean isOwn(Path directory) {
        try {
            return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
                    && Permissions.modeIfOthersCan(Permissions.WRITE, directory) == null
                    && !FileOwner.belongsToAnotherUser(directory, home)
                    // A directory that belongs to root may be inaccessible to the owner.
                    && Files.isReadable(directory);
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * A path in a directory that is deleted when the user's session ends; empty if there is none that is {@linkplain
     * #isOwn private}.
     *
     * @param name its name, such as the id of the store it is for
     */
    public final Optional<Path> runtime(String name) {
        try {
            Path runtime = Path.of(env.variable("XDG_RUNTIME_DIR").orElse(""));
            Path own = runtime.resolve("fleetauth");
            // The XDG base directory specification: relative paths are invalid and must be ignored.
            return runtime.isAbsolute() && isOwn(runtime) && (!exists(own) || isOwn(own))
                    ? Optional.of(own.resolve(name))
                    : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /**
     * A path in the system's temporary directory; empty if other users could remove or replace a directory there.
     *
     * @param name its name, such as the id of the store it is for
     */
    public final Optional<Path> temporary(String name) {
        Path directory = env.temporaryDirectory();
        try {
            return directory.isAbsolute()
                            && Files.isDirectory(directory)
                            && !FileOwner.belongsToAnotherUser(directory.toRealPath(), home)
                            && FileOwner.protectsEntries(directory)
                    ? Optional.of(directory.resolve("fleetauth-" + name))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Creates a directory outside the home, where another user may have created one first: an existing directory must
     * be {@linkplain #isOwn private}.
     */
    public final void makeOwnDirectory(Path directory) throws IOException {
        Path parent = directory.getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            disk.makeDirectory(parent);
        }
        try {
            disk.makeNewDirectory(directory, home);
        } catch (FileAlreadyExistsException e) {
            if (!isOwn(directory)) {
                throw new IOException("it exists, but is not a private directory of this user", e);
            }
            return;
        } catch (IOException e) {
            // If root cannot change the owner, the directory stays root's, and later processes of root accept it.
            disk.makeNewDirectory(directory, parent == null ? directory : parent);
        }
        forceDirectory(parent);
    }

    /**
     * Like {@link #makeOwnDirectory}, but the directory must be in memory, so that its content is never on a disk.
     *
     * @throws IOException if the directory is on a disk, or is not private
     */
    public final void makeDirectoryInMemory(Path directory) throws IOException {
        makeOwnDirectory(directory);
        String type = disk.fileSystem(directory);
        if (!IN_MEMORY.contains(type)) {
            throw new IOException("it is on a disk (" + type + "), where a secret would remain");
        }
    }

    /** Warns if a directory is on a network file system, since the locks of the store may not work there. */
    public final void warnOfNetwork(Path directory) {
        String type;
        try {
            type = disk.fileSystem(directory);
        } catch (IOException e) {
            return;
        }
        if (type.matches(NETWORK)) {
            warn(directory + " is on a network file system (" + type
                    + "), whose locks may let two processes spend the same token; choose a home on a local"
                    + " disk with --home");
        }
    }

    /** Writes a new file. If that fails, the incomplete file is discarded, and the write is tried once more. */
    public final void write(Path file, String text) throws IOException {
        byte[] content = text.getBytes(StandardCharsets.US_ASCII);
        try {
            disk.writeNew(file, content);
        } catch (IOException e) {
            try {
                disk.writeNew(file, content);
            } catch (IOException again) {
                e.addSuppressed(again);
                throw e;
            }
        }
    }

    /**
     * Writes to an existing file to use its reserved space. If that fails, the space is freed for a new file.
     *
     * @param reserved the file that reserves the space; it may be gone
     */
    public final void writeReserved(Path reserved, Path file, String text) throws IOException {
        Path written = reserved;
        try {
            // Renamed first: content written under the other name would not be found after a kill.
            disk.replace(reserved, file);
            written = file;
            disk.overwrite(file, text.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            removeQuietly(written);
            write(file, text);
        }
    }

    /**
     * Quarantines a file that is not understood, and thus must not be lost.
     *
     * @param name the beginning of the new name, to which the first free number is appended
     */
    public final void quarantine(Path file, String name, String why) throws IOException {
        try {
            Path quarantined;
            do {
                int number = 1;
                do {
                    quarantined = file.resolveSibling(name + "." + number++);
                } while (exists(quarantined));
                // Reported first: a process that cannot report it leaves the file for one that can.
                warn("moving " + file + " to " + quarantined.getFileName() + ", because it is not understood: " + why);
            } while (!disk.rename(file, quarantined));
        } catch (NoSuchFileException e) {
            // Another process has moved it.
        }
    }

    /** Flushes a directory. Its files are already in place, so a failure only causes a warning. */
    public final void forceDirectory(@Nullable Path directory) {
        try {
            disk.flushDirectory(directory);
        } catch (IOException e) {
            Path flushed = Objects.requireNonNull(directory);
            warnOnce(
                    flushed,
                    "files saved in " + flushed + " may be lost if the machine stops now: " + FileReason.of(e));
        }
    }

    /** Removes a file that does no harm if it remains. */
    public final void removeQuietly(Path file) {
        try {
            disk.delete(file);
        } catch (IOException e) {
            // The file does no harm.
        }
    }
}
