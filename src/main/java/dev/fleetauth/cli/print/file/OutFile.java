package dev.fleetauth.cli.print.file;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.ShutdownGuard;
import dev.fleetauth.host.file.FileReason;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * Writes a result to a file, atomically and readable only by its owner, or directly to a device, pipe or descriptor.
 */
public final class OutFile {

    /**
     * The age at which a temporary file is considered abandoned: far longer than writing a few thousand bytes takes.
     */
    private static final Duration ABANDONED_AFTER = Duration.ofMinutes(1);

    private static final Duration READER_TIMEOUT = Duration.ofSeconds(10);

    private OutFile() {}

    /**
     * Writes a line.
     *
     * @param file the destination; {@code -} is standard output
     */
    public static void write(Environment environment, Path file, String line) {
        try {
            OutPath place = OutPath.of(Path.of(environment.expand(file.toString())));
            byte[] content = (line + "\n").getBytes(StandardCharsets.UTF_8);
            switch (place.kind()) {
                case STANDARD_OUTPUT -> environment.out().println(line);
                case STANDARD_ERROR -> printError(environment.err(), line);
                // Appends, so that a file behind the descriptor keeps its content.
                case DESCRIPTOR -> pass(content, place.path(), StandardOpenOption.APPEND);
                case DEVICE -> pass(content, place.path(), StandardOpenOption.WRITE);
                case FILE -> replace(place, content, environment.random());
            }
        } catch (IOException e) {
            throw Failure.because(e, Kind.FILE_NOT_WRITTEN, file, FileReason.of(e));
        }
    }

    /** Prints to standard error and checks for a failure. For standard output, every command ends with that check. */
    private static void printError(PrintStream err, String line) throws IOException {
        err.println(line);
        if (err.checkError()) {
            throw new IOException("it is closed, or its disk is full");
        }
    }

    private static void pass(byte[] content, Path place, OpenOption option) throws IOException {
        try (OutputStream out = opened(place, option)) {
            out.write(content);
        }
    }

    /** Opens a device, pipe or descriptor. Opening a pipe blocks until it has a reader. */
    private static OutputStream opened(Path place, OpenOption option) throws IOException {
        var opening = new FutureTask<>(() -> Files.newOutputStream(place, option));
        Thread thread = new Thread(opening, "output");
        thread.setDaemon(true);
        thread.start();
        try {
            return opening.get(READER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("nothing reads from it", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private static void replace(OutPath place, byte[] content, SecureRandom random) throws IOException {
        Path temporary = Path.of("." + place.name() + (random.nextLong() >>> 1) + ".tmp");
        // Prevents a signal from leaving behind the temporary file, which may contain a token.
        ShutdownGuard writing = ShutdownGuard.begin();
        try (writing;
                OutDirectory directory = place.open()) {
            try (SeekableByteChannel channel = directory.create(temporary)) {
                directory.inherit(temporary);
                ByteBuffer rest = ByteBuffer.wrap(content);
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
                removeAbandoned(directory, place.name(), temporary);
                directory.rename(temporary, place.name());
            } catch (IOException | RuntimeException e) {
                directory.deleteQuietly(temporary);
                throw e;
            }
        }
    }

    /**
     * Removes temporary files of killed processes, which may contain tokens. A young file may still be in use by
     * another process. An age is the difference of two modification times, both set by the file system's clock.
     */
    private static void removeAbandoned(OutDirectory directory, Path target, Path temporary) {
        Pattern ours = Pattern.compile("\\." + Pattern.quote(target.toString()) + "[0-9]+\\.tmp");
        try {
            Instant now = directory.lastModified(temporary);
            for (Path file : directory.files(ours)) {
                if (directory.lastModified(file).plus(ABANDONED_AFTER).isBefore(now)) {
                    directory.deleteQuietly(file);
                }
            }
        } catch (IOException e) {
            // Cleaning up is not required to write this file.
        }
    }
}
