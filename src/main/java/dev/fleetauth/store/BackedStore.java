package dev.fleetauth.store;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.Limits;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.host.time.Backoff;
import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.key.KeySources;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.seal.Envelope;
import dev.fleetauth.seal.KeyDescription;
import dev.fleetauth.seal.SealedKeys;
import dev.fleetauth.seal.SealedProfile;
import dev.fleetauth.seal.StoreKeys;
import dev.fleetauth.seal.TurnMarker;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A store of profiles in sealed entries of a backend. Nothing is accessed before a method is called; {@link OpenKeys}
 * says when the keys are opened.
 */
public class BackedStore implements Store {

    /** How long a turn that is never ended remains valid: slightly longer than its requests may take. */
    static final Duration TURN_LEASE = TURN.plusSeconds(5);

    /** Slightly longer than a publish command may take. */
    private static final Duration PUBLISH_LEASE = Duration.ofSeconds(65);

    /** The size of a profile with the largest response. */
    private static final int PROBE_BYTES = Limits.TOKEN_BYTES + 16 * 1024;

    private final Environment env;
    private final StoreFiles files;
    private final Backend backend;
    private final KeySources sources;
    private final Unlocked unlocked;
    private final OpenKeys keys;
    private final KeptResponses responses;

    /**
     * Creates a store.
     *
     * @param files the files of the home
     * @param sources where the key that opens the store's keys comes from
     */
    protected BackedStore(Environment env, StoreFiles files, Backend backend, KeySources sources) {
        this.env = env;
        this.files = files;
        this.backend = backend;
        this.sources = sources;
        this.unlocked = new Unlocked(env, files);
        this.keys = new OpenKeys(env, backend, sources, unlocked);
        this.responses = new KeptResponses(env.clock(), env.random(), files, backend.isShared());
    }

    @Override
    public List<ProfileName> names() {
        return List.copyOf(backend.profiles().keySet());
    }

    @Override
    public Optional<Profile> read(ProfileName name) {
        return OpenKeys.tryTwice(() -> readOnce(name));
    }

    private Optional<Profile> readOnce(ProfileName name) {
        files.requireOwnHome();
        String entry = Backend.PROFILE + name.value();
        Backend.Reading reading = backend.read(entry);
        String sealed = reading.sealed();
        boolean isThere = sealed != null && !Envelope.isTombstone(sealed);
        SealedKeys sealedKeys = keys.parse(reading.keys());
        if (isThere) {
            keys.current(sealedKeys);
        } else if (sealedKeys == null) {
            // If there is no profile, no key is needed.
            return Optional.empty();
        }
        String store = sealedKeys == null
                ? keys.keys().store()
                : sealedKeys.description().store();
        if (backend.hasLeftover(entry) || !responses.of(store, name).isEmpty()) {
            Optional<Profile> restored = restored(name, isThere);
            if (restored.isPresent()) {
                return restored;
            }
        }
        try {
            return sealed != null && isThere
                    ? Optional.of(SealedProfile.open(name, sealed, keys.keys()))
                    : Optional.empty();
        } catch (MalformedException e) {
            throw StoreFiles.malformed(backend.location(entry), e);
        }
    }

