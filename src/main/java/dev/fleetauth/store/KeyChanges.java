package dev.fleetauth.store;

import dev.fleetauth.host.Environment;
import dev.fleetauth.key.KeyChoice;
import dev.fleetauth.key.KeySources;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.seal.Envelope;
import dev.fleetauth.seal.KeyDescription;
import dev.fleetauth.seal.KeyEncryptionKey;
import dev.fleetauth.seal.SealedKeys;
import dev.fleetauth.seal.StoreKeys;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Changes the key source of the store, and the keys that profiles are sealed with. The old source and key are removed
 * last, so a kill at any time leaves a store that opens with the old source or the new one.
 *
 * <p>Lock order: the keys first, then profiles one at a time. A process that holds a profile never waits for the keys.
 * Everything that requires the user or a helper program happens while neither is held.
 */
public final class KeyChanges {

    private final Environment env;
    private final OpenKeys keys;
    private final KeySources sources;
    private final Unlocked unlocked;
    private final Backend backend;
    private final ClientRegistry clients;
    private final Function<String, Set<ProfileName>> allNames;
    private final Function<ProfileName, Optional<String>> reseal;

    /**
     * Prepares changes to a store's keys.
     *
     * @param allNames given the store's id, returns the names of all profiles that may exist in any form
     * @param reseal seals a profile with the current key, and returns why a state of it that is sealed with another key
     *     may still exist; empty if none can
     */
    KeyChanges(
            Environment env,
            OpenKeys keys,
            KeySources sources,
            Unlocked unlocked,
            Backend backend,
            ClientRegistry clients,
            Function<String, Set<ProfileName>> allNames,
            Function<ProfileName, Optional<String>> reseal) {
        this.env = env;
        this.keys = keys;
        this.sources = sources;
        this.unlocked = unlocked;
        this.backend = backend;
        this.clients = clients;
        this.allNames = allNames;
        this.reseal = reseal;
    }

    /** Seals the store's keys with the chosen key; creates the store if it does not exist. */
    public void set(KeyChoice choice) {
        if (keys.sealed() == null) {
            StoreKeys made = StoreKeys.create(env.random());
            StoreKeys stored = keys.make(made, () -> sources.chosen(choice, backend.location(), made.store()));
            if (stored == made) {
                return;
            }
        }
        SealedKeys before = keys.requireSealed();
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
        if (keys.requireSealed().description().kind() != KeyDescription.Kind.PASSPHRASE) {
            throw Failure.of(
                    Kind.UNUSABLE,
                    "change-passphrase",
                    "the store is opened with a key",
                    "run 'fleetauth key set --passphrase' to set a passphrase");
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
     * Replaces the store's key, and seals profiles and clients with the new one. Resumes an interrupted rotation.
     *
     * @param progress receives the number of finished profiles, and of all profiles
     * @throws Failure of kind {@code ROTATION_UNFINISHED}, or the first failure to reseal a profile; the new key is
     * then in use, and the old one still kept
     */
    public void rotate(BiConsumer<Integer, Integer> progress) {
        SealedKeys before = keys.requireSealed();
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

    /** Seals every profile, then the clients, with the new key. A failure for one profile does not stop the others. */
    private void reseal(String store, BiConsumer<Integer, Integer> progress) {
        Failure first = null;
        int done = 0;
        // Listed after the new key is in place: any process that took a lock earlier has already created the lock file.
        Set<ProfileName> names = allNames.apply(store);
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

    /** Runs a task while the keys are held. Fails if they have changed since they were opened. */
    private void change(SealedKeys before, Consumer<Hold> task) {
        try (Hold hold = keys.hold()) {
            SealedKeys now = keys.parse(hold.keys());
            if (now == null || !now.id().equals(before.id())) {
                throw keys.changed();
            }
            task.accept(hold);
        }
    }

    /** The number of profiles not sealed with the current key. Only headers are read, which needs no key. */
    public int profilesToReseal() {
        String current = keys.requireSealed().description().keys().get(0);
        return (int) backend.profiles().values().stream()
                .filter(profile -> !profile.isEmpty() && !current.equals(Envelope.keyId(profile)))
                .count();
    }

    /**
     * Unlocks the store for the user's session.
     *
     * @param duration how long; at most until the machine restarts or the user's session ends
     */
    public void unlock(Duration duration) {
        SealedKeys sealed = keys.requireSealed();
        unlocked.requirePlace(sealed.description().store());
        try (KeyEncryptionKey key = sources.forExisting(sealed)) {
            unlocked.keep(sealed, keys.contentKey(sealed, key), duration);
        }
    }

    /** Locks the store; false if it was already locked. */
    public boolean lock() {
        return unlocked.remove(keys.requireSealed().description().store());
    }

    /** How much longer the store is unlocked; empty if it is locked. */
    public Optional<Duration> unlockedFor() {
        SealedKeys sealed = keys.sealed();
        return sealed == null ? Optional.empty() : unlocked.left(sealed);
    }
}
