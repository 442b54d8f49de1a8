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
 * A keyring that holds the key of a store, behind a program: libsecret's {@code secret-tool}, macOS's {@code security}, or a
 * credential helper as Docker has them. The key is kept as the JWK it would be in a key file, and goes over the program's
 * standard input and output, never through its arguments.
 */
abstract class Keyring {

    /** The user name of every entry. */
    static final String USER = "fleetauth";

    final KeyCommands programs;

    /** The program, by its name or path. */
    final String program;

    private final String recorded;

    Keyring(KeyCommands programs, String program, String recorded) {
        this.programs = programs;
        this.program = program;
        this.recorded = recorded;
    }

    /** Its name, for a person. */
    final String name() {
        return program;
    }

    /** Whether the program is there, and a keyring behind it. */
    final boolean isAvailable() {
        try {
            return Command.program(programs.environment(), program).isPresent() && answers();
        } catch (Failure e) {
            return false;
        }
    }

    /** Makes a key in the keyring, and reads it back. */
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
                throw KeyCommands.failed(program, "it gives back another key than it was given");
            }
            return back;
        } catch (Failure e) {
            erase(store, key.getKeyID());
            throw e;
        }
    }

    /** Takes a key from the keyring. */
    final WrappingKey get(String store, String id) {
        byte[] jwk = new byte[0];
        try {
            jwk = find(store, id);
            OctetSequenceKey key = KeyFile.parse(jwk);
            if (!id.equals(key.getKeyID())) {
                throw KeyCommands.failed(program, "it gives another key than it was asked for");
            }
            return new WrappingKey(key, recorded, null);
        } catch (MalformedException e) {
            throw Failure.because(e, Kind.KEY_SOURCE_FAILED, program, "its answer holds no key: " + e.why());
        } finally {
            Arrays.fill(jwk, (byte) 0);
        }
    }

    /** Removes a key from the keyring; false if that did not work. */
    final boolean erase(String store, String id) {
        try {
            return remove(store, id);
        } catch (Failure e) {
            return false;
        }
    }

    /** Whether there is a keyring behind the program. */
    abstract boolean answers();

    /** Keeps a JWK. */
    abstract void put(String store, String id, byte[] jwk);

    /** A JWK, which the caller wipes. */
    abstract byte[] find(String store, String id) throws MalformedException;

    /** Removes a JWK; false if that did not work. */
    abstract boolean remove(String store, String id);

    /** Which packages have the program, as the end of a sentence; empty if that is not known. */
    abstract String packages();

    final Command.Answer run(byte[] input, String... arguments) {
        Command command = Command.program(programs.environment(), program, arguments)
                .orElseThrow(() -> KeyCommands.failed(
                        program,
                        Command.isPath(program)
                                ? "there is no such program"
                                : "there is no such program in PATH" + packages()));
        return programs.run(command, program, input);
    }

    final Failure failed(Command.Answer answer, String complaint) {
        return KeyCommands.failed(program, "it exited with " + answer.exitCode() + KeyCommands.said(complaint));
    }

    final Failure hasNone(String id) {
        return KeyCommands.failed(program, "it has no key " + id + " of this store");
    }
}
