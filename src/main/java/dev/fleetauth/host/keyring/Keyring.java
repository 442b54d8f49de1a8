package dev.fleetauth.host.keyring;

import dev.fleetauth.host.Command;
import dev.fleetauth.host.file.MalformedException;

/**
 * A keyring that holds the keys of stores. It is accessed through a program: libsecret's {@code secret-tool}, macOS's
 * {@code security}, or a credential helper with Docker's protocol. A key is passed through standard input and output,
 * never as an argument.
 */
public abstract class Keyring {

    /** The user name of every entry. */
    static final String USER = "fleetauth";

    private final SecretCommands commands;

    /** The program's name or path. */
    final String program;

    private final String recorded;

    Keyring(SecretCommands commands, String program, String recorded) {
        this.commands = commands;
        this.program = program;
        this.recorded = recorded;
    }

    /** The program's name or path. */
    public final String name() {
        return program;
    }

    /** The name by which {@link Keyrings#recorded} finds it again; {@link Keyrings#ANY} if it was given by path. */
    public final String recorded() {
        return recorded;
    }

    /** Whether the program exists and has access to a keyring. */
    public final boolean isAvailable() {
        try {
            return Command.program(commands.environment(), program).isPresent() && isReachable();
        } catch (NoSecretException e) {
            return false;
        }
    }

    /**
     * Stores a key.
     *
     * @param store the id of the store that the key opens
     * @param id the key's id, which is not secret
     */
    public abstract void put(String store, String id, byte[] key) throws NoSecretException;

    /** Reads a key, which the caller wipes. */
    public final byte[] get(String store, String id) throws NoSecretException {
        try {
            return find(store, id);
        } catch (MalformedException e) {
            throw new NoSecretException(program, "the output is not a key: " + e.why());
        }
    }

    /** Removes a key; false if that failed. */
    public final boolean erase(String store, String id) {
        try {
            return remove(store, id);
        } catch (NoSecretException e) {
            return false;
        }
    }

    /** Whether the program has access to a keyring. */
    abstract boolean isReachable() throws NoSecretException;

    abstract byte[] find(String store, String id) throws NoSecretException, MalformedException;

    abstract boolean remove(String store, String id) throws NoSecretException;

    /** Where the program comes from, such as a package, as the end of a sentence; empty if unknown. */
    abstract String origin();

    final Command.Result run(byte[] input, String... arguments) throws NoSecretException {
        Command command = Command.program(commands.environment(), program, arguments)
                .orElseThrow(() -> new NoSecretException(
                        program,
                        Command.isPath(program)
                                ? "the program does not exist"
                                : "the program was not found in PATH" + origin()));
        return commands.run(command, program, input);
    }

    final NoSecretException failed(Command.Result result, String errorMessage) {
        return SecretCommands.failed(program, result, errorMessage);
    }

    final NoSecretException missing(String id) {
        return new NoSecretException(program, "it has no key " + id + " for this store");
    }
}
