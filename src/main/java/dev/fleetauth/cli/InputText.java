package dev.fleetauth.cli;

import dev.fleetauth.host.Environment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** What a person hands in: a file, or standard input for {@code -}. */
final class InputText {

    /** Tokens, secrets and certificates are small; more is a mistake, or an endless pipe. */
    private static final int MOST_BYTES = 1024 * 1024;

    private InputText() {}

    static String read(Environment environment, String from) throws IOException {
        if (from.equals("-")) {
            return text(environment.in());
        }
        try (InputStream in = Files.newInputStream(Path.of(from))) {
            return text(in);
        } catch (InvalidPathException e) {
            throw new IOException("no path", e);
        }
    }

    private static String text(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
            throw new IOException("too large");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
