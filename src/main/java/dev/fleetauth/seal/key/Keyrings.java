package dev.fleetauth.seal.key;

import dev.fleetauth.host.Command;
import dev.fleetauth.host.Environment;
import dev.fleetauth.host.OperatingSystem;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which keyrings there are, and which is meant.
 *
 * <p>The header of the store's keys is not authenticated before they are open, so a name in it only ever means
 * {@code secret-tool}, {@code security} or {@code docker-credential-NAME}, in a folder of {@code PATH}. Any other program
 * has to be named by a variable.
 */
final class Keyrings {

    /** Stands for a program that is recorded nowhere. */
    static final String ANY = "*";

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");

    private Keyrings() {}

    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** The program that the header of the keys records, in words. */
    static String words(@Nullable String recorded) {
        if (recorded == null || recorded.equals(ANY)) {
            return "the program that " + KeyVariables.KEYRING + " names";
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
            return new CredentialHelper(programs, programs.environment().expand(said), ANY);
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
}