    /** The profile with kept responses restored; empty if another process holds it, or it exists but is unwritable. */
    private Optional<Profile> restored(ProfileName name, boolean isThere) {
        try (Lease lease = lock(name, Duration.ZERO)) {
            return lease.read();
        } catch (Failure e) {
            boolean isHeld = e.kind() == Kind.LOCK_HELD || e.kind() == Kind.OVERTAKEN;
            // A reader needs no lock; a writer gets the error when it locks the profile.
            if (isHeld || (isThere && e.kind() == Kind.STORE_UNWRITABLE)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public Optional<String> movedTo(ProfileName name) {
        Backend.Reading reading = backend.read(Backend.PROFILE + name.value());
        if (reading.sealed() == null || !Envelope.isTombstone(reading.sealed())) {
            return Optional.empty();
        }
        try {
            StoreKeys opened = keys.current(keys.parse(reading.keys()));
            return Optional.ofNullable(
                    SealedProfile.openState(name, reading.sealed(), opened).movedTo());
        } catch (Failure | MalformedException e) {
            // Then it is unknown whether the profile was moved, and it is reported as missing.
            return Optional.empty();
        }
    }

    @Override
    public Lease lock(ProfileName name, Duration wait, Consumer<Failure> waiting) {
        return hold(name, wait, waiting);
    }

    private HeldProfile hold(ProfileName name, Duration wait, Consumer<Failure> waiting) {
        files.requireOwnHome();
        String entry = Backend.PROFILE + name.value();
        Backoff backoff = backend.backoff(env.random(), wait);
        Deadline quiet = Deadline.in(QUIET_WAIT);
        boolean waited = false;
        boolean isReported = false;
        if (keys.opened() == null) {
            open();
        }
        while (true) {
            Hold hold = backend.tryHold(entry, TURN_LEASE);
            if (hold == null) {
                waited = true;
                if (!isReported && quiet.hasPassed() && !backoff.isOver()) {
                    isReported = true;
                    waiting.accept(heldByAnother(name, entry));
                }
                if (!backoff.tryPause()) {
                    throw heldByAnother(name, entry);
                }
                continue;
            }
            SealedKeys sealed;
            HeldProfile held = null;
            try {
                // Checked while the entry is held: from now on a rotation waits for this profile before it removes a
                // key.
                sealed = keys.parse(hold.keys());
                if (sealed == null || (keys.opened() != null && keys.isCurrent(sealed))) {
                    held = held(name, hold, sealed, waited);
                    return held;
                }
            } finally {
                if (held == null) {
                    hold.close();
                }
            }
            keys.current(sealed);
        }
    }

    private HeldProfile held(ProfileName name, Hold hold, @Nullable SealedKeys sealed, boolean waited) {
        if (sealed != null && sealed.description().isRotating()) {
            // The new key, which may now seal this profile, must not be lost in a crash.
            backend.sync();
        }
        var profile = new ProfileEntry(env, backend, hold, keys, name);
        return new HeldProfile(profile, new ProfileResponses(profile, keys, responses, files), env.random(), waited);
    }

    private Failure heldByAnother(ProfileName name, String entry) {
        return backend.held(Kind.LOCK_HELD, name, entry, keys.opened());
    }

    @Override
    public void checkWritable(ProfileName name) {
        files.requireOwnHome();
        StoreKeys opened = keys.keys();
        String probe = new Envelope("probe", 0, new byte[PROBE_BYTES]).seal(opened, name, env.random());
        backend.checkWritable(Backend.PROFILE + name.value(), probe);
        if (backend.isShared()) {
            responses.remove(responses.reserve(opened.store(), name, PROBE_BYTES));
        }
    }

    @Override
    public Optional<PublishLock> publishLock(ProfileName name, Duration wait) {
        String entry = Backend.PUBLISH + name.value();
        var backoff = backend.backoff(env.random(), wait);
        while (true) {
            Hold hold = backend.tryHold(entry, PUBLISH_LEASE);
            if (hold != null) {
                if (!backend.isShared()) {
                    return Optional.of(hold::close);
                }
                Entry taken = new Entry(null, TurnMarker.seal(keys.keys(), env), false);
                if (hold.replace(taken, Hold.Write.CHANGE)) {
                    hold.releaseConnection();
                    return Optional.of(() -> release(hold));
                }
                hold.close();
            }
            if (!backoff.tryPause()) {
                return Optional.empty();
            }
        }
    }

    private static void release(Hold hold) {
        try (hold) {
            hold.replace(Entry.NONE, Hold.Write.END);
        } catch (Failure e) {
            // Then the next process waits until the lock expires.
        }
    }

    @Override
    public String location(ProfileName name) {
        return backend.location(Backend.PROFILE + name.value());
    }

    @Override
    public void open() {
        SealedKeys sealed = keys.sealed();
        if (sealed != null) {
            keys.current(sealed);
        }
    }

    @Override
    public Optional<KeyDescription> keyDescription() {
        return Optional.ofNullable(keys.sealed()).map(SealedKeys::description);
    }

    @Override
    public boolean hasKeySource() {
        return keyDescription().isPresent() || sources.isAnyGiven();
    }

    @Override
    public KeyChanges keyChanges() {
        return new KeyChanges(env, keys, sources, unlocked, backend, clients(), this::allNames, this::reseal);
    }

    @Override
    public ClientRegistry clients() {
        return new ClientRegistry(env, files, backend, keys);
    }

    private Set<ProfileName> allNames(String store) {
        Set<ProfileName> names = responses.names(store);
        names.addAll(backend.allNames());
        return names;
    }

    private Optional<String> reseal(ProfileName name) {
        while (true) {
            try (HeldProfile held = hold(name, TURN_LEASE, failure -> {})) {
                return held.reseal();
            } catch (Failure e) {
                if (e.kind() != Kind.OVERTAKEN) {
                    throw e;
                }
            }
        }
    }
}
