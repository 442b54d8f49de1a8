package dev.fleetauth.reliability;

import dev.fleetauth.testing.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Detects commands that wait for another command's turn to end. */
public final class Waiting {

    private static final String PAUSE = "dev.fleetauth.host.time.Backoff.tryPause";

    private Waiting() {}

    /** Whether all live threads with this name, each of which runs a command, wait for a turn in a database. */
    public static boolean areAllWaiting(String threads) {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getName().equals(threads))
                .allMatch(thread -> isPausing(thread.getValue()));
    }

    private static boolean isPausing(StackTraceElement[] stack) {
        return Stream.of(stack).anyMatch(frame -> PAUSE.equals(frame.getClassName() + "." + frame.getMethodName()));
    }

    /** Whether a process waits, according to its JVM's thread dump. */
    static boolean isWaiting(Program program) {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        try {
            Process dump = new ProcessBuilder(jcmd.toString(), Long.toString(program.id()), "Thread.print")
                    .redirectErrorStream(true)
                    .start();
            String threads = new String(dump.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return threads.contains(PAUSE + "(");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
