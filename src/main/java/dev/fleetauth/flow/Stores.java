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

/** The store that an address names. */
public final class Stores {

    private static final String FILE = "file:";

    private Stores() {}

    /**
     * The store at an address. Nothing is opened yet.
     *
     * @param source the option or variable that gave the address, for messages
     * @param address {@code file:} for the home, {@code file:} and a folder, or {@code postgresql://USER@HOST/DATABASE}
     * @param home the folder that everything else lies under
     * @param noInput whether nobody may be asked for a passphrase
     * @param warnings takes what a person should know although nothing failed
     * @throws Failure of kind {@code BAD_VALUE} if it is no such address
     */
    public static Store at(
            Environment env, String source, String address, Path home, boolean noInput, Consumer<String> warnings) {
        if (isShared(address)) {
            return shared(env, source, address, home, noInput, warnings);
        }
        if (!address.startsWith(FILE)) {
            // It may hold a password all the same.
            throw bad(source, "(not shown)");
        }
        return new FileStore(env, folder(env, source, address, home), noInput, warnings);
    }

    /** Whether an address is that of a database. */
    public static boolean isShared(String address) {
        return DatabaseAddress.isOfDatabase(address);
    }

    /** The store in a database. */
    public static PostgresStore shared(
            Environment env, String source, String address, Path home, boolean noInput, Consumer<String> warnings) {
        return new PostgresStore(
                env, home, DatabaseAddress.parse(env, source, address), noInput, warnings, Passphrase.ITERATIONS);
    }

    private static Path folder(Environment env, String source, String address, Path home) {
        String path = address.substring(FILE.length());
        if (path.startsWith("//")) {
            // RFC 8089 2: file:///folder.
            path = path.substring(2);
        }
        try {
            Path folder = path.isEmpty() ? home : Path.of(env.expand(path));
            if (folder.isAbsolute()) {
                return folder;
            }
        } catch (InvalidPathException e) {
            // Said below.
        }
        throw bad(source, address);
    }

    private static Failure bad(String source, String address) {
        return Failure.of(
                Kind.BAD_VALUE,
                source,
                address,
                "file:, file:/folder, or an address like postgresql://user@host/database");
    }
}
