package dev.fleetauth.seal.key;

import com.nimbusds.jose.jwk.OctetSequenceKey;
import dev.fleetauth.host.Command;
import dev.fleetauth.host.Environment;
import dev.fleetauth.host.OperatingSystem;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.seal.WrappingKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A keyring that holds the key of a store, behind a program: libsecret's {@code secret-tool}, macOS's {@code security}, or a
 * credential helper as Docker has them. The key is kept as the JWK it would be in a key file, and goes over the program's
 * standard input and output, never through its arguments.
 *
 * <p>The header of the store's keys is not authenticated before they are open, so a name in it only ever means one of those
 * two programs or {@code docker-credential-NAME}, in a folder of {@code PATH}. Any other program has to be named by a
 * variable.
 */
abstract class Keyring {

    /** The user name of every entry. */
    static final String USER = "fleetauth";

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");

    final KeyCommands programs;

    /** The program, by its name or path. */
    final String program;

    private final String recorded;

    Keyring(KeyCommands programs, String program, String recorded) {
        this.programs = programs;
        this.program = program;
        this.recorded = recorded;
    }

    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** The program that the header of the keys records, in words. */
    static String words(@Nullable String recorded) {
        if (recorded == null || recorded.equals(KeyDescription.ANY_HELPER)) {
            return "the program that " + KeySources.KEYRING + " names";
        }
        return isBuiltIn(recorded) ? recorded : CredentialHelper.PREFIX + recorded;
    }

    private static boolean isBuiltIn(String name) {
        return name.equals(SecretTool.PROGRAM) || name.equals(MacKeychain.PROGRAM);
    }

    /**
     * The keyring that is meant.
     *
     * @param source what names it
     * @param said {@code secret-tool}, {@code security}, the name of a credential helper with or without
     *     {@code docker-credential-} before it, or the path of a credential helper
     */
    static Keyring of(KeyCommands programs, String source, String said) {
        if (Command.isPath(said)) {
            return new CredentialHelper(programs, programs.environment().expand(said), KeyDescription.ANY_HELPER);
        }
        String name =
                said.startsWith(CredentialHelper.PREFIX) ? said.substring(CredentialHelper.PREFIX.length()) : said;
        if (!isName(name)) {
            throw Failure.of(Kind.BAD_VALUE, source, said, "a name such as secret-tool, or the path of a program");
        }
        return recorded(programs, name);
    }

    /** The keyring that the header of the keys records by the name of its program. */
    static Keyring recorded(KeyCommands programs, String name) {
        return switch (name) {
            case SecretTool.PROGRAM -> new SecretTool(programs);
            case MacKeychain.PROGRAM -> new MacKeychain(programs);
            default -> new CredentialHelper(programs, CredentialHelper.PREFIX + name, name);
        };
    }

    /** The first of the system's keyrings that answers; empty if none does. */
    static Optional<Keyring> thatAnswers(KeyCommands programs) {
        return namesFor(programs.environment()).stream()
                .map(name -> recorded(programs, name))
                .filter(Keyring::isAvailable)
                .findFirst();
    }

    private static List<String> namesFor(Environment env) {
        return switch (env.system()) {
            case LINUX -> {
                List<String> names = new ArrayList<>(List.of(SecretTool.PROGRAM, "secretservice"));
                // The helper of pass answers also where pass has never been set up.
                if (hasPass(env)) {
                    names.add("pass");
                }
                yield names;
            }
            case MACOS -> List.of(MacKeychain.PROGRAM, "osxkeychain");
            case WINDOWS -> List.of("wincred");
        };
    }

    private static boolean hasPass(Environment env) {
        Path store = env.variable("PASSWORD_STORE_DIR")
                .map(Path::of)
                .orElseGet(() -> env.userHome().resolve(".password-store"));
        return Files.exists(store.resolve(".gpg-id"));
    }

    /** Why none of the system's keyrings answers, with the package that is missing. */
    static String whyNone(Environment env) {
        String first = namesFor(env).get(0);
        Keyring keyring = recorded(new KeyCommands(env, true), first);
        if (Command.program(env, keyring.program).isEmpty()) {
            return keyring.program + " is not installed" + keyring.packages();
        }
        return env.system() == OperatingSystem.LINUX
                ? "secret-tool finds no keyring: GNOME Keyring (package gnome-keyring) or KWallet must be running"
                : keyring.program + " finds no keyring";
    }

    /** Its name, for a person. */
    final String name() {
        return program;
    }

    private boolean isAvailable() {
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

    final Command.Result run(byte[] input, String... arguments) {
        Command command = Command.program(programs.environment(), program, arguments)
                .orElseThrow(() -> KeyCommands.failed(
                        program,
                        Command.isPath(program)
                                ? "there is no such program"
                                : "there is no such program in PATH" + packages()));
        return programs.run(command, program, input);
    }

    final Failure failed(Command.Result answer, String complaint) {
        return KeyCommands.failed(program, "it exited with " + answer.exitCode() + KeyCommands.said(complaint));
    }

    final Failure hasNone(String id) {
        return KeyCommands.failed(program, "it has no key " + id + " of this store");
    }
}
