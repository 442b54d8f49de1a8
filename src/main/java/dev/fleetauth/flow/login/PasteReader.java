package dev.fleetauth.flow.login;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.host.Limits;
import dev.fleetauth.host.Terminal;
import dev.fleetauth.host.time.Deadline;
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

/** Reads the pasted address at which the browser ended, in a thread of its own. */
final class PasteReader {

    /** How soon the next line of an address comes that was split over lines. */
    private static final Duration PASTE_PAUSE = Duration.ofSeconds(1);

    private static final Duration READER_JOIN_TIMEOUT = Duration.ofSeconds(1);

    private final Engine engine;
    private final PastedResponse pasted;
    private final CompletableFuture<AuthorizationResponse> response;
    private final boolean isOnlyWay;
    private final Deadline deadline;

    private volatile PastedResponse.@Nullable Found found;
    private @Nullable Thread thread;

    /**
     * A reader that has not begun.
     *
     * @param response completed with what is found
     * @param isOnlyWay whether nothing listens for the browser
     * @param deadline by when the user must be back, for the prompt
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

    /** Ends the reading: the answer to the next question at the terminal would be taken for a pasted address. */
    void stop() {
        if (thread != null) {
            thread.interrupt();
            try {
                // It has the terminal's echo to restore. A console that cannot be interrupted is left alone.
                thread.join(READER_JOIN_TIMEOUT.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        int suppressed = pasted.suppressed();
        if (suppressed > 0) {
            engine.notice("Of the other lines that were pasted, " + suppressed + " are not the answer either.");
        }
    }

    private void fromTerminal() {
        String prompt = (isOnlyWay ? "Paste" : "Or paste") + " the address the browser ended at (not shown, ";
        try {
            while (!response.isDone()) {
                take(Terminal.taken(
                        engine.environment().terminal().readSecret(() -> prompt + remaining() + " left): ")));
            }
        } catch (IOException e) {
            if (isOnlyWay) {
                response.completeExceptionally(Failure.because(e, Kind.CANCELLED, "the address the browser ended at"));
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

    /** A line with its end; empty at the end of the input. One without end, as of a device, is not read for ever. */
    private static String line(Reader in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c >= 0; c = in.read()) {
            line.append((char) c);
            if (c == '\n') {
                break;
            }
            if (line.length() > Limits.INPUT_BYTES) {
                throw new IOException("a line that is too long");
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
        if (!now.mayGoOn()) {
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

    /** How much time is left, in minutes and seconds. */
    private String remaining() {
        long seconds = deadline.remaining().toSeconds();
        return seconds / 60 + (seconds % 60 < 10 ? ":0" : ":") + seconds % 60;
    }
}
