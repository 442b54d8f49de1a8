package dev.fleetauth.cli;

import dev.fleetauth.host.Undisturbed;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A file of output that is there whole or not at all, and that only its owner can read. */
final class OutFile {

    private OutFile() {}

    static void write(Path file, String text) {
        Path target = file.toAbsolutePath();
        if (Files.exists(target) && !Files.isRegularFile(target)) {
            // A device or a pipe would be replaced by a file: /dev/null, for whoever may.
            throw Failure.of(Kind.OUTPUT_FAILED);
        }
        // So that a signal leaves no temporary file, which would hold a token.
        Undisturbed writing = Undisturbed.begin();
        try (writing) {
            // Temporary files are made readable by their owner alone, from the start.
            Path temporary = Files.createTempFile(target.getParent(), "." + target.getFileName(), ".tmp");
            try {
                Files.writeString(temporary, text, StandardCharsets.UTF_8);
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw Failure.because(e, Kind.OUTPUT_FAILED);
        }
    }
}
