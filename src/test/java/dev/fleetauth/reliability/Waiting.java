package dev.fleetauth.reliability;

import dev.fleetauth.testing.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Commands that wait for another one's turn to end. */
final class Waiting {

    private Waiting() {}

    /** Whether all threads of a name wait in a database, those that ended aside: commands, each in a thread of this JVM. */
    static boolean doAll(String threads) {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getName().equals(threads))
                .allMatch(thread -> waits(thread.getValue()));
    }

    private static boolean waits(StackTraceElement[] stack) {
        return Stream.of(stack)
                .anyMatch(frame -> frame.getClassName().equals("dev.fleetauth.store.Backoff")
                        && frame.getMethodName().equals("tryPause"));
    }

    /** Whether a process has the file of a profile's lock open: it waits, or has the lock. Where that cannot be seen, it is so. */
    static boolean hasLockFileOpen(Program program, String profile) {
        Path descriptors = Path.of("/proc", String.valueOf(program.id()), "fd");
        if (!Files.isDirectory(descriptors)) {
            return !Files.isDirectory(Path.of("/proc/self/fd"));
        }
        try (DirectoryStream<Path> open = Files.newDirectoryStream(descriptors)) {
            for (Path descriptor : open) {
                if (isLink(descriptor, Path.of("locks", profile + ".lock"))) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isLink(Path descriptor, Path end) {
        try {
            return Files.readSymbolicLink(descriptor).endsWith(end);
        } catch (IOException e) {
            // Closed meanwhile.
            return false;
        }
    }
}
