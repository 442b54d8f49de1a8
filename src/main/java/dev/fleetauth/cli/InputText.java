package dev.fleetauth.cli;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.Limits;
import dev.fleetauth.host.SpecialFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;

/** What a person hands in: a file, or standard input for {@code -}. */
final class InputText {

    private InputText() {}

    static String read(Environment environment, String from) throws IOException {
        if (from.equals("-")) {
            return text(environment.in());
        }
        Path file;
        try {
            file = Path.of(from);
        } catch (InvalidPathException e) {
            throw new IOException("no path", e);
        }
        SpecialFiles.requireFile(file);
        try (InputStream in = Files.newInputStream(file)) {
            return text(in);
        }
    }

    private static String text(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(Limits.INPUT_BYTES + 1);
        try {
            if (bytes.length > Limits.INPUT_BYTES) {
                throw new IOException("too large");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }
}
