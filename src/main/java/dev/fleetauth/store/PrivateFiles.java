package dev.fleetauth.store;

import dev.fleetauth.host.file.Disk;
import dev.fleetauth.host.file.FileOwner;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.host.file.Permissions;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.ProfileName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Files and directories that only their owner can access, and the errors and warnings if others can. */
public final class PrivateFiles {

    /** The end of the message for a failed write on which nothing depended. */
    private static final String NOTHING_LOST = "no response was lost, and the stored data is unchanged";

    /** The names of file systems that are, or may be, on another machine; every {@code fuse.} is a type of its own. */
    private static final String NETWORK =
            "(?i)(nfs|cifs|smb|afp|afs|9p|ceph|gluster|lustre|webdav|davfs|sshfs|macfuse|osxfuse|fuse\\.).*";

    private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs");

    private final Path home;
    private final Disk disk;
    private final Consumer<String> warnings;
    private final Set<Path> warned = Collections.synchronizedSet(new HashSet<>());

    /** @param home the home, to whose owner every file belongs */
    public PrivateFiles(Path home, Disk disk, Consumer<String> warnings) {
        this.home = home;
        this.disk = disk;
        this.warnings = warnings;
    }

    /** The access to the disk. */
    public Disk disk() {
        return disk;
    }

    /** Prints a warning. */
    public void warn(String warning) {
        warnings.accept(warning);
    }

    /** Whether anything exists at a path, including a dangling link. */
    public static boolean exists(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Fails in another user's home: files written there would lock that user out, or not be found again.
     *
     * @throws Failure of kind {@code HOME_FOREIGN}
     */
    public void requireOwnHome() {
        try {
            if (FileOwner.isForeign(home)) {
                throw Failure.of(Kind.HOME_FOREIGN, home);
            }
        } catch (IOException e) {
            throw unreadable(home, e);
        }
    }

    /** Creates a directory of the home and missing parents. */
    public void makeDirectory(Path directory) {
        requireOwnHome();
        try {
            if (!Files.isDirectory(directory)) {
                disk.makeDirectory(directory);
                forceDirectory(directory.getParent());
            }
            FileOwner.give(directory, home);
        } catch (IOException e) {
            throw unwritable(directory, e);
        }
        checkExposure(directory);
        checkOwner(directory);
    }

    /**
     * Creates a directory outside the home, where others may have been first: an existing one must be accessible to the
     * owner only.
     */
    public void makeOwnDirectory(Path directory) throws IOException {
        Path parent = directory.getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            disk.makeDirectory(parent);
        }
        try {
            disk.makeNewDirectory(directory, home);
        } catch (FileAlreadyExistsException e) {
            if (!isOwn(directory, home)) {
                throw new IOException("it exists and is not accessible to its owner only", e);
            }
            return;
        } catch (IOException e) {
            // If root cannot change the owner, the directory belongs to root, which finds it again.
            disk.makeNewDirectory(directory, parent == null ? directory : parent);
        }
        forceDirectory(parent);
    }

    /**
     * Creates such a directory in memory, so that its content is never on a disk.
     *
     * @throws IOException if it would be on a disk, or is not accessible to the owner only
     */
    public void makeDirectoryInMemory(Path directory) throws IOException {
        makeOwnDirectory(directory);
        String type = disk.fileSystem(directory);
        if (!IN_MEMORY.contains(type)) {
            throw new IOException("it is on a disk (" + type + "), where a secret would remain");
        }
    }

    /** Whether a directory, not a link, belongs to the owner of the home and is not writable by others. */
    public static boolean isOwn(Path directory, Path home) {
        try {
            return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
                    && Permissions.modeIfOthersCan(Permissions.WRITE, directory) == null
                    && !FileOwner.isOfAnother(directory, home)
                    // A directory of root's may be inaccessible to the owner.
                    && Files.isReadable(directory);
        } catch (IOException e) {
            return false;
        }
    }

    /** Warns about a directory on a file system whose locks, which everything here relies on, cannot be trusted. */
    public void warnOfNetwork(Path directory) {
        String type;
        try {
            type = disk.fileSystem(directory);
        } catch (IOException e) {
            return;
        }
        if (type.matches(NETWORK)) {
            warnings.accept(directory + " is on a network file system (" + type
                    + "), whose locks may let two processes spend the same token; choose a home on a local"
                    + " disk with --home");
        }
    }

