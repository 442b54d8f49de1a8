package dev.fleetauth.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A real headless browser, controlled with the Chrome DevTools Protocol. */
public final class Chromium implements AutoCloseable {

    private static final String PROGRAM = "chromium";

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Process process;
    private final WebSocket socket;
    private final BlockingQueue<JsonNode> answers = new LinkedBlockingQueue<>();
    private final String session;
    private int lastId;

    /**
     * Starts the browser; skips the test if it is not installed.
     *
     * @param profile an empty folder for the browser's own files
     */
    public Chromium(Path profile) throws IOException {
        Programs.require(PROGRAM);
        process = new ProcessBuilder(
                        PROGRAM,
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(address(profile), new Collector())
                .join();
        String target = call("Target.createTarget", Map.of("url", "about:blank"))
                .get("targetId")
                .asText();
        session = call("Target.attachToTarget", Map.of("targetId", target, "flatten", true))
                .get("sessionId")
                .asText();
        call("Page.enable", Map.of());
    }

    /** Opens a page with a preferred color scheme, {@code dark} or {@code light}. */
    public void open(URI page, String colours) throws IOException {
        call(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", colours))));
        call("Page.navigate", Map.of("url", page.toString()));
        await("document.readyState === 'complete' && location.href !== 'about:blank'");
    }

    /** Waits until an expression is true on the page. */
    public void await(String expression) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!evaluate(expression).asBoolean()) {
            if (System.nanoTime() > end) {
                throw new IOException("never true: " + expression);
            }
            pause();
        }
    }

    /** The value of an expression on the page; a missing node if it has none, as during a navigation. */
    public JsonNode evaluate(String expression) throws IOException {
        return call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true))
                .path("result")
                .path("value");
    }

    public void saveScreenshot(Path file) throws IOException {
        Files.write(
                file,
                Base64.getDecoder()
                        .decode(call("Page.captureScreenshot", Map.of())
                                .get("data")
                                .asText()));
    }

    /** The address at which the browser listens, which it writes to a file once it does. */
    private static URI address(Path profile) throws IOException {
        Path file = profile.resolve("DevToolsActivePort");
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
            if (lines.size() == 2) {
                return URI.create("ws://127.0.0.1:" + lines.get(0) + lines.get(1));
            }
            pause();
        }
        throw new IOException("the browser did not start");
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonNode call(String method, Map<String, ?> parameters) throws IOException {
        int id = ++lastId;
        Map<String, Object> message = new HashMap<>(Map.of("id", id, "method", method, "params", parameters));
        if (!method.startsWith("Target.") && !method.startsWith("Browser.")) {
            message.put("sessionId", session);
        }
        socket.sendText(MAPPER.writeValueAsString(message), true).join();
        JsonNode answer = await(received -> received.path("id").asInt() == id);
        return answer.path("result");
    }

    private JsonNode await(Predicate<JsonNode> wanted) throws IOException {
        try {
            while (true) {
                JsonNode received = answers.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                if (received == null) {
                    throw new IOException("the browser does not answer");
                }
                if (wanted.test(received)) {
                    return received;
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private final class Collector implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean isLast) {
            text.append(part);
            if (isLast) {
                try {
                    answers.add(MAPPER.readTree(text.toString()));
                } catch (IOException e) {
                    return CompletableFuture.failedFuture(e);
                }
                text.setLength(0);
            }
            from.request(1);
            return null;
        }
    }

    /** Lets the browser exit by itself, with its child processes, so that its files can be deleted. */
    @Override
    public void close() throws IOException {
        call("Browser.close", Map.of());
        socket.abort();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
