package dev.fleetauth.host.keyring;

import dev.fleetauth.host.Command;
import dev.fleetauth.host.Environment;
import dev.fleetauth.host.OperatingSystem;
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
public final class Keyrings {

    /** Stands for a program that is not recorded. */
    public static final String ANY = "*";

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");

    private Keyrings() {}

    /** Whether a text has the form of a keyring's name. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** The program of a recorded keyring; null for {@link #ANY}. */
    public static @Nullable String program(String recorded) {
        return switch (recorded) {
            case ANY -> null;
            case SecretTool.PROGRAM, MacKeychain.PROGRAM -> recorded;
            default -> CredentialHelper.PREFIX + recorded;
        };
    }

    /**
     * The configured keyring; empty for an invalid name.
     *
     * @param value {@code secret-tool}, {@code security}, the name of a credential helper with or without the prefix
     * {@code docker-credential-}, or the path of a credential helper
     */
    public static Optional<Keyring> of(SecretCommands commands, String value) {
        if (Command.isPath(value)) {
            return Optional.of(
                    new CredentialHelper(commands, commands.environment().expand(value), ANY));
        }
        String name =
                value.startsWith(CredentialHelper.PREFIX) ? value.substring(CredentialHelper.PREFIX.length()) : value;
        return isName(name) ? Optional.of(recorded(commands, name)) : Optional.empty();
    }

    /** The keyring that is recorded in the header of the store's keys. */
    public static Keyring recorded(SecretCommands commands, String name) {
        return switch (name) {
            case SecretTool.PROGRAM -> new SecretTool(commands);
            case MacKeychain.PROGRAM -> new MacKeychain(commands);
            default -> new CredentialHelper(commands, CredentialHelper.PREFIX + name, name);
        };
    }

    /** The first of the system's keyrings that is available; empty if none is. */
    public static Optional<Keyring> firstAvailable(SecretCommands commands) {
        return namesFor(commands.environment()).stream()
                .map(name -> recorded(commands, name))
                .filter(Keyring::isAvailable)
                .findFirst();
    }

    private static List<String> namesFor(Environment env) {
        return switch (env.system()) {
            case LINUX -> {
                List<String> names = new ArrayList<>(List.of(SecretTool.PROGRAM, "secretservice"));
                // The helper of pass responds even if pass has never been set up.
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
    public static String whyNone(Environment env) {
        String first = namesFor(env).get(0);
        Keyring keyring = recorded(new SecretCommands(env, true), first);
        if (Command.program(env, keyring.program).isEmpty()) {
            return keyring.program + " is not installed" + keyring.origin();
        }
        return env.system() == OperatingSystem.LINUX
                ? "secret-tool found no keyring: GNOME Keyring (package gnome-keyring) or KWallet must be running"
                : keyring.program + " found no keyring";
    }
}
