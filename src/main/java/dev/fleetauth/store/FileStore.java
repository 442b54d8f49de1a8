package dev.fleetauth.store;

import dev.fleetauth.host.Deadline;
import dev.fleetauth.host.Environment;
import dev.fleetauth.host.ThisProcess;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Profiles in sealed files under one folder. {@code docs/store-format.md} says which file is what, in which order they are
 * written, and why.
 *
 * <p>Nothing is touched before a method is called, and the keys are opened at most once, never under a lock: to open them
 * may take asking a person.
 */
public final class FileStore implements Store {

    private static final String RECORD = ".jwe";
    private static final String NEXT = ".next";
    private static final int MOST_BYTES = 4 * 1024 * 1024;

    /** Makes a store in a moment, so this is only ever waited for when the other process was stopped in it. */
    private static final Duration KEYS_WAIT = Duration.ofSeconds(25);

    private final Environment env;
    private final Consumer<String> warnings;
    private final Disk disk;
    private final KeySources sources;
    private final Path home;
    private final Path keysFile;
    private final Path profiles;
    private final Path locks;
    private @Nullable StoreKeys keys;

    /**
     * A store whose warnings go to standard error.
     *
     * @param env where key sources and random values come from
     * @param home the folder, which need not be there yet
     * @param noInput whether nobody may be asked for a passphrase
     */
    public FileStore(Environment env, Path home, boolean noInput) {
        this(env, home, noInput, warning -> env.err().println("fleetauth: warning: " + warning));
    }

    /**
     * A store.
     *
     * @param env where key sources and random values come from
     * @param home the folder, which need not be there yet
     * @param noInput whether nobody may be asked for a passphrase
     * @param warnings takes what a person should know although nothing failed, a sentence at a time
     */
    public FileStore(Environment env, Path home, boolean noInput, Consumer<String> warnings) {
        this(env, home, noInput, warnings, new Disk(), Passphrase.ITERATIONS);
    }

    /** A store on another disk, and with passphrases that cost {@code iterations}. */
    FileStore(Environment env, Path home, boolean noInput, Consumer<String> warnings, Disk disk, int iterations) {
        this.env = env;
        this.warnings = warnings;
        this.disk = disk;
        this.sources = new KeySources(env, noInput, iterations, warnings);
        this.home = home.toAbsolutePath().normalize();
        this.keysFile = this.home.resolve("keys" + RECORD);
        this.profiles = this.home.resolve("profiles");
        this.locks = this.home.resolve("locks");
    }

