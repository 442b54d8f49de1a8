package dev.fleetauth.store;

import dev.fleetauth.host.Command;
import dev.fleetauth.host.Environment;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A program that keeps secrets in a keyring, and speaks the protocol of Docker's credential helpers: {@code store},
 * {@code get}, {@code erase} and {@code list}, with JSON on standard input and output. A key is kept as the JWK it would
 * be in a key file.
 *
 * <p>The file of the keys is not authenticated before it is open, so a name from it only ever means a program
 * {@code docker-credential-NAME} in a folder of {@code PATH}. Any other program has to be named by a variable.
 */
final class CredentialHelper {

    private static final String PREFIX = "docker-credential-";
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");
    private static final String USER = "fleetauth";

    /** What the helpers that Docker publishes say where there is no such secret; others are to say the same. */
    private static final String NOT_FOUND = "credentials not found in native keychain";

    private final KeyPrograms programs;
    private final String program;
    private final String recorded;

    private CredentialHelper(KeyPrograms programs, String program, String recorded) {
        this.programs = programs;
        this.program = program;
        this.recorded = recorded;
    }

    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** A helper as the file of the keys records it, in words. */
    static String words(@Nullable String recorded) {
        return recorded == null || recorded.equals(KeyDescription.ANY_HELPER)
                ? "the program that " + KeySources.KEYRING + " names"
                : PREFIX + recorded;
    }

    /**
     * The helper that is meant.
     *
     * @param source what names it
     * @param said a name, with or without {@code docker-credential-} before it, or the path of a program
     */
    static CredentialHelper of(KeyPrograms programs, String source, String said) {
        if (Command.isPath(said)) {
            return new CredentialHelper(programs, said, KeyDescription.ANY_HELPER);
        }
        String name = said.startsWith(PREFIX) ? said.substring(PREFIX.length()) : said;
        if (!isName(name)) {
            throw Failure.of(Kind.BAD_VALUE, source, said, "a name such as secretservice, or the path of a program");
        }
        return recorded(programs, name);
    }

    /** The helper that the file of the keys records by its name. */
    static CredentialHelper recorded(KeyPrograms programs, String name) {
        return new CredentialHelper(programs, PREFIX + name, name);
    }

    /** The first of the system's helpers that answers; empty if none does. */
    static Optional<CredentialHelper> thatAnswers(KeyPrograms programs) {
        return namesFor(programs.environment()).stream()
                .map(name -> recorded(programs, name))
                .filter(CredentialHelper::answers)
                .findFirst();
    }

    private static List<String> namesFor(Environment env) {
        return switch (env.system()) {
            // The helper of pass answers also where pass has never been set up.
            case LINUX -> hasPass(env) ? List.of("secretservice", "pass") : List.of("secretservice");
            case MACOS -> List.of("osxkeychain");
            case WINDOWS -> List.of("wincred");
        };
    }

    private static boolean hasPass(Environment env) {
        Path store = env.variable("PASSWORD_STORE_DIR")
                .map(Path::of)
                .orElseGet(() -> env.userHome().resolve(".password-store"));
        return Files.exists(store.resolve(".gpg-id"));
    }

    /** Its name, for a person. */
    String name() {
        return program;
    }

    private boolean answers() {
        try {
            Optional<Command> list = Command.program(programs.environment(), program, "list");
            return list.isPresent()
                    && programs.run(list.get(), program, new byte[0]).exitCode() == 0;
        } catch (Failure e) {
            return false;
        }
    }

    /** Makes a key in the keyring, and reads it back. */
    WrappingKey create(String store) {
        var key = KeyFile.newKey(programs.environment().random());
        byte[] entry = Json.write(Map.of(
                        "ServerURL", address(store, key.getKeyID()),
                        "Username", USER,
                        "Secret", key.toJSONString()))
                .getBytes(StandardCharsets.UTF_8);
        try {
            Command.Answer answer = run("store", entry);
            if (answer.exitCode() != 0) {
                throw failed(answer);
            }
        } finally {
            Arrays.fill(entry, (byte) 0);
        }
        WrappingKey back = get(store, key.getKeyID());
        if (!back.isSameAs(key)) {
            throw KeyPrograms.failed(program, "it gives back another key than it was given");
        }
        return back;
    }

    /** Takes a key from the keyring. */
    WrappingKey get(String store, String id) {
        Command.Answer answer = run("get", address(store, id).getBytes(StandardCharsets.UTF_8));
        try {
            if (answer.exitCode() != 0) {
                throw text(answer).contains(NOT_FOUND)
                        ? KeyPrograms.failed(program, "it has no key " + id + " of this store")
                        : failed(answer);
            }
            Object secret = Json.object(text(answer)).get("Secret");
            byte[] json = (secret instanceof String jwk ? jwk : "").getBytes(StandardCharsets.UTF_8);
            var key = KeyFile.parse(json);
            if (!id.equals(key.getKeyID())) {
                throw KeyPrograms.failed(program, "it gives another key than it was asked for");
            }
            return new WrappingKey(key, recorded);
        } catch (Unusable e) {
            throw Failure.because(e, Kind.KEY_SOURCE_FAILED, program, "its answer holds no key: " + e.why());
        } finally {
            Arrays.fill(answer.out(), (byte) 0);
        }
    }

    /** Removes a key from the keyring; false if that did not work. */
    boolean erase(String store, String id) {
        try {
            return run("erase", address(store, id).getBytes(StandardCharsets.UTF_8))
                            .exitCode()
                    == 0;
        } catch (Failure e) {
            return false;
        }
    }

    private Command.Answer run(String verb, byte[] input) {
        Command command = Command.program(programs.environment(), program, verb)
                .orElseThrow(() -> KeyPrograms.failed(
                        program,
                        Command.isPath(program) ? "there is no such program" : "there is no such program in PATH"));
        return programs.run(command, program, input);
    }

    /** What went wrong, in the program's words: these come on standard output, where a secret might be instead. */
    private Failure failed(Command.Answer answer) {
        String said = text(answer).strip();
        boolean secret = said.contains("\"k\"") || said.contains("Secret");
        return KeyPrograms.failed(
                program,
                "it exited with " + answer.exitCode()
                        + KeyPrograms.said(secret || said.isEmpty() ? answer.complaint() : said));
    }

    private static String text(Command.Answer answer) {
        return new String(answer.out(), StandardCharsets.UTF_8);
    }

    /** Where a key is kept: helpers want a URL, and some want it to be https with a host. */
    private static String address(String store, String id) {
        return "https://fleetauth.invalid/" + store + "/" + id;
    }
}
