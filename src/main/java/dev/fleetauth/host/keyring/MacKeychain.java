package dev.fleetauth.host.keyring;

import dev.fleetauth.host.Command;
import dev.fleetauth.host.file.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * The macOS keychain, accessed through {@code security}. A secret in its arguments would be visible to every user, so
 * the command is passed on standard input. The key is stored in base64url, which needs no quotes there.
 */
final class MacKeychain extends Keyring {

    static final String PROGRAM = "security";

    /** The exit code of {@code security} for {@code errSecItemNotFound}. */
    private static final int NOT_FOUND = 44;

    MacKeychain(SecretCommands commands) {
        super(commands, PROGRAM, PROGRAM);
    }

    @Override
    boolean isReachable() throws NoSecretException {
        return run(new byte[0], "default-keychain").exitCode() == 0;
    }

    @Override
    public void put(String store, String id, byte[] key) throws NoSecretException {
        byte[] command = ("add-generic-password -U -a " + USER + " -s " + service(store, id) + " -w "
                        + Base64.getUrlEncoder().withoutPadding().encodeToString(key) + "\n")
                .getBytes(StandardCharsets.US_ASCII);
        try {
            Command.Result result = run(command, "-i");
            Arrays.fill(result.out(), (byte) 0);
            if (result.exitCode() != 0) {
                // Its error message may quote the command.
                throw failed(result, "");
            }
        } finally {
            Arrays.fill(command, (byte) 0);
        }
    }

    @Override
    byte[] find(String store, String id) throws NoSecretException, MalformedException {
        Command.Result result = run(new byte[0], "find-generic-password", "-a", USER, "-s", service(store, id), "-w");
        try {
            if (result.exitCode() != 0) {
                throw result.exitCode() == NOT_FOUND ? missing(id) : failed(result, result.errorMessage());
            }
            return Base64.getUrlDecoder().decode(new String(result.out(), StandardCharsets.US_ASCII).strip());
        } catch (IllegalArgumentException e) {
            throw new MalformedException("it is not in base64url");
        } finally {
            Arrays.fill(result.out(), (byte) 0);
        }
    }

    @Override
    boolean remove(String store, String id) throws NoSecretException {
        return run(new byte[0], "delete-generic-password", "-a", USER, "-s", service(store, id))
                        .exitCode()
                == 0;
    }

    @Override
    String origin() {
        return ": it is part of macOS";
    }

    private static String service(String store, String id) {
        return "fleetauth/" + store + "/" + id;
    }
}