    @Override
    public List<ProfileName> names() {
        List<ProfileName> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(profiles)) {
            for (Path path : files) {
                String file = path.getFileName().toString();
                String name = file.endsWith(RECORD) ? file.substring(0, file.length() - RECORD.length()) : "";
                if (ProfileName.isName(name)) {
                    names.add(new ProfileName(name));
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw unreadable(profiles, e);
        }
        Collections.sort(names);
        return names;
    }

    @Override
    public Optional<Profile> read(ProfileName name) {
        Path file = file(name);
        byte[] sealed = content(file);
        if (sealed != null) {
            return Optional.of(open(name, file, sealed, keys()));
        }
        return hasLeftover(name) ? adopted(name) : Optional.empty();
    }

    /** The profile that a first save left behind. Whoever holds the lock is about to deal with it. */
    private Optional<Profile> adopted(ProfileName name) {
        try (Lease lease = lock(name, Duration.ZERO)) {
            return lease.read();
        } catch (Failure e) {
            if (e.kind() == Kind.LOCK_HELD) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public Lease lock(ProfileName name, Duration wait) {
        if (exists(keysFile)) {
            keys();
        }
        Path holder = locks.resolve(name + ".holder");
        Locks.Lock lock = acquire(locks, name + ".lock", wait);
        if (lock == null) {
            throw held(name, holder);
        }
        writeHolder(holder);
        return new FileLease(name, lock, holder);
    }

    @Override
    public void prove(ProfileName name) {
        StoreKeys opened = keys();
        makeFolder(profiles);
        makeFolder(locks);
        Path probe = profiles.resolve(name + "." + StoreKeys.randomId(env.random()) + ".probe");
        Path lock = locks.resolve(name + ".lock");
        try {
            String sealed =
                    new Envelope("probe", 0, "probe".getBytes(StandardCharsets.UTF_8)).seal(opened, name, env.random());
            byte[] back = disk.tryOut(probe, sealed.getBytes(StandardCharsets.US_ASCII));
            Envelope.open(new String(back, StandardCharsets.US_ASCII), opened, name);
        } catch (IOException e) {
            throw unwritable(probe, e);
        } catch (Unusable e) {
            throw Failure.of(Kind.STORE_UNWRITABLE, probe, "what was written did not come back", NOTHING_LOST);
        }
        try {
            Locks.at(lock);
        } catch (IOException e) {
            throw unwritable(lock, e);
        }
    }

    @Override
    public String location(ProfileName name) {
        return file(name).toString();
    }

    /**
     * How the store's keys are sealed, without opening them.
     *
     * @return empty if there is no store yet
     * @throws Failure of kind {@code STORE_DAMAGED} or {@code STORE_UNREADABLE}
     */
    public Optional<KeyDescription> keyDescription() {
        SealedKeys sealed = sealedKeys();
        return sealed == null ? Optional.empty() : Optional.of(sealed.description());
    }

    // Keys.

    /** The store's keys: those that are there, else new ones. */
    private synchronized StoreKeys keys() {
        if (keys == null) {
            SealedKeys sealed = sealedKeys();
            keys = sealed == null ? makeKeys() : openKeys(sealed);
        }
        return keys;
    }

    private StoreKeys openKeys(SealedKeys sealed) {
        try (KeyEncryptionKey key = sources.forExisting(sealed)) {
            return openKeys(sealed, key);
        }
    }

    private StoreKeys openKeys(SealedKeys sealed, KeyEncryptionKey key) {
        try {
            Optional<StoreKeys> opened = sealed.open(key);
            if (opened.isEmpty()) {
                throw Failure.of(Kind.WRONG_KEY, keysFile, sealed.description().needs());
            }
            return opened.get();
        } catch (Unusable e) {
            throw damaged(keysFile, e);
        }
    }

    private StoreKeys makeKeys() {
        if (!names().isEmpty()) {
            throw Failure.of(Kind.STORE_DAMAGED, keysFile, "it is missing, and the profiles do not open without it");
        }
        // All that may take a person, or a second, before the lock.
        try (KeyEncryptionKey key = sources.forNew(keysFile)) {
            StoreKeys made = StoreKeys.create(env.random());
            String sealed = SealedKeys.seal(made, key, env.random());
            makeFolder(home);
            return placeKeys(made, sealed, key);
        }
    }

    /** Puts new keys in place, unless another process was faster: then its keys are the store's. */
    private StoreKeys placeKeys(StoreKeys made, String sealed, KeyEncryptionKey key) {
        Locks.Lock lock = acquire(home, "keys.lock", KEYS_WAIT);
        if (lock == null) {
            throw Failure.of(Kind.LOCK_HELD, keysFile, "another process", "unknown");
        }
        try {
            SealedKeys others = sealedKeys();
            if (others != null) {
                return openKeys(others, key);
            }
            Path next = home.resolve("keys" + NEXT);
            // Keys that never came into place have sealed nothing.
            Files.deleteIfExists(next);
            write(next, sealed);
            disk.move(next, keysFile);
            forceFolder(home);
            return made;
        } catch (IOException e) {
            throw unwritable(keysFile, e);
        } finally {
            release(lock);
        }
    }

    private @Nullable SealedKeys sealedKeys() {
        try {
            byte[] content = Disk.read(keysFile, SealedKeys.MOST_BYTES);
            if (content == null) {
                return null;
            }
            checkExposure(home);
            checkExposure(keysFile);
            return SealedKeys.parse(keysFile, new String(content, StandardCharsets.ISO_8859_1));
        } catch (NotDirectoryException e) {
            return null;
        } catch (IOException e) {
            throw unreadable(keysFile, e);
        } catch (Unusable e) {
            throw damaged(keysFile, e);
        }
    }

    // Locks.

    private Locks.@Nullable Lock acquire(Path folder, String name, Duration wait) {
        makeFolder(folder);
        Path file = folder.resolve(name);
        try {
            Locks.Lock lock = Locks.at(file);
            return lock.acquire(Deadline.in(wait)) ? lock : null;
        } catch (IOException e) {
            throw unwritable(file, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private static void release(Locks.Lock lock) {
        try {
            lock.release();
        } catch (IOException e) {
            // The end of the process releases it.
        }
    }

    /** Says who holds the lock. Nobody relies on it, so a full disk does not matter here. */
    private void writeHolder(Path holder) {
        String text = ThisProcess.id() + " " + ThisProcess.host() + " "
                + env.clock().instant().truncatedTo(ChronoUnit.SECONDS) + "\n";
        try {
            Files.deleteIfExists(holder);
            disk.writeQuickly(holder, text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // As said.
        }
    }

    private static Failure held(ProfileName name, Path holder) {
        String text = "";
        try {
            byte[] content = Disk.read(holder, 4096);
            text = content == null ? "" : new String(content, StandardCharsets.UTF_8).trim();
        } catch (IOException | Unusable e) {
            // Then it is not known who.
        }
        int first = text.indexOf(' ');
        int last = text.lastIndexOf(' ');
        return first < 0 || first == last
                ? Failure.of(Kind.LOCK_HELD, name, "another process", "unknown")
                : Failure.of(
                        Kind.LOCK_HELD,
                        name,
                        "process " + text.substring(0, first) + " on " + text.substring(first + 1, last),
                        text.substring(last + 1));
    }

    // Files.

    private Path file(ProfileName name) {
        return profiles.resolve(name + RECORD);
    }

    private Path next(ProfileName name) {
        return profiles.resolve(name + NEXT);
    }

    /** Where answers go that the home does not take; null if this system has no such place. */
    private @Nullable Path recoveryFolder(String store) {
        String runtime = env.variables().getOrDefault("XDG_RUNTIME_DIR", "");
        try {
            Path folder = Path.of(runtime);
            // The XDG base directory specification: a relative path is invalid and to be ignored.
            return folder.isAbsolute() && Files.isDirectory(folder)
                    ? folder.resolve("fleetauth").resolve(store)
                    : null;
        } catch (InvalidPathException e) {
            return null;
        }
    }

    /** Where a newer state of a profile may lie, by the id of the store. */
    private List<Path> leftovers(ProfileName name, String store) {
        Path folder = recoveryFolder(store);
        return folder == null
                ? List.of(next(name))
                : List.of(next(name), folder.resolve(name + RECORD), folder.resolve(name + NEXT));
    }

    private boolean hasLeftover(ProfileName name) {
        SealedKeys sealed = sealedKeys();
        if (sealed == null) {
            return false;
        }
        for (Path leftover : leftovers(name, sealed.description().store())) {
            if (exists(leftover)) {
                return true;
            }
        }
        return false;
    }

    private static boolean exists(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** The content of a sealed file; null if there is none. */
    private byte @Nullable [] content(Path file) {
        try {
            byte[] content = Disk.read(file, MOST_BYTES);
            if (content != null) {
                checkExposure(profiles);
                checkExposure(file);
            }
            return content;
        } catch (NotDirectoryException e) {
            return null;
        } catch (IOException e) {
            throw unreadable(file, e);
        } catch (Unusable e) {
            throw damaged(file, e);
        }
    }

    private static Profile open(ProfileName name, Path file, byte[] sealed, StoreKeys keys) {
        try {
            return open(name, sealed, keys);
        } catch (Unusable e) {
            throw damaged(file, e);
        }
    }

    private static Profile open(ProfileName name, byte[] sealed, StoreKeys keys) throws Unusable {
        Envelope record = Envelope.open(new String(sealed, StandardCharsets.ISO_8859_1), keys, name);
        try {
            return ProfileCodec.decode(name, record);
        } finally {
            Arrays.fill(record.plaintext(), (byte) 0);
        }
    }

    private String seal(Profile profile) {
        Envelope record = ProfileCodec.encode(profile);
        try {
            return record.seal(keys(), profile.name(), env.random());
        } finally {
            Arrays.fill(record.plaintext(), (byte) 0);
        }
    }

    private void makeFolder(Path folder) {
        if (!Files.isDirectory(folder)) {
            try {
                Files.createDirectories(folder, Permissions.ofNewFolder(folder));
                forceFolder(folder.getParent());
            } catch (IOException e) {
                throw unwritable(folder, e);
            }
        }
        try {
            checkExposure(folder);
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
    }

    /** As ssh does with its files: what others can write is refused. What they can read is sealed, and gets a warning. */
    private void checkExposure(Path file) throws IOException {
        String mode = Permissions.modeIfOthersCan(Permissions.READ_OR_WRITE, file);
        if (mode == null) {
            return;
        }
        if (Permissions.modeIfOthersCan(Permissions.WRITE, file) != null) {
            throw Failure.of(Kind.STORE_EXPOSED, file, mode);
        }
        // Many make the folder themselves, and then it is 0755: only names can be read in it.
        if (!Files.isDirectory(file)) {
            warnings.accept("others can read " + file + " (mode " + mode + "), which is sealed");
        }
    }

    /** Writes a new file. One that could not be flushed is thrown away, and a second one tried. */
    private void write(Path file, String sealed) throws IOException {
        byte[] content = sealed.getBytes(StandardCharsets.US_ASCII);
        try {
            disk.writeNew(file, content);
        } catch (IOException e) {
            disk.writeNew(file, content);
        }
    }

    private void forceFolder(@Nullable Path folder) {
        try {
            disk.forceFolder(folder);
        } catch (IOException e) {
            warnings.accept("what was saved in " + folder + " may be lost if the machine stops now: " + Disk.reason(e));
        }
    }

    // Failures.

    private static final String NOTHING_LOST = "no answer was lost, and what was kept before is as it was";

    private static Failure unreadable(Path file, IOException e) {
        return Failure.because(e, Kind.STORE_UNREADABLE, file, Disk.reason(e));
    }

    private static Failure unwritable(Path file, IOException e) {
        return Failure.because(e, Kind.STORE_UNWRITABLE, file, Disk.reason(e), NOTHING_LOST);
    }

    private static Failure damaged(Path file, Unusable e) {
        return Failure.of(Kind.STORE_DAMAGED, file, e.why());
    }

    /** A profile under its lock. */
    private final class FileLease implements Lease {

        private final ProfileName name;
        private final Locks.Lock lock;
        private final Path holder;
        private boolean looked;
        private boolean closed;

        FileLease(ProfileName name, Locks.Lock lock, Path holder) {
            this.name = name;
            this.lock = lock;
            this.holder = holder;
        }

        @Override
        public Optional<Profile> read() {
            byte[] sealed = content(file(name));
            if (sealed == null && !hasLeftover(name)) {
                looked = true;
                return Optional.empty();
            }
            StoreKeys opened = keys();
            Profile current = sealed == null ? null : open(name, file(name), sealed, opened);
            for (Path leftover : leftovers(name, opened.store())) {
                if (exists(leftover)) {
                    current = consider(leftover, current, opened);
                }
            }
            looked = true;
            return Optional.ofNullable(current);
        }

        /** Deals with one leftover; what comes back is the newest state, or null if there is none. */
        private @Nullable Profile consider(Path leftover, @Nullable Profile current, StoreKeys opened) {
            byte[] sealed;
            Profile found;
            try {
                sealed = Disk.read(leftover, MOST_BYTES);
                if (sealed == null) {
                    return current;
                }
                if (sealed.length == 0 || sealed[sealed.length - 1] != '\n') {
                    // Cut off while it was written: it holds nothing that anyone could open.
                    Files.deleteIfExists(leftover);
                    return current;
                }
                found = open(name, sealed, opened);
            } catch (IOException e) {
                throw unreadable(leftover, e);
            } catch (Unusable e) {
                setAside(leftover, e.why());
                return current;
            }
            if (current == null
                    || (found.session().id().equals(current.session().id())
                            && found.generation() > current.generation())) {
                adopt(leftover, found);
                return found;
            }
            if (found.generation() <= current.generation()) {
                removeQuietly(leftover);
            } else {
                setAside(leftover, "it belongs to another session");
            }
            return current;
        }

        /**
         * Puts a leftover in the profile's place. It may never have reached the disk, so it is written anew; until it is,
         * the leftover itself is the one to keep.
         */
        private void adopt(Path leftover, Profile found) {
            Path next = next(name);
            try {
                if (leftover.equals(next)) {
                    disk.move(next, file(name));
                }
                place(profiles, seal(found));
            } catch (IOException e) {
                warnings.accept("the newest state of the profile " + name + " is still in "
                        + (exists(leftover) ? leftover : file(name)) + ": " + Disk.reason(e));
                return;
            }
            removeQuietly(leftover);
        }

        /** Takes something out of the way that is not understood, and so must not be lost either. */
        private void setAside(Path leftover, String why) {
            Path aside;
            int number = 1;
            do {
                aside = leftover.resolveSibling(name + NEXT + "." + number);
                number++;
            } while (exists(aside));
            try {
                disk.move(leftover, aside);
                warnings.accept("set aside " + aside + ": " + why);
            } catch (IOException e) {
                throw unwritable(leftover, e);
            }
        }

        private void removeQuietly(Path leftover) {
            try {
                Files.deleteIfExists(leftover);
            } catch (IOException e) {
                // It is superseded, and will be found so again.
            }
        }

        @Override
        public void save(Profile profile, boolean afterAnswer) {
            if (!profile.name().equals(name)) {
                throw new IllegalArgumentException("another profile than the one that is locked");
            }
            String sealed = seal(profile);
            try {
                makeFolder(profiles);
                if (!looked) {
                    read();
                }
                place(profiles, sealed);
            } catch (IOException e) {
                throw afterAnswer ? rescue(sealed, e) : unplaced(e);
            } catch (Failure e) {
                if (!afterAnswer) {
                    throw e;
                }
                throw rescue(
                        sealed,
                        new IOException(e.fields().getOrDefault("why", e.kind().name()), e));
            }
        }

        private void place(Path folder, String sealed) throws IOException {
            Path next = folder.resolve(name + NEXT);
            write(next, sealed);
            disk.move(next, folder.resolve(name + RECORD));
            forceFolder(folder);
        }

        private Failure unplaced(IOException e) {
            removeQuietly(next(name));
            return unwritable(file(name), e);
        }

        /** Finds a place for an answer that could not be saved, and tells which. */
        private Failure rescue(String sealed, IOException failed) {
            Path next = next(name);
            if (exists(next)) {
                return notInPlace(failed, kept(next));
            }
            Path folder = recoveryFolder(keys().store());
            if (folder == null) {
                return notInPlace(
                        failed,
                        "a token was spent and its answer is lost: there is no recovery folder (XDG_RUNTIME_DIR)");
            }
            try {
                makeFolder(folder);
                Files.deleteIfExists(folder.resolve(name + NEXT));
                place(folder, sealed);
                return notInPlace(failed, kept(folder.resolve(name + RECORD)));
            } catch (IOException e) {
                return notInPlace(failed, lost(folder, Disk.reason(e)));
            } catch (Failure e) {
                return notInPlace(
                        failed,
                        lost(folder, e.fields().getOrDefault("why", e.kind().name())));
            }
        }

        private Failure notInPlace(IOException failed, String spent) {
            return Failure.because(failed, Kind.STORE_UNWRITABLE, file(name), Disk.reason(failed), spent);
        }

        private static String kept(Path where) {
            return "a token was spent; its answer is kept in " + where + ", and the next command puts it back";
        }

        private static String lost(Path folder, String why) {
            return "a token was spent and its answer is lost: neither could it be kept in " + folder + " (" + why + ")";
        }

        @Override
        public void remove() {
            SealedKeys sealed = sealedKeys();
            // The profile itself last: as long as it is there, nothing older can come back in its place.
            try {
                if (sealed != null) {
                    for (Path leftover : leftovers(name, sealed.description().store())) {
                        Files.deleteIfExists(leftover);
                    }
                }
                Files.deleteIfExists(file(name));
            } catch (IOException e) {
                throw unwritable(file(name), e);
            }
            forceFolder(profiles);
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                removeQuietly(holder);
                release(lock);
            }
        }
    }
}
