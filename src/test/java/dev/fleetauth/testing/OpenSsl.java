package dev.fleetauth.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The program {@code openssl}, which generates keys in every format that users have. */
public final class OpenSsl {

    private OpenSsl() {}

    /** Runs a command such as {@code genpkey -algorithm ED25519}, and returns its output. */
    public static String run(String command) {
        return run("", command);
    }

    /** Runs a command with an input, and returns its output. */
    public static String run(String input, String command) {
        Programs.require("openssl");
        List<String> words = new ArrayList<>(List.of("openssl"));
        words.addAll(List.of(command.split(" ", -1)));
        try {
            Process process = new ProcessBuilder(words)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (var in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException("openssl " + command + " failed");
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
