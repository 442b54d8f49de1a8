package dev.fleetauth.store.file;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.Limits;
import dev.fleetauth.host.file.Disk;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.seal.Envelope;
import dev.fleetauth.seal.Passphrase;
import dev.fleetauth.seal.SealedProfile;
import dev.fleetauth.seal.StoreKeys;
import dev.fleetauth.seal.key.KeyDescription;
import dev.fleetauth.seal.key.KeySources;
import dev.fleetauth.seal.key.SealedKeys;
import dev.fleetauth.store.KeyChanges;
import dev.fleetauth.store.OpenKeys;
import dev.fleetauth.store.PrivateFiles;
import dev.fleetauth.store.SealedProfiles;
import dev.fleetauth.store.Store;
import dev.fleetauth.store.StorePaths;
import dev.fleetauth.store.Unlocked;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Profiles in sealed files under one folder. {@code docs/dev/store-format.md} says which file is what, in which order they are
 * written, and why.
 *
 * <p>Nothing is touched before a method is called. The keys are opened at most once, by the first method that needs them,
 * and never while a lock is held: to open them may take asking a person.
 */
public final class FileStore implements Store {

    /** As much as a profile with the largest response takes. */
    public static final int PROBE_BYTES = Limits.TOKEN_BYTES + 16 * 1024;

    /** How long a rotation waits for one profile. */
    private static final Duration ROTATION_WAIT = Duration.ofSeconds(25);

    private final Environment env;
    private final StorePaths layout;
    private final PrivateFiles files;
    private final KeySources sources;
    private final Unlocked unlocked;
    private final StoreKeysFile keysFile;
    private final OpenKeys keptKeys;

    /**
     * A store whose warnings go to standard error.
     *
     * @param env where key sources, random values and the recovery folder come from
     * @param home the folder, which need not be there yet
     * @param noInput whether nobody may be asked for a passphrase
     */
    public FileStore(Environment env, Path home, boolean noInput) {
        this(env, home, noInput, warning -> env.err().println("fleetauth: warning: " + warning));
    }

    /**
     * A store.
     *
     * @param env where key sources, random values and the recovery folder come from
     * @param home the folder, which need not be there yet
     * @param noInput whether nobody may be asked for a passphrase
     * @param warnings takes what a person should know although nothing failed, a line without its end at a time
     */
    public FileStore(Environment env, Path home, boolean noInput, Consumer<String> warnings) {
        this(env, home, noInput, warnings, new Disk(), Passphrase.ITERATIONS);
    }

    /** A store on another disk, and with new passphrases that cost {@code iterations}. */
    public FileStore(
            Environment env, Path home, boolean noInput, Consumer<String> warnings, Disk disk, int iterations) {
        this.env = env;
        this.layout = new StorePaths(env, home);
        this.files = new PrivateFiles(layout.home(), disk, warnings);
        this.sources = new KeySources(env, layout.home(), noInput, iterations, warnings);
        this.unlocked = new Unlocked(env, layout, files);
        this.keysFile = new StoreKeysFile(env, layout, files);
        this.keptKeys = new OpenKeys(env, keysFile, sources, unlocked);
    }

    @Override
    public List<ProfileName> names() {
        try {
            return layout.names();
        } catch (IOException e) {
            throw PrivateFiles.unreadable(layout.profiles(), e);
        }
    }

    @Override
    public Optional<Profile> read(ProfileName name) {
        try {
            return readOnce(name);
        } catch (Failure e) {
            if (e.kind() != Kind.STORE_DAMAGED) {
                throw e;
            }
            // It may have been sealed anew between the reading of the keys and its own. Nobody rotates twice in that
            // time.
            keptKeys.currentKeys();
            return readOnce(name);
        }
    }

    private Optional<Profile> readOnce(ProfileName name) {
        Path record = StorePaths.record(layout.profiles(), name);
        String sealed = files.read(layout.profiles(), record, SealedProfile.MOST_BYTES);
        if (sealed == null) {
            // Without a profile no key is needed to say so.
            SealedKeys keys = keptKeys.sealed();
            return keys != null && hasLeftover(name, keys.description().store()) ? adopted(name) : Optional.empty();
        }
        if (hasLeftover(name, keptKeys.keys().store())) {
            try {
                Optional<Profile> adopted = adopted(name);
                if (adopted.isPresent()) {
                    return adopted;
                }
            } catch (Failure e) {
                // Who only reads needs no lock; who needs one is told why there is none.
                if (e.kind() != Kind.STORE_UNWRITABLE) {
                    throw e;
                }
            }
        }
        try {
            return Optional.of(SealedProfile.open(name, sealed, keptKeys.keys()));
        } catch (MalformedException e) {
            throw PrivateFiles.damaged(record, e);
        }
    }

    private boolean hasLeftover(ProfileName name, String store) {
        for (Path leftover : layout.leftovers(name, store)) {
            if (PrivateFiles.exists(leftover)) {
                return true;
            }
        }
        return false;
    }

    /** The profile with what a save left behind; empty while someone holds the lock, who is about to deal with it. */
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
    public Lease lock(ProfileName name, Duration wait, Consumer<Failure> waiting) {
        return lease(name, wait, waiting);
    }

