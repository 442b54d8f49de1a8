package dev.fleetauth.cli;

import dev.fleetauth.host.Undisturbed;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;

/** A file of output that is there whole or not at all, and that only its owner can read. */
final class OutFile {

    /** Far longer than a few thousand bytes take. */
    private static final Duration ABANDONED = Duration.ofMinutes(1);

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
                removeAbandoned(target, temporary);
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw Failure.because(e, Kind.OUTPUT_FAILED);
        }
    }

    /**
     * Removes what an earlier run left that was killed, which may hold a token. What is younger than that may be another
     * run's, which is at it; by the clock of the file system, which wrote all these times.
     */
    private static void removeAbandoned(Path target, Path temporary) {
        Pattern ours = Pattern.compile("\\." + Pattern.quote(String.valueOf(target.getFileName())) + "[0-9]+\\.tmp");
        try (DirectoryStream<Path> files = Files.newDirectoryStream(
                target.getParent(),
                file -> ours.matcher(String.valueOf(file.getFileName())).matches())) {
            Instant now = Files.getLastModifiedTime(temporary).toInstant();
            for (Path file : files) {
                Instant written = Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
                        .toInstant();
                if (written.plus(ABANDONED).isBefore(now)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // It does not keep this run from its own work.
        }
    }
}
