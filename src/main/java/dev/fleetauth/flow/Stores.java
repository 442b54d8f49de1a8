package dev.fleetauth.flow;

import dev.fleetauth.host.Environment;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.seal.Passphrase;
import dev.fleetauth.store.Store;
import dev.fleetauth.store.file.FileStore;
import dev.fleetauth.store.postgres.DatabaseAddress;
import dev.fleetauth.store.postgres.PostgresStore;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Creates the store for an address. */
public final class Stores {

    private static final String FILE = "file:";

    private Stores() {}

    /**
     * The store at an address. Nothing is opened yet.
     *
     * @param source the option or variable that gave the address, for messages
     * @param address {@code file:} for the home, {@code file:} and a directory, or
     *     {@code postgresql://USER@HOST/DATABASE}
     * @param home the directory for all other data
     * @param noInput whether prompting for a passphrase is forbidden
     * @param warnings receives warnings for the user
     * @throws Failure of kind {@code BAD_VALUE} if the address has another form; {@code SETTING_MISSING} if it names no
     *     database user
     */
    public static Store at(
            Environment env, String source, String address, Path home, boolean noInput, Consumer<String> warnings) {
        if (isShared(address)) {
            return shared(env, source, address, home, noInput, warnings);
        }
        if (!address.startsWith(FILE)) {
            // It may contain a password.
            throw bad(source, "(not shown)");
        }
        return new FileStore(env, directory(env, source, address, home), noInput, warnings);
    }

    /** Whether an address is that of a database, which machines can share. */
    public static boolean isShared(String address) {
        // Here and not in DatabaseAddress, whose class a command that uses files need not load.
        return address.startsWith("postgresql:") || address.startsWith("postgres:");
    }

    /** The store in the database at an address. */
    public static PostgresStore shared(
            Environment env, String source, String address, Path home, boolean noInput, Consumer<String> warnings) {
        return new PostgresStore(
                env, home, DatabaseAddress.parse(env, source, address), noInput, warnings, Passphrase.ITERATIONS);
    }

    private static Path directory(Environment env, String source, String address, Path home) {
        String path = address.substring(FILE.length());
        if (path.startsWith("//")) {
            // RFC 8089 2: file:///directory.
            path = path.substring(2);
        }
        try {
            Path directory = path.isEmpty() ? home : Path.of(env.expand(path));
            if (directory.isAbsolute()) {
                return directory;
            }
        } catch (InvalidPathException e) {
            // Reported below.
        }
        throw bad(source, address);
    }

    private static Failure bad(String source, String address) {
        return Failure.of(
                Kind.BAD_VALUE,
                source,
                address,
                "file:, file:/DIR, or an address like postgresql://USER@HOST/DATABASE");
    }
}
