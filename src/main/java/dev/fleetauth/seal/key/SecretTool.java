package dev.fleetauth.seal.key;

import dev.fleetauth.host.Command;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The keyring of a Linux desktop (GNOME Keyring, KWallet), behind libsecret's own {@code secret-tool}. */
final class SecretTool extends Keyring {

    static final String PROGRAM = "secret-tool";

    SecretTool(KeyCommands programs) {
        super(programs, PROGRAM, PROGRAM);
    }

    /** It exits with 1 both for a secret that is not there and for a bus that is not there, but complains of the latter. */
    @Override
    boolean answers() {
        Command.Result answer = run(new byte[0], words("lookup", "none", "none"));
        Arrays.fill(answer.out(), (byte) 0);
        return answer.exitCode() == 0 || answer.complaint().isEmpty();
    }

    @Override
    void put(String store, String id, byte[] jwk) {
        Command.Result answer = run(jwk, words("store", store, id, "--label=fleetauth: the key of a store"));
        if (answer.exitCode() != 0) {
            throw failed(answer, answer.complaint());
        }
    }

    @Override
    byte[] find(String store, String id) {
        Command.Result answer = run(new byte[0], words("lookup", store, id));
        if (answer.exitCode() != 0) {
            Arrays.fill(answer.out(), (byte) 0);
            throw answer.complaint().isEmpty() ? hasNone(id) : failed(answer, answer.complaint());
        }
        return answer.out();
    }

    @Override
    boolean remove(String store, String id) {
        return run(new byte[0], words("clear", store, id)).exitCode() == 0;
    }

    @Override
    String packages() {
        return ": it is in the package libsecret-tools (Debian, Ubuntu) or libsecret (Fedora, Arch, Homebrew)";
    }

    /** A command about the entry of a key, whose attributes are no secret. */
    private static String[] words(String verb, String store, String id, String... options) {
        List<String> words = new ArrayList<>(List.of(verb));
        words.addAll(List.of(options));
        words.addAll(List.of("application", USER, "store", store, "key", id));
        return words.toArray(String[]::new);
    }
}
