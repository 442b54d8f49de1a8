package dev.fleetauth.store;

import dev.fleetauth.host.Environment;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.seal.Envelope;
import dev.fleetauth.seal.KeyEncryptionKey;
import dev.fleetauth.seal.StoreKeys;
import dev.fleetauth.seal.key.KeyChoice;
import dev.fleetauth.seal.key.KeyDescription;
import dev.fleetauth.seal.key.KeySources;
import dev.fleetauth.seal.key.SealedKeys;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Changes what opens the store, and the keys that profiles are sealed with. Both keys and both sealings are good until the
 * last step, so that a kill at any moment leaves a store that opens with the old source or the new one.
 *
 * <p>The order of locks is: the keys' first, then those of profiles, one at a time. Who holds a profile's never waits for
 * the keys'. Whatever takes a person or a helper comes before either.
 */
public final class KeyChanges {

    private final Environment env;
    private final OpenKeys keys;
    private final KeySources sources;
    private final Unlocked unlocked;
    private final Backend backend;
    private final Function<String, Set<ProfileName>> everyName;
    private final Function<ProfileName, Optional<String>> reseal;

    /**
     * Changes of the keys of a store.
     *
     * @param everyName every profile there may be anything of, by the id of the store
     * @param reseal seals a profile with the current key, and says why there may still be a state of it that is not
     */
    KeyChanges(
            Environment env,
            OpenKeys keys,
            KeySources sources,
            Unlocked unlocked,
            Backend backend,
            Function<String, Set<ProfileName>> everyName,
            Function<ProfileName, Optional<String>> reseal) {
        this.env = env;
        this.keys = keys;
        this.sources = sources;
        this.unlocked = unlocked;
        this.backend = backend;
        this.everyName = everyName;
        this.reseal = reseal;
    }

    /** Something done with the keys, which are this process's alone and as they were when they were opened. */
    private interface Work {
        void run(Hold hold);
    }

    /** Seals the store's keys with another source; where there is no store, makes one. */
    public void set(KeyChoice choice) {
        if (keys.sealed() == null) {
            StoreKeys made = StoreKeys.create(env.random());
            StoreKeys there = keys.make(made, () -> sources.chosen(choice, backend.location(), made.store()));
            if (there == made) {
                return;
            }
        }
        SealedKeys before = requireSealed();
        try (KeyEncryptionKey old = sources.forExisting(before)) {
            StoreKeys opened = keys.open(before, old);
            KeyEncryptionKey replacement = sources.chosen(choice, backend.location(), opened.store());
            try (replacement) {
                change(before, hold -> keys.write(hold, opened, replacement));
            } catch (Failure e) {
                discardUnused(replacement, before);
                throw e;
            }
        }
        sources.discard(before.description());
    }

    /** Asks for a new passphrase in place of the present one. */
    public void changePassphrase() {
        if (requireSealed().description().kind() != KeyDescription.Kind.PASSPHRASE) {
            throw Failure.of(
                    Kind.CONFLICTING_OPTIONS,
                    "change-passphrase",
                    "a store that opens with a key",
                    "'fleetauth key set --passphrase' gives it a passphrase");
        }
        set(new KeyChoice(KeyChoice.Kind.PASSPHRASE, "", "passphrase"));
    }

    /** A new key that was put into a keyring and opens nothing is only in the way. */
    private void discardUnused(KeyEncryptionKey key, SealedKeys before) {
        SealedKeys now = keys.sealed();
        if (now != null && now.id().equals(before.id())) {
            sources.discard(key, before.description().store());
        }
    }

    /**
     * Gives the store a new key and seals every profile with it, then drops the old one. One that was interrupted is gone on
     * with.
     *
     * @param progress told how many profiles are done, and of how many
     * @throws Failure of kind {@code ROTATION_UNFINISHED}, or that of the first profile that could not be sealed anew; the
     *     new key is in force then, and the old one is still kept
     */
    public void rotate(BiConsumer<Integer, Integer> progress) {
        SealedKeys before = requireSealed();
        try (KeyEncryptionKey old = sources.forExisting(before)) {
            StoreKeys opened = keys.open(before, old);
            change(before, hold -> {
                if (before.description().isRotating()) {
                    keys.use(opened);
                } else {
                    keys.write(hold, opened.withNewKey(env.random()), old);
                }
                reseal(opened.store(), progress);
                keys.write(hold, keys.keys().withoutOlderKeys(), old);
            });
        }
    }

    /** Seals every profile with the new key. Those that can be are, also where another cannot. */
    private void reseal(String id, BiConsumer<Integer, Integer> progress) {
        Failure first = null;
        int done = 0;
        // Listed after the new key has come into its place: who took a lock before that has made its file before.
        Set<ProfileName> names = everyName.apply(id);
        for (ProfileName name : names) {
            try {
                Optional<String> unfinished = reseal.apply(name);
                if (unfinished.isPresent()) {
                    throw Failure.of(Kind.ROTATION_UNFINISHED, name, unfinished.get());
                }
            } catch (Failure e) {
                first = first == null ? e : first;
            }
            progress.accept(++done, names.size());
        }
        if (first != null) {
            throw first;
        }
        backend.sync();
    }

    /** How many profiles are sealed with a key that is to go, as their headers say it. Needs no key. */
    public int profilesToSealAnew() {
        SealedKeys sealed = requireSealed();
        String current = sealed.description().keys().get(0);
        int count = 0;
        for (String record : backend.profiles().values()) {
            if (!record.isEmpty() && !current.equals(Envelope.keyId(record))) {
                count++;
            }
        }
        return count;
    }

    /**
     * Unlocks the store for whoever is logged in here.
     *
     * @param howLong for how long, at most as long as the machine and the person's session go on
     */
    public void unlock(Duration howLong) {
        SealedKeys sealed = requireSealed();
        unlocked.requirePlace(sealed.description().store());
        try (KeyEncryptionKey key = sources.forExisting(sealed)) {
            unlocked.keep(sealed, keys.contentKey(sealed, key), howLong);
        }
    }

    /** Locks the store again; false if it was locked. */
    public boolean lock() {
        return unlocked.remove(requireSealed().description().store());
    }

    /** How long the store is still unlocked; empty if it is locked. */
    public Optional<Duration> unlockedFor() {
        SealedKeys sealed = keys.sealed();
        return sealed == null ? Optional.empty() : unlocked.left(sealed);
    }

    private void change(SealedKeys before, Work work) {
        try (Hold hold = keys.hold()) {
            if (!requireSealed().id().equals(before.id())) {
                throw keys.changed();
            }
            work.run(hold);
        }
    }

    private SealedKeys requireSealed() {
        @Nullable SealedKeys sealed = keys.sealed();
        if (sealed == null) {
            throw Failure.of(Kind.NO_STORE, keys.place());
        }
        return sealed;
    }
}