    /**
     * The content of a sealed file. Neither the file nor its directory may be writable by others.
     *
     * @return null if there is no such file
     */
    @Nullable
    public String read(Path directory, Path file, int max) {
        requireOwnHome();
        byte[] content;
        try {
            content = disk.read(file, max);
        } catch (IOException e) {
            throw unreadable(file, e);
        } catch (MalformedException e) {
            throw damaged(file, e);
        }
        if (content == null) {
            // Some Java versions report a file below a pipe as missing.
            if (Files.exists(directory) && !Files.isDirectory(directory)) {
                throw unreadable(directory, new IOException("it is not a directory"));
            }
            return null;
        }
        checkExposure(directory);
        checkExposure(file);
        checkOwner(directory);
        checkOwner(file);
        return text(content);
    }

    /**
     * The bytes of a sealed file as text, one character per byte; non-ASCII characters are detected when it is parsed.
     */
    public static String text(byte[] content) {
        return new String(content, StandardCharsets.ISO_8859_1);
    }

    /** Like ssh, rejects a file that others can write. One that others can only read is sealed, and gets a warning. */
    private void checkExposure(Path file) {
        String mode;
        boolean writable;
        try {
            mode = Permissions.modeIfOthersCan(Permissions.READ_OR_WRITE, file);
            writable = mode != null && Permissions.modeIfOthersCan(Permissions.WRITE, file) != null;
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        if (writable) {
            throw Failure.of(Kind.STORE_EXPOSED, file, String.valueOf(mode));
        }
        // A directory created by a user usually has mode 0755, which reveals only names.
        if (mode != null && !Files.isDirectory(file) && warned.add(file)) {
            warnings.accept("others can read " + file + " (mode " + mode + "), which is sealed");
        }
    }

    private void checkOwner(Path file) {
        try {
            if (FileOwner.isOfAnother(file, home)) {
                throw Failure.of(Kind.STORE_FOREIGN, file);
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** Writes a new file. One that could not be flushed is discarded, and a second one tried. */
    public void write(Path file, String sealed) throws IOException {
        byte[] content = sealed.getBytes(StandardCharsets.US_ASCII);
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
    public void writeReserved(Path reserved, Path file, String sealed) throws IOException {
        Path written = reserved;
        try {
            // Renamed first: content written under the other name would not be found after a kill.
            disk.replace(reserved, file);
            written = file;
            disk.overwrite(file, sealed.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            removeQuietly(written);
            write(file, sealed);
        }
    }

    /**
     * Quarantines a file that is not understood, and thus must not be lost.
     *
     * @param name the beginning of the new name, to which the first free number is appended
     */
    public void quarantine(Path file, String name, String why) {
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
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    /** Removes a response that a newer one has superseded, with a warning. */
    public void deleteSuperseded(Path file, ProfileName profile) {
        warn("a response for the profile " + profile + " that was kept in " + file
                + " was deleted: there is a newer one, or the profile was removed");
        removeQuietly(file);
    }

    /** Flushes a directory. Its files are already in place, so a failure only causes a warning. */
    public void forceDirectory(@Nullable Path directory) {
        try {
            disk.flushDirectory(directory);
        } catch (IOException e) {
            if (warned.add(Objects.requireNonNull(directory))) {
                warnings.accept(
                        "files saved in " + directory + " may be lost if the machine stops now: " + Disk.reason(e));
            }
        }
    }

    /** Removes a file that does no harm if it remains. */
    public void removeQuietly(Path file) {
        try {
            disk.delete(file);
        } catch (IOException e) {
            // Harmless.
        }
    }

    /** The places where a response is kept, as part of a sentence. */
    public static String listed(List<Path> kept) {
        return kept.stream().map(Path::toString).collect(Collectors.joining(" and in "));
    }

    /** The failure to read a file. */
    public static Failure unreadable(Path file, IOException e) {
        return Failure.because(e, Kind.STORE_UNREADABLE, file, Disk.reason(e));
    }

    /** The failure to write a file on which no response depended. */
    public static Failure unwritable(Path file, IOException e) {
        return Failure.because(e, Kind.STORE_UNWRITABLE, file, Disk.reason(e), NOTHING_LOST);
    }

    /** The failure to get a lock, or space for a response, after which nothing may be sent. */
    public static Failure nothingSent(Path file, IOException e) {
        return Failure.because(
                e,
                Kind.STORE_UNWRITABLE,
                file,
                Disk.reason(e),
                "nothing was sent, no response was lost, and the stored data is unchanged");
    }

    /** The failure to understand the content of a file. */
    public static Failure damaged(Path file, MalformedException e) {
        return Failure.of(Kind.STORE_DAMAGED, file, e.why());
    }
}
