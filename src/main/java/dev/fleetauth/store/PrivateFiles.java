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
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Files and folders that are their owner's alone, and what is said when they are not. */
public final class PrivateFiles {

    /** What the failure of a write says where nothing depended on it. */
    private static final String NOTHING_LOST = "no answer was lost, and what was kept before is as it was";

    /** What systems call file systems that are on another machine, or may be; every {@code fuse.} is one of its own. */
    private static final String NETWORK =
            "(?i)(nfs|cifs|smb|afp|afs|9p|ceph|gluster|lustre|webdav|davfs|sshfs|macfuse|osxfuse|fuse\\.).*";

    private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs");

    private final Path home;
    private final Disk disk;
    private final Consumer<String> warnings;
    private final Set<Path> warned = new HashSet<>();

    /** @param home the home, to whose owner every file belongs */
    public PrivateFiles(Path home, Disk disk, Consumer<String> warnings) {
        this.home = home;
        this.disk = disk;
        this.warnings = warnings;
    }

    public Disk disk() {
        return disk;
    }

    public void warn(String warning) {
        warnings.accept(warning);
    }

    /** Whether there is anything at a place, be it a link to nowhere. */
    public static boolean exists(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Fails in the home of another user: what is written there would lock that user out, or not be found again.
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

    /** Makes a folder of the home, and those above it, where there is none. */
    public void makeFolder(Path folder) {
        requireOwnHome();
        try {
            if (!Files.isDirectory(folder)) {
                disk.makeFolder(folder);
                forceFolder(folder.getParent());
            }
            FileOwner.give(folder, home);
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
        checkExposure(folder);
        checkOwner(folder);
    }

    /** Makes a folder outside the home, where others may have been before: one that is there already must be the owner's alone. */
    public void makeOwnFolder(Path folder) throws IOException {
        Path parent = folder.getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            disk.makeFolder(parent);
        }
        try {
            disk.makeNewFolder(folder, home);
        } catch (FileAlreadyExistsException e) {
            if (!isOwn(folder, home)) {
                throw new IOException("it is there and not the owner's alone", e);
            }
            return;
        } catch (IOException e) {
            // Where root may give nothing away, it is root's, and root finds it again.
            disk.makeNewFolder(folder, parent == null ? folder : parent);
        }
        forceFolder(parent);
    }

    /**
     * Makes such a folder in memory, so that nothing in it is ever on a disk.
     *
     * @throws IOException if it would be on a disk, or is not the owner's alone
     */
    public void makeFolderInMemory(Path folder) throws IOException {
        makeOwnFolder(folder);
        String type = disk.fileSystem(folder);
        if (!IN_MEMORY.contains(type)) {
            throw new IOException("it is on a disk (" + type + "), where a secret would stay");
        }
    }

    /** Whether there is a folder, and no link to one, that belongs to the owner of the home and lets nobody else write. */
    public static boolean isOwn(Path folder, Path home) {
        try {
            return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                    && Permissions.modeIfOthersCan(Permissions.WRITE, folder) == null
                    && !FileOwner.isOfAnother(folder, home)
                    // What is root's may be closed to the owner.
                    && Files.isReadable(folder);
        } catch (IOException e) {
            return false;
        }
    }

    /** Says that a folder lies where locks, which everything here rests on, are not to be trusted. */
    public void warnOfNetwork(Path folder) {
        String type;
        try {
            type = disk.fileSystem(folder);
        } catch (IOException e) {
            return;
        }
        if (type.matches(NETWORK)) {
            warnings.accept(
                    folder + " is on a network file system (" + type
                            + "), whose locks may let two processes spend one token; choose a home on a local disk with --home");
        }
    }

    /**
     * The content of a sealed file, in whose folder and self nobody else can write.
     *
     * @return null if there is no such file
     */
    @Nullable
    public String read(Path folder, Path file, int most) {
        requireOwnHome();
        byte[] content;
        try {
            content = disk.read(file, most);
        } catch (IOException e) {
            throw unreadable(file, e);
        } catch (MalformedException e) {
            throw damaged(file, e);
        }
        if (content == null) {
            // Some Java versions tell of a file below a pipe as of one that is not there.
            if (Files.exists(folder) && !Files.isDirectory(folder)) {
                throw unreadable(folder, new IOException("it is not a directory"));
            }
            return null;
        }
        checkExposure(folder);
        checkExposure(file);
        checkOwner(folder);
        checkOwner(file);
        return text(content);
    }

    /** The bytes of a sealed file as text, one character a byte: what is not ASCII is found when it is parsed. */
    public static String text(byte[] content) {
        return new String(content, StandardCharsets.ISO_8859_1);
    }

    /** As ssh does with its files: what others can write is refused. What they can read is sealed, and gets a warning. */
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
        // A folder that a person made is 0755 as a rule, and gives away names only.
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

    /** Writes a new file. One that could not be flushed is thrown away, and a second one tried. */
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
     * Writes a file that is there already for the sake of its space. Where that fails, it makes room for a new one.
     *
     * @param reserved what was written for its space; it may be gone
     */
    public void writeReserved(Path reserved, Path file, String sealed) throws IOException {
        Path written = reserved;
        try {
            // First: what is written under the other name is not found after a kill.
            disk.replace(reserved, file);
            written = file;
            disk.overwrite(file, sealed.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            removeQuietly(written);
            write(file, sealed);
        }
    }

    /**
     * Takes out of the way what is not understood, and so must not be lost either.
     *
     * @param name what its new name begins with, which ends with the first number that is free
     */
    public void quarantine(Path file, String name, String why) {
        try {
            Path aside;
            do {
                int number = 1;
                do {
                    aside = file.resolveSibling(name + "." + number++);
                } while (exists(aside));
                // Said first: who cannot say it leaves it as it is, to one who can.
                warn("setting " + file + " aside as " + aside.getFileName() + ", since it is not understood: " + why);
            } while (!disk.rename(file, aside));
        } catch (NoSuchFileException e) {
            // Another process has done it.
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    /** Removes a response that a newer one has made useless, which is told. */
    public void destroy(Path file, ProfileName profile) {
        warn("an answer for the profile " + profile + " that was kept in " + file
                + " is destroyed: there is a newer one, or the profile was removed since");
        removeQuietly(file);
    }

    /** Flushes a folder; what is in it is in place already, so that a failure is worth a warning only. */
    public void forceFolder(@Nullable Path folder) {
        try {
            disk.flushFolder(folder);
        } catch (IOException e) {
            if (warned.add(Objects.requireNonNull(folder))) {
                warnings.accept(
                        "what was saved in " + folder + " may be lost if the machine stops now: " + Disk.reason(e));
            }
        }
    }

    /** Removes a file that does no harm if it stays. */
    public void removeQuietly(Path file) {
        try {
            disk.delete(file);
        } catch (IOException e) {
            // As said.
        }
    }

    /** The places where one answer is kept, as part of a sentence. */
    public static String listed(List<Path> kept) {
        return kept.stream().map(Path::toString).collect(Collectors.joining(" and in "));
    }

    public static Failure unreadable(Path file, IOException e) {
        return Failure.because(e, Kind.STORE_UNREADABLE, file, Disk.reason(e));
    }

    public static Failure unwritable(Path file, IOException e) {
        return Failure.because(e, Kind.STORE_UNWRITABLE, file, Disk.reason(e), NOTHING_LOST);
    }

    /** Without the lock, or the space for a response, nothing is done at a server. */
    public static Failure nothingSent(Path file, IOException e) {
        return Failure.because(
                e,
                Kind.STORE_UNWRITABLE,
                file,
                Disk.reason(e),
                "nothing was sent, no answer was lost, and what was kept before is as it was");
    }

    public static Failure damaged(Path file, MalformedException e) {
        return Failure.of(Kind.STORE_DAMAGED, file, e.why());
    }
}
