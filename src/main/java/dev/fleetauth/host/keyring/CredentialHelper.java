package dev.fleetauth.host.keyring;

import dev.fleetauth.host.Command;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.host.json.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * A keyring accessed through a program with the protocol of Docker's credential helpers: {@code store}, {@code get},
 * {@code erase} and {@code list}, with JSON on standard input and output.
 */
final class CredentialHelper extends Keyring {

    static final String PREFIX = "docker-credential-";

    /** The message of Docker's helpers for a missing secret; other helpers should use the same. */
    private static final String NOT_FOUND = "credentials not found in native keychain";

    CredentialHelper(SecretCommands commands, String program, String recorded) {
        super(commands, program, recorded);
    }

    @Override
    boolean isReachable() throws NoSecretException {
        return run(new byte[0], "list").exitCode() == 0;
    }

    @Override
    public void put(String store, String id, byte[] key) throws NoSecretException {
        byte[] entry = CanonicalJson.write(Map.of(
                        "ServerURL",
                        address(store, id),
                        "Username",
                        USER,
                        "Secret",
                        new String(key, StandardCharsets.UTF_8)))
                .getBytes(StandardCharsets.UTF_8);
        try {
            Command.Result result = run(entry, "store");
            if (result.exitCode() != 0) {
                throw failed(result, errorMessage(result));
            }
        } finally {
            Arrays.fill(entry, (byte) 0);
        }
    }

    @Override
    byte[] find(String store, String id) throws NoSecretException, MalformedException {
        Command.Result result = run(address(store, id).getBytes(StandardCharsets.UTF_8), "get");
        try {
            if (result.exitCode() != 0) {
                throw text(result).contains(NOT_FOUND) ? missing(id) : failed(result, errorMessage(result));
            }
            Object secret = CanonicalJson.object(text(result)).get("Secret");
            return (secret instanceof String key ? key : "").getBytes(StandardCharsets.UTF_8);
        } finally {
            Arrays.fill(result.out(), (byte) 0);
        }
    }

    @Override
    boolean remove(String store, String id) throws NoSecretException {
        return run(address(store, id).getBytes(StandardCharsets.UTF_8), "erase").exitCode() == 0;
    }

    @Override
    String origin() {
        return switch (program) {
            case PREFIX + "secretservice", PREFIX + "pass" ->
                ": it is in the package golang-docker-credential-helpers (Debian, Ubuntu) or docker-credential-helper"
                        + " (Homebrew)";
            case PREFIX + "osxkeychain" -> ": it is in the package docker-credential-helper (Homebrew)";
            case PREFIX + "wincred" -> ": it comes with Docker Desktop";
            default -> "";
        };
    }

    /** The program's error message. Helpers print it to standard output, which may contain a secret instead. */
    private static String errorMessage(Command.Result result) {
        String output = text(result).strip();
        boolean secret = output.contains("\"k\"") || output.contains("Secret");
        return secret || output.isEmpty() ? result.errorMessage() : output;
    }

    private static String text(Command.Result result) {
        return new String(result.out(), StandardCharsets.UTF_8);
    }

    /** The address of a key: helpers require a URL, and some require https and a host. */
    private static String address(String store, String id) {
        return "https://fleetauth.invalid/" + store + "/" + id;
    }
}
