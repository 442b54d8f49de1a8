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
 * Finds the available keyrings, and the configured one.
 *
 * <p>The header of the store's keys is not authenticated before they are open, so a name in it can only stand for
 * {@code secret-tool}, {@code security} or {@code docker-credential-NAME} in a directory of {@code PATH}. Any other
 * program must be named by a variable.
 */
final class Keyrings {

    /** Stands for a program that is not recorded. */
    static final String ANY = "*";

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");

    private Keyrings() {}

    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** The program that the header of the keys names, for messages. */
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
     * The configured keyring.
     *
     * @param source what configured it, for messages
     * @param value {@code secret-tool}, {@code security}, the name of a credential helper with or without the prefix
     * {@code docker-credential-}, or the path of a credential helper
     */
    static Keyring of(KeyCommands programs, String source, String value) {
        if (Command.isPath(value)) {
            return new CredentialHelper(programs, programs.environment().expand(value), ANY);
        }
        String name =
                value.startsWith(CredentialHelper.PREFIX) ? value.substring(CredentialHelper.PREFIX.length()) : value;
        if (!isName(name)) {
            throw Failure.of(Kind.BAD_VALUE, source, value, "a name such as secret-tool, or the path of a program");
        }
        return recorded(programs, name);
    }

    /** The keyring whose program the header of the keys names. */
    static Keyring recorded(KeyCommands programs, String name) {
        return switch (name) {
            case SecretTool.PROGRAM -> new SecretTool(programs);
            case MacKeychain.PROGRAM -> new MacKeychain(programs);
            default -> new CredentialHelper(programs, CredentialHelper.PREFIX + name, name);
        };
    }

    /** The first of the system's keyrings that is available; empty if none is. */
    static Optional<Keyring> firstAvailable(KeyCommands programs) {
        return namesFor(programs.environment()).stream()
                .map(name -> recorded(programs, name))
                .filter(Keyring::isAvailable)
                .findFirst();
    }

    private static List<String> namesFor(Environment env) {
        return switch (env.system()) {
            case LINUX -> {
                List<String> names = new ArrayList<>(List.of(SecretTool.PROGRAM, "secretservice"));
                // The helper of pass also responds if pass has never been set up.
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

    /** Why none of the system's keyrings is available, with the missing package. */
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
