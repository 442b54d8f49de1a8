package dev.fleetauth.flow.setup;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.host.Environment;
import dev.fleetauth.seal.key.KeyChoice;
import dev.fleetauth.seal.key.KeyDescription;
import dev.fleetauth.seal.key.KeyFile;
import dev.fleetauth.store.KeyChanges;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** How the store is locked. */
public final class KeySetup {

    private final Engine engine;

    public KeySetup(Engine engine) {
        this.engine = engine;
    }

    /** Where a new key-encryption key comes from. */
    public enum Way {
        PASSPHRASE,
        PASSPHRASE_COMMAND,
        KEY_FILE,
        KEY_COMMAND,
        KEYRING
    }

    /**
     * What opens the store, none of it secret.
     *
     * @param kind the kind of source: {@code passphrase}, {@code key} or {@code keyring}
     * @param source the kind of source in words
     * @param keyId the id of the key-encryption key; null for a passphrase
     * @param iterations how often a passphrase is hashed; null where there is none
     * @param helper the program behind a keyring as the store records it, or {@code *} if a variable names it; null where
     *     there is none
     * @param program that program, in words; null where there is none
     * @param keyFile the path of the key file that was chosen for the store; null where none was
     * @param variables the environment variables that give such a source
     * @param place where the store's keys are kept, sealed: a file, or a row of a database
     * @param keys how many keys there are: more than one while a rotation is unfinished
     * @param profilesToReseal how many profiles are sealed with a key that is to go
     * @param unlockedFor how long the store is unlocked for this session; null if it is not
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

    /** What opens the store; empty if there is none yet. */
    public Optional<Source> source() {
        return engine.store().keyDescription().map(this::source);
    }

    /**
     * Makes a key file that its owner alone can read, and never over another file.
     *
     * @return the new key's id, which is no secret
     */
    public static String newFile(Path path, Environment environment) {
        return KeyFile.create(path, environment.random());
    }

    /**
     * Seals the store's keys with another source, and makes the store if there is none.
     *
     * @param value the file, the command line or the helper; empty for none
     * @param option the option that gave it
     */
    public void set(Way way, String value, String option) {
        changes().set(new KeyChoice(KeyChoice.Kind.valueOf(way.name()), value, option));
    }

    /** Asks for a new passphrase in place of the present one. */
    public void changePassphrase() {
        changes().changePassphrase();
    }

    /**
     * Gives the store a new key, seals every profile with it, and drops the old one.
     *
     * @param progress told how many profiles are done, and of how many
     */
    public void rotate(BiConsumer<Integer, Integer> progress) {
        changes().rotate(progress);
    }

    /** Keeps the store unlocked for this session of the person, for some time at most. */
    public void unlock(Duration howLong) {
        changes().unlock(howLong);
    }

    /** Locks the store again; false if it was locked. */
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
                description.helper(),
                description.keyringProgram(),
                description.keyFile(),
                description.kind().variables(),
                description.place(),
                description.keys().size(),
                changes().profilesToReseal(),
                changes().unlockedFor().orElse(null));
    }
}