    private FileLease lease(ProfileName name, Duration wait, Consumer<Failure> waiting) {
        Deadline deadline = Deadline.in(wait);
        boolean waited = false;
        keysFile.removeUnfinished();
        while (true) {
            boolean sealed = keptKeys.sealed() != null;
            boolean rotating = sealed && keptKeys.currentKeys().ids().size() > 1;
            files.makeFolder(layout.locks());
            LockHolder holder = new LockHolder(files.disk(), layout.holder(name));
            Locks.Lock lock;
            try {
                lock = Locks.acquire(files.disk(), layout.lock(name), Deadline.in(Duration.ZERO));
                if (lock == null) {
                    waited = true;
                    Duration left = deadline.remaining();
                    Duration unnoticed = left.compareTo(BLINK) < 0 ? left : BLINK;
                    lock = Locks.acquire(files.disk(), layout.lock(name), Deadline.in(unnoticed));
                }
                if (lock == null && !deadline.hasPassed()) {
                    waiting.accept(holder.failure(Kind.LOCK_HELD, name));
                    lock = Locks.acquire(files.disk(), layout.lock(name), deadline);
                }
            } catch (IOException e) {
                throw PrivateFiles.nothingSent(layout.lock(name), e);
            }
            if (lock == null) {
                throw holder.failure(Kind.LOCK_HELD, name);
            }
            // Looked at under the lock: from here on a rotation waits for this profile before it drops a key.
            boolean current = false;
            try {
                current = keptKeys.isCurrent();
                if (current) {
                    if (rotating) {
                        // The new key, with which this profile may be sealed now, must not be lost by a crash.
                        files.forceFolder(layout.home());
                    }
                    holder.write(env);
                    return new FileLease(env, layout, files, keptKeys, name, lock, holder, waited);
                }
            } finally {
                if (!current) {
                    release(lock);
                }
            }
        }
    }

    private static void release(Locks.Lock lock) {
        try {
            lock.close();
        } catch (IOException e) {
            // The end of the process releases it.
        }
    }

    @Override
    public Optional<Turn> handOutTurn(ProfileName name, Duration wait) {
        Path file = layout.handOutLock(name);
        files.makeFolder(layout.locks());
        try {
            Locks.Lock lock = Locks.acquire(files.disk(), file, Deadline.in(wait));
            return lock == null ? Optional.empty() : Optional.of(() -> release(lock));
        } catch (IOException e) {
            throw PrivateFiles.nothingSent(file, e);
        }
    }

    @Override
    public void prove(ProfileName name) {
        StoreKeys keys = keptKeys.keys();
        files.makeFolder(layout.profiles());
        files.makeFolder(layout.locks());
        files.warnOfNetwork(layout.home());
        // A probe loses its name as soon as it is open: one that has a name was left by a kill in between.
        layout.probes().forEach(files::removeQuietly);
        Path probe = layout.probe(name + "." + StoreKeys.randomId(env.random()));
        byte[] content = new byte[PROBE_BYTES];
        String sealed = new Envelope("probe", 0, content).seal(keys, name, env.random());
        try {
            byte[] back = files.disk().tryOut(probe, sealed.getBytes(StandardCharsets.US_ASCII));
            Envelope.open(PrivateFiles.text(back), keys, name);
        } catch (IOException e) {
            throw PrivateFiles.unwritable(probe, e);
        } catch (MalformedException e) {
            throw PrivateFiles.unwritable(probe, new IOException("what was written did not come back"));
        }
        try {
            Locks.make(files.disk(), layout.lock(name));
        } catch (IOException e) {
            throw PrivateFiles.nothingSent(layout.lock(name), e);
        }
    }

    @Override
    public String location(ProfileName name) {
        return StorePaths.record(layout.profiles(), name).toString();
    }

    @Override
    public void open() {
        if (keptKeys.sealed() != null) {
            keptKeys.keys();
        }
    }

    @Override
    public Optional<KeyDescription> keyDescription() {
        return keptKeys.description();
    }

    @Override
    public boolean hasKeySource() {
        return keyDescription().isPresent() || sources.isAnyGiven();
    }

    @Override
    public KeyChanges keyChanges() {
        return new KeyChanges(env, keptKeys, sources, unlocked, this, new Files());
    }

    private final class Files implements SealedProfiles {

        @Override
        public Set<ProfileName> everyName(String store) {
            try {
                return layout.everyName(store);
            } catch (IOException e) {
                throw PrivateFiles.unreadable(layout.profiles(), e);
            }
        }

        @Override
        public @Nullable String sealed(ProfileName name) {
            return files.read(layout.profiles(), StorePaths.record(layout.profiles(), name), SealedProfile.MOST_BYTES);
        }

        @Override
        public Optional<String> sealAnew(ProfileName name) {
            try (FileLease lease = lease(name, ROTATION_WAIT, held -> {})) {
                return lease.sealAnew();
            }
        }

        @Override
        public void settle() {
            try {
                files.disk().flushFolder(layout.profiles());
            } catch (IOException e) {
                throw PrivateFiles.unwritable(layout.profiles(), e);
            }
        }
    }
}
