package dev.fleetauth.seal.key;

import com.nimbusds.jose.util.Base64URL;
import dev.fleetauth.host.Command;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.seal.Jwe;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The macOS keychain, accessed through {@code security}. A secret in its arguments would be visible to every user, so
 * the command is passed on standard input. The JWK is stored in base64url, which needs no quotes there.
 */
final class MacKeychain extends Keyring {

    static final String PROGRAM = "security";

    /** The exit code of {@code security} for {@code errSecItemNotFound}. */
    private static final int NOT_FOUND = 44;

    MacKeychain(KeyCommands programs) {
        super(programs, PROGRAM, PROGRAM);
    }

    @Override
    boolean isReachable() {
        return run(new byte[0], "default-keychain").exitCode() == 0;
    }

    @Override
    void put(String store, String id, byte[] jwk) {
        byte[] command = ("add-generic-password -U -a " + USER + " -s " + service(store, id) + " -w "
                        + Base64URL.encode(jwk) + "\n")
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
    byte[] find(String store, String id) throws MalformedException {
        Command.Result result = run(new byte[0], "find-generic-password", "-a", USER, "-s", service(store, id), "-w");
        try {
            if (result.exitCode() != 0) {
                throw result.exitCode() == NOT_FOUND ? missing(id) : failed(result, result.complaint());
            }
            byte[] jwk = Jwe.decoded(new String(result.out(), StandardCharsets.US_ASCII).strip());
            if (jwk == null) {
                throw new MalformedException("it is not in base64url");
            }
            return jwk;
        } finally {
            Arrays.fill(result.out(), (byte) 0);
        }
    }

    @Override
    boolean remove(String store, String id) {
        return run(new byte[0], "delete-generic-password", "-a", USER, "-s", service(store, id))
                        .exitCode()
                == 0;
    }

    @Override
    String packages() {
        return ": it is part of macOS";
    }

    private static String service(String store, String id) {
        return "fleetauth/" + store + "/" + id;
    }
}
