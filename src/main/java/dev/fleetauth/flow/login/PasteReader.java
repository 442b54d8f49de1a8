package dev.fleetauth.flow.login;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.host.Limits;
import dev.fleetauth.host.Terminal;
import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.host.time.Durations;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.oauth.AuthorizationResponse;
import dev.fleetauth.oauth.callback.PastedResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Reads the pasted address that the browser ended up at, in its own thread. */
final class PasteReader {

    /** How long to wait for the next line of an address that was split over several lines. */
    private static final Duration PASTE_PAUSE = Duration.ofSeconds(1);

    private static final Duration READER_JOIN_TIMEOUT = Duration.ofSeconds(1);

    private final Engine engine;
    private final PastedResponse pasted;
    private final CompletableFuture<AuthorizationResponse> response;
    private final boolean isOnlyWay;
    private final Deadline deadline;

    private volatile PastedResponse.@Nullable Found found;
    private @Nullable Thread thread;

    /** Thrown if the input contains a line that is too long. */
    static final class LineTooLongException extends IOException {

        private static final long serialVersionUID = 1L;
    }

    /**
     * Creates a reader, which is started later.
     *
     * @param response completed with the response that is found
     * @param isOnlyWay whether there is no listener for the browser
     * @param deadline the end of the login's timeout, for the prompt
     */
    PasteReader(
            Engine engine,
            PastedResponse pasted,
            CompletableFuture<AuthorizationResponse> response,
            boolean isOnlyWay,
            Deadline deadline) {
        this.engine = engine;
        this.pasted = pasted;
        this.response = response;
        this.isOnlyWay = isOnlyWay;
        this.deadline = deadline;
    }

    void readTerminal() {
        start(this::fromTerminal);
    }

    void readStandardInput() {
        start(this::fromStandardInput);
    }

    private void start(Runnable reading) {
        Thread next = new Thread(reading, "paste");
        next.setDaemon(true);
        next.start();
        thread = next;
    }

    /** Stops reading, so that the answer to the next prompt is not taken for a pasted address. */
    void stop() {
        if (thread != null) {
            thread.interrupt();
            try {
                // The thread has to restore the terminal's echo. One that cannot be interrupted is abandoned.
                thread.join(READER_JOIN_TIMEOUT.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        int suppressed = pasted.suppressed();
        if (suppressed > 0) {
            engine.notice("Further pasted lines that were not the response: " + suppressed + ".");
        }
    }

    private void fromTerminal() {
        String prompt = (isOnlyWay ? "Paste" : "Or paste") + " the address that the browser ended up at (not shown, ";
        try {
            while (!response.isDone()) {
                take(Terminal.toText(engine.environment()
                        .terminal()
                        .readSecret(() -> prompt + Durations.countdown(deadline.remaining()) + " left): ")));
            }
        } catch (IOException e) {
            if (isOnlyWay) {
                response.completeExceptionally(Failure.because(e, Kind.CANCELED, "the pasted address"));
            }
        }
    }

    private void fromStandardInput() {
        var in = new BufferedReader(new InputStreamReader(engine.environment().in(), StandardCharsets.UTF_8));
        try {
            for (String line = line(in); !line.isEmpty() && !response.isDone(); line = line(in)) {
                take(line);
            }
            PastedResponse.Found last = found;
            if (last != null) {
                response.complete(last.response());
            }
            response.completeExceptionally(new IOException("standard input ended"));
        } catch (IOException e) {
            response.completeExceptionally(e);
        }
    }

    /**
     * Reads a line with its terminator; empty at the end of the input. Limited, because a device may never end a line.
     */
    private static String line(Reader in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c >= 0; c = in.read()) {
            line.append((char) c);
            if (c == '\n') {
                break;
            }
            if (line.length() > Limits.INPUT_BYTES) {
                throw new LineTooLongException();
            }
        }
        return line.toString();
    }

    private void take(String line) {
        PastedResponse.Found now = pasted.take(line);
        if (now == null) {
            return;
        }
        found = now;
        if (!now.mayContinue()) {
            response.complete(now.response());
            return;
        }
        CompletableFuture.delayedExecutor(PASTE_PAUSE.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> {
                    if (now.equals(found)) {
                        response.complete(now.response());
                    }
                });
    }
}
