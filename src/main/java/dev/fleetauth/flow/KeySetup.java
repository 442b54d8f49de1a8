package dev.fleetauth.flow;

import dev.fleetauth.host.Environment;
import dev.fleetauth.store.KeyDescription;
import dev.fleetauth.store.KeyFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the store is locked. */
public final class KeySetup {

    private final Engine engine;

    public KeySetup(Engine engine) {
        this.engine = engine;
    }

    /**
     * What opens the store, none of it secret.
     *
     * @param source the kind of source in words
     * @param keyId the id of the key file's key; null for a passphrase
     * @param iterations how often a passphrase is hashed; null for a key file
     * @param variables the environment variables that give such a source
     * @param file the file that the store's keys are sealed in
     */
    public record Source(
            String source, @Nullable String keyId, @Nullable Long iterations, List<String> variables, Path file) {}

    /** What opens the store; empty if there is none yet. */
    public Optional<Source> source() {
        return engine.store().keyDescription().map(KeySetup::source);
    }

    /**
     * Makes a key file that its owner alone can read, and never over another file.
     *
     * @return the new key's id, which is no secret
     */
    public static String newFile(Path path, Environment environment) {
        return KeyFile.create(path, environment.random());
    }

    private static Source source(KeyDescription description) {
        return new Source(
                description.kind() == KeyDescription.Kind.PASSPHRASE ? "passphrase" : "key file",
                description.keyId(),
                description.iterations(),
                description.kind().variables(),
                description.file());
    }
}
