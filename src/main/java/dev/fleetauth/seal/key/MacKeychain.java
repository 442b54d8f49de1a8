package dev.fleetauth.seal.key;

import com.nimbusds.jose.util.Base64URL;
import dev.fleetauth.host.Command;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.seal.Jwe;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The keychain of macOS, behind its own {@code security}. A secret among its arguments could be seen by every user, so it
 * reads the command from standard input. The JWK is kept in base64url, which needs no quotes there.
 */
final class MacKeychain extends Keyring {

    static final String PROGRAM = "security";

    /** {@code errSecItemNotFound}, as {@code security} exits with it. */
    private static final int NOT_FOUND = 44;

    MacKeychain(KeyCommands programs) {
        super(programs, PROGRAM, PROGRAM);
    }

    @Override
    boolean answers() {
        return run(new byte[0], "default-keychain").exitCode() == 0;
    }

    @Override
    void put(String store, String id, byte[] jwk) {
        byte[] command = ("add-generic-password -U -a " + USER + " -s " + service(store, id) + " -w "
                        + Base64URL.encode(jwk) + "\n")
                .getBytes(StandardCharsets.US_ASCII);
        try {
            Command.Result answer = run(command, "-i");
            Arrays.fill(answer.out(), (byte) 0);
            if (answer.exitCode() != 0) {
                // Its complaint may quote the command.
                throw failed(answer, "");
            }
        } finally {
            Arrays.fill(command, (byte) 0);
        }
    }

    @Override
    byte[] find(String store, String id) throws MalformedException {
        Command.Result answer = run(new byte[0], "find-generic-password", "-a", USER, "-s", service(store, id), "-w");
        try {
            if (answer.exitCode() != 0) {
                throw answer.exitCode() == NOT_FOUND ? hasNone(id) : failed(answer, answer.complaint());
            }
            byte[] jwk = Jwe.decoded(new String(answer.out(), StandardCharsets.US_ASCII).strip());
            if (jwk == null) {
                throw new MalformedException("it is not in base64url");
            }
            return jwk;
        } finally {
            Arrays.fill(answer.out(), (byte) 0);
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
        return ": it belongs to macOS";
    }

    private static String service(String store, String id) {
        return "fleetauth/" + store + "/" + id;
    }
}
