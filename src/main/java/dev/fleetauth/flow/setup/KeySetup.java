package dev.fleetauth.flow.setup;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.host.Environment;
import dev.fleetauth.key.KeyChoice;
import dev.fleetauth.key.KeyFile;
import dev.fleetauth.key.KeyVariables;
import dev.fleetauth.seal.KeyDescription;
import dev.fleetauth.store.KeyChanges;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Shows and changes the source of the key that opens the store, rotates keys, and unlocks and locks the store. */
public final class KeySetup {

    private final Engine engine;

    public KeySetup(Engine engine) {
        this.engine = engine;
    }

    /** The sources of a new key-encryption key. */
    public enum SourceKind {
        PASSPHRASE,
        PASSPHRASE_COMMAND,
        KEY_FILE,
        KEY_COMMAND,
        KEYRING
    }

    /**
     * How the store is opened: the source of its key-encryption key, and the store's state. Nothing in it is secret.
     *
     * @param kind the kind of source: {@code passphrase}, {@code key} or {@code keyring}
     * @param source the kind of source in words
     * @param keyId the id of the key-encryption key; null for a passphrase
     * @param iterations the number of hash iterations of a passphrase; null for other kinds
     * @param helper the keyring's program as recorded in the store, or {@code *} if a variable names it; null for other
     *     kinds
     * @param program the keyring's program in words; null for other kinds
     * @param keyFile the path of the key file recorded in the store; null if there is none
     * @param variables the environment variables that select a source of this kind
     * @param place where the store's sealed keys are: a file, or a row of a database
     * @param keys the number of keys: more than one while a rotation is unfinished
     * @param profilesToReseal the number of profiles that are sealed with an old key
     * @param unlockedFor how long the store stays unlocked for this session; null if it is locked
     */
    public record Source(
            String kind,
            String source,
            @Nullable String keyId,
            @Nullable Long iterations,
            @Nullable String helper,
            @Nullable String program,
            @Nullable String keyFile,
            List<String> variables,
            String place,
            int keys,
            int profilesToReseal,
            @Nullable Duration unlockedFor) {}

    /** How the store is opened; empty if there is no store yet. */
    public Optional<Source> source() {
        return engine.store().keyDescription().map(this::source);
    }

    /**
     * Creates a key file that only its owner can read, without overwriting an existing file.
     *
     * @return the new key's id, which is not secret
     */
    public static String newFile(Path path, Environment environment) {
        return KeyFile.create(path, environment.random());
    }

    /**
     * Seals the store's keys with the key from a new source, and creates the store if there is none.
     *
     * @param value the file, the command line or the keyring's program; empty for none
     * @param option the option that selected the source
     */
    public void set(SourceKind kind, String value, String option) {
        changes().set(new KeyChoice(KeyChoice.Kind.valueOf(kind.name()), value, option));
    }

    /** Prompts for a new passphrase that replaces the current one. */
    public void changePassphrase() {
        changes().changePassphrase();
    }

    /**
     * Gives the store a new key, seals every profile with it, and drops the old one.
     *
     * @param progress receives the number of processed profiles and the number of all profiles
     */
    public void rotate(BiConsumer<Integer, Integer> progress) {
        changes().rotate(progress);
    }

    /** Keeps the store unlocked for this login session of the user, for a limited time. */
    public void unlock(Duration howLong) {
        changes().unlock(howLong);
    }

    /** Locks the store again; false if it was already locked. */
    public boolean lock() {
        return changes().lock();
    }

    private KeyChanges changes() {
        return engine.store().keyChanges();
    }

    private Source source(KeyDescription description) {
        return new Source(
                description.kind().name().toLowerCase(Locale.ROOT),
                description.kind().words(),
                description.keyId(),
                description.iterations(),
                description.keyring(),
                description.keyringProgram(),
                description.keyFile(),
                KeyVariables.of(description.kind()),
                description.place(),
                description.keys().size(),
                changes().profilesToReseal(),
                changes().unlockedFor().orElse(null));
    }
}
