package dev.fleetauth.cli;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** What a person hands in: a file, or standard input for {@code -}. */
final class InputText {

    private static final List<Path> OPEN_ALREADY =
            List.of(Path.of("/dev/fd"), Path.of("/dev/stdin"), Path.of("/proc/self/fd"));

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
        // To open a named pipe would wait for its writer, and a device may do anything. A shell's <(command) is an open
        // one.
        if (!Files.isRegularFile(file) && OPEN_ALREADY.stream().noneMatch(file::startsWith)) {
            throw new IOException("no file");
        }
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
