package dev.fleetauth.store;

import dev.fleetauth.host.Environment;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.seal.Envelope;
import dev.fleetauth.seal.KeyEncryptionKey;
import dev.fleetauth.seal.StoreKeys;
import dev.fleetauth.key.KeyChoice;
import dev.fleetauth.seal.KeyDescription;
import dev.fleetauth.key.KeySources;
import dev.fleetauth.seal.SealedKeys;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Changes the key source of the store, and the keys that profiles are sealed with. Both keys and both sealings are
 * valid until the last step, so a kill at any time leaves a store that opens with the old source or the new one.
 *
 * <p>Lock order: the keys first, then profiles one at a time. A process that holds a profile never waits for the keys.
 * Everything that requires the user or a helper program happens before either.
 */
public final class KeyChanges {

    private final Environment env;
    private final OpenKeys keys;
    private final KeySources sources;
    private final Unlocked unlocked;
    private final Backend backend;
    private final ClientRegistry clients;
    private final Function<String, Set<ProfileName>> everyName;
    private final Function<ProfileName, Optional<String>> reseal;

    /**
     * Creates the changes of a store's keys.
     *
     * @param everyName every profile of which anything may exist, by the id of the store
     * @param reseal seals a profile with the current key, and returns why a state of it with another key may still
     * exist
     */
    KeyChanges(
            Environment env,
            OpenKeys keys,
            KeySources sources,
            Unlocked unlocked,
            Backend backend,
            ClientRegistry clients,
            Function<String, Set<ProfileName>> everyName,
            Function<ProfileName, Optional<String>> reseal) {
        this.env = env;
        this.keys = keys;
        this.sources = sources;
        this.unlocked = unlocked;
        this.backend = backend;
        this.clients = clients;
        this.everyName = everyName;
        this.reseal = reseal;
    }

    /** A task that holds the keys, which are unchanged since they were opened. */
    private interface Task {
        void run(Hold hold);
    }

    /** Seals the store's keys with another source; creates the store if it does not exist. */
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

    /** Asks for a new passphrase that replaces the current one. */
    public void changePassphrase() {
        if (requireSealed().description().kind() != KeyDescription.Kind.PASSPHRASE) {
            throw Failure.of(
                    Kind.CONFLICTING_OPTIONS,
                    "change-passphrase",
                    "a store that is opened with a key",
                    "'fleetauth key set --passphrase' sets a passphrase");
        }
        set(new KeyChoice(KeyChoice.Kind.PASSPHRASE, "", "passphrase"));
    }

    /** Removes a new key that was put into a keyring but is not used. */
    private void discardUnused(KeyEncryptionKey key, SealedKeys before) {
        SealedKeys now = keys.sealed();
        if (now != null && now.id().equals(before.id())) {
            sources.discard(key, before.description().store());
        }
    }

    /**
     * Gives the store a new key, seals every profile with it, and removes the old key. Resumes an interrupted rotation.
     *
     * @param progress receives the number of finished profiles, and of all profiles
     * @throws Failure of kind {@code ROTATION_UNFINISHED}, or that of the first profile that could not be resealed; the
     * new key is then in use, and the old one still kept
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

    /** Seals every profile with the new key. A profile that fails does not prevent the others. */
    private void reseal(String id, BiConsumer<Integer, Integer> progress) {
        Failure first = null;
        int done = 0;
        // Listed after the new key is in place: a process that took a lock before that had already created its file.
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
        clients.reseal();
        backend.sync();
    }

    /** The number of profiles that are sealed with a key to be removed, by their headers. No key is needed. */
    public int profilesToReseal() {
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
     * Unlocks the store for the user's session.
     *
     * @param duration the duration, limited by the machine's uptime and the user's session
     */
    public void unlock(Duration duration) {
        SealedKeys sealed = requireSealed();
        unlocked.requirePlace(sealed.description().store());
        try (KeyEncryptionKey key = sources.forExisting(sealed)) {
            unlocked.keep(sealed, keys.contentKey(sealed, key), duration);
        }
    }

    /** Locks the store; false if it was already locked. */
    public boolean lock() {
        return unlocked.remove(requireSealed().description().store());
    }

    /** How much longer the store is unlocked; empty if it is locked. */
    public Optional<Duration> unlockedFor() {
        SealedKeys sealed = keys.sealed();
        return sealed == null ? Optional.empty() : unlocked.left(sealed);
    }

    private void change(SealedKeys before, Task task) {
        try (Hold hold = keys.hold()) {
            if (!requireSealed().id().equals(before.id())) {
                throw keys.changed();
            }
            task.run(hold);
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
