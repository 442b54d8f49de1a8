package dev.fleetauth.seal.key;

import com.nimbusds.jose.jwk.OctetSequenceKey;
import dev.fleetauth.host.Command;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.seal.WrappingKey;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A keyring that stores the key of a store, accessed through a program: libsecret's {@code secret-tool}, macOS's {@code
 * security}, or a credential helper in Docker's protocol. The key is stored as the JWK that a key file contains, and
 * passed through standard input and output, never as an argument.
 */
abstract class Keyring {

    /** The user name of every entry. */
    static final String USER = "fleetauth";

    final KeyCommands programs;

    /** The program's name or path. */
    final String program;

    private final String recorded;

    Keyring(KeyCommands programs, String program, String recorded) {
        this.programs = programs;
        this.program = program;
        this.recorded = recorded;
    }

    /** The name for messages. */
    final String name() {
        return program;
    }

    /** Whether the program exists and has access to a keyring. */
    final boolean isAvailable() {
        try {
            return Command.program(programs.environment(), program).isPresent() && isReachable();
        } catch (Failure e) {
            return false;
        }
    }

    /** Creates a key in the keyring, and reads it back. */
    final WrappingKey create(String store) {
        var key = KeyFile.newKey(programs.environment().random());
        byte[] jwk = key.toJSONString().getBytes(StandardCharsets.UTF_8);
        try {
            put(store, key.getKeyID(), jwk);
        } finally {
            Arrays.fill(jwk, (byte) 0);
        }
        try {
            WrappingKey back = get(store, key.getKeyID());
            if (!back.isSameAs(key)) {
                throw KeyCommands.failed(program, "it returned a different key than was stored");
            }
            return back;
        } catch (Failure e) {
            erase(store, key.getKeyID());
            throw e;
        }
    }

    /** Reads a key from the keyring. */
    final WrappingKey get(String store, String id) {
        byte[] jwk = new byte[0];
        try {
            jwk = find(store, id);
            OctetSequenceKey key = KeyFile.parse(jwk);
            if (!id.equals(key.getKeyID())) {
                throw KeyCommands.failed(program, "it returned a different key than requested");
            }
            return new WrappingKey(key, recorded, null);
        } catch (MalformedException e) {
            throw Failure.because(e, Kind.KEY_SOURCE_FAILED, program, "its output is not a key: " + e.why());
        } finally {
            Arrays.fill(jwk, (byte) 0);
        }
    }

    /** Removes a key from the keyring; false if that failed. */
    final boolean erase(String store, String id) {
        try {
            return remove(store, id);
        } catch (Failure e) {
            return false;
        }
    }

    /** Whether the program has access to a keyring. */
    abstract boolean isReachable();

    /** Stores a JWK. */
    abstract void put(String store, String id, byte[] jwk);

    /** Reads a JWK, which the caller wipes. */
    abstract byte[] find(String store, String id) throws MalformedException;

    /** Removes a JWK; false if that failed. */
    abstract boolean remove(String store, String id);

    /** The packages that contain the program, as the end of a sentence; empty if unknown. */
    abstract String packages();

    final Command.Result run(byte[] input, String... arguments) {
        Command command = Command.program(programs.environment(), program, arguments)
                .orElseThrow(() -> KeyCommands.failed(
                        program,
                        Command.isPath(program)
                                ? "the program does not exist"
                                : "the program was not found in PATH" + packages()));
        return programs.run(command, program, input);
    }

    final Failure failed(Command.Result result, String complaint) {
        return KeyCommands.failed(program, "it exited with " + result.exitCode() + KeyCommands.suffix(complaint));
    }

    final Failure missing(String id) {
        return KeyCommands.failed(program, "it has no key " + id + " for this store");
    }
}
