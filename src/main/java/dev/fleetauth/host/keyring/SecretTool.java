package dev.fleetauth.host.keyring;

import dev.fleetauth.host.Command;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The keyring of a Linux desktop (GNOME Keyring, KWallet), accessed through libsecret's {@code secret-tool}. */
final class SecretTool extends Keyring {

    static final String PROGRAM = "secret-tool";

    SecretTool(SecretCommands commands) {
        super(commands, PROGRAM, PROGRAM);
    }

    /**
     * The program exits with 1 for a missing secret as well as for a missing D-Bus, but prints an error only for the
     * latter.
     */
    @Override
    boolean isReachable() throws NoSecretException {
        Command.Result result = run(new byte[0], words("lookup", "none", "none"));
        Arrays.fill(result.out(), (byte) 0);
        return result.exitCode() == 0 || result.errorMessage().isEmpty();
    }

    @Override
    public void put(String store, String id, byte[] key) throws NoSecretException {
        Command.Result result = run(key, words("store", store, id, "--label=fleetauth: store key"));
        if (result.exitCode() != 0) {
            throw failed(result, result.errorMessage());
        }
    }

    @Override
    byte[] find(String store, String id) throws NoSecretException {
        Command.Result result = run(new byte[0], words("lookup", store, id));
        if (result.exitCode() != 0) {
            Arrays.fill(result.out(), (byte) 0);
            throw result.errorMessage().isEmpty() ? missing(id) : failed(result, result.errorMessage());
        }
        return result.out();
    }

    @Override
    boolean remove(String store, String id) throws NoSecretException {
        return run(new byte[0], words("clear", store, id)).exitCode() == 0;
    }

    @Override
    String origin() {
        return ": it is in the package libsecret-tools (Debian, Ubuntu) or libsecret (Fedora, Arch, Homebrew)";
    }

    /** A command for the entry of a key, whose attributes are not secret. */
    private static String[] words(String verb, String store, String id, String... options) {
        List<String> words = new ArrayList<>(List.of(verb));
        words.addAll(List.of(options));
        words.addAll(List.of("application", USER, "store", store, "key", id));
        return words.toArray(String[]::new);
    }
}
