package dev.fleetauth.seal.key;

import dev.fleetauth.host.Command;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.seal.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * A keyring behind a program that speaks the protocol of Docker's credential helpers: {@code store}, {@code get},
 * {@code erase} and {@code list}, with JSON on standard input and output.
 */
final class CredentialHelper extends Keyring {

    static final String PREFIX = "docker-credential-";

    /** What the helpers that Docker publishes say where there is no such secret; others are to say the same. */
    private static final String NOT_FOUND = "credentials not found in native keychain";

    CredentialHelper(KeyCommands programs, String program, String recorded) {
        super(programs, program, recorded);
    }

    @Override
    boolean answers() {
        return run(new byte[0], "list").exitCode() == 0;
    }

    @Override
    void put(String store, String id, byte[] jwk) {
        byte[] entry = CanonicalJson.write(Map.of(
                        "ServerURL",
                        address(store, id),
                        "Username",
                        USER,
                        "Secret",
                        new String(jwk, StandardCharsets.UTF_8)))
                .getBytes(StandardCharsets.UTF_8);
        try {
            Command.Result answer = run(entry, "store");
            if (answer.exitCode() != 0) {
                throw failed(answer, complaint(answer));
            }
        } finally {
            Arrays.fill(entry, (byte) 0);
        }
    }

    @Override
    byte[] find(String store, String id) throws MalformedException {
        Command.Result answer = run(address(store, id).getBytes(StandardCharsets.UTF_8), "get");
        try {
            if (answer.exitCode() != 0) {
                throw text(answer).contains(NOT_FOUND) ? hasNone(id) : failed(answer, complaint(answer));
            }
            Object secret = CanonicalJson.object(text(answer)).get("Secret");
            return (secret instanceof String jwk ? jwk : "").getBytes(StandardCharsets.UTF_8);
        } finally {
            Arrays.fill(answer.out(), (byte) 0);
        }
    }

    @Override
    boolean remove(String store, String id) {
        return run(address(store, id).getBytes(StandardCharsets.UTF_8), "erase").exitCode() == 0;
    }

    @Override
    String packages() {
        return switch (program) {
            case PREFIX + "secretservice", PREFIX + "pass" ->
                ": it is in the package golang-docker-credential-helpers (Debian, Ubuntu) or docker-credential-helper"
                        + " (Homebrew)";
            case PREFIX + "osxkeychain" -> ": it is in the package docker-credential-helper (Homebrew)";
            case PREFIX + "wincred" -> ": it comes with Docker Desktop";
            default -> "";
        };
    }

    /** What went wrong, in the program's words: these come on standard output, where a secret might be instead. */
    private static String complaint(Command.Result answer) {
        String said = text(answer).strip();
        boolean secret = said.contains("\"k\"") || said.contains("Secret");
        return secret || said.isEmpty() ? answer.complaint() : said;
    }

    private static String text(Command.Result answer) {
        return new String(answer.out(), StandardCharsets.UTF_8);
    }

    /** Where a key is kept: helpers want a URL, and some want it to be https with a host. */
    private static String address(String store, String id) {
        return "https://fleetauth.invalid/" + store + "/" + id;
    }
}
