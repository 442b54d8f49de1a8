package dev.fleetauth.sandbox;

import dev.fleetauth.host.Browser;
import dev.fleetauth.model.Scope;
import dev.fleetauth.sandbox.server.HtmlForm;
import dev.fleetauth.sandbox.server.HtmlForm.Field;
import dev.fleetauth.sandbox.server.Page;
import java.io.IOException;
import java.io.InputStream;
import java.net.CookieManager;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A simulated user with a browser, for demonstrations and tests. It opens a page of the {@link Sandbox}, reads it,
 * presses a button and follows the redirect. It opens only addresses on this machine.
 */
public final class Agent implements Browser {

    private static final int CONNECT_TIMEOUT_MILLIS = 5_000;

    /** The page at the end of a login is served after the code is exchanged, which may take a while. */
    private static final int READ_TIMEOUT_MILLIS = 30_000;

    private static final int MAX_PAGE_BYTES = 256 * 1024;
    private static final int MAX_STEPS = 10;

    private final List<String> buttons;
    private final Scope declined;
    private volatile CompletableFuture<Visit> last = new CompletableFuture<>();

    private Agent(List<String> buttons, Scope declined) {
        this.buttons = buttons;
        this.declined = declined;
    }

    /**
     * The end of a visit.
     *
     * @param address the last address; one that is not on this machine was not opened
     * @param status the HTTP status of the last page; 0 if it was not opened
     * @param page the last page; empty if it was not opened
     */
    public record Visit(URI address, int status, String page) {}

    /** A user who presses Allow, or Revoke where offered. */
    public static Agent allowing() {
        return allowingAllBut(Scope.NONE);
    }

    /** A user who presses Allow after deselecting some scopes. */
    public static Agent allowingAllBut(Scope declined) {
        return new Agent(List.of("Allow", "Revoke"), declined);
    }

    /** A user who presses Cancel. */
    public static Agent canceling() {
        return new Agent(List.of("Cancel"), Scope.NONE);
    }

    /** Visits a page in a thread of its own. */
    @Override
    public boolean open(URI page) {
        CompletableFuture<Visit> visit = new CompletableFuture<>();
        last = visit;
        Thread thread = new Thread(
                () -> {
                    try {
                        visit.complete(visit(page));
                    } catch (IOException | RuntimeException e) {
                        visit.completeExceptionally(e);
                    }
                },
                "browser");
        thread.setDaemon(true);
        thread.start();
        return true;
    }

    /**
     * Waits for the end of the last visit that {@link #open} began.
     *
     * @return how it ended; empty if it has not ended or none was begun
     * @throws IOException if the visit failed
     */
    public Optional<Visit> lastVisit(Duration wait) throws IOException, InterruptedException {
        try {
            return Optional.of(last.get(wait.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IOException("the visit failed", e.getCause());
        }
    }

    /**
     * Visits a page, presses a button if it asks for a decision, and follows redirects.
     *
     * @throws IOException if a page could not be read, if it has none of this user's buttons, or after too many steps
     */
    public Visit visit(URI page) throws IOException {
        CookieManager cookies = new CookieManager();
        URI address = page;
        String body = null;
        for (int step = 0; step < MAX_STEPS; step++) {
            if (!isLoopback(address)) {
                return new Visit(address, 0, "");
            }
            HttpURLConnection connection = request(address, body, cookies.get(address, Map.of()));
            int status = connection.getResponseCode();
            cookies.put(address, connection.getHeaderFields());
            String location = connection.getHeaderField("Location");
            String text = text(connection);
            body = null;
            if (location != null && status >= 300 && status < 400) {
                address = address.resolve(location);
                continue;
            }
            Optional<HtmlForm> form = HtmlForm.in(text, address);
            if (form.isEmpty()) {
                return new Visit(address, status, text);
            }
            address = form.get().action();
            body = decide(form.get());
        }
        throw new IOException("more than " + MAX_STEPS + " steps from " + page.getPath());
    }

    private String decide(HtmlForm form) throws IOException {
        Field button = buttons.stream()
                .filter(form.buttons()::containsKey)
                .findFirst()
                .map(form.buttons()::get)
                .orElseThrow(() -> new IOException("the page has no button " + buttons));
        List<Field> selected = form.checked().stream()
                .filter(field -> !declined.contains(field.value()))
                .toList();
        return form.posted(selected, button);
    }

    private static boolean isLoopback(URI address) {
        return "http".equals(address.getScheme()) && address.getHost() != null && Page.isLoopback(address.getHost());
    }

    /** @param body the form to post; null to get the page */
    private static HttpURLConnection request(URI address, @Nullable String body, Map<String, List<String>> headers)
            throws IOException {
        HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection(Proxy.NO_PROXY);
        connection.setConnectTimeout(CONNECT_TIMEOUT_MILLIS);
        connection.setReadTimeout(READ_TIMEOUT_MILLIS);
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        headers.forEach((name, values) -> values.forEach(value -> connection.addRequestProperty(name, value)));
        if (body != null) {
            byte[] bytes = body.getBytes(StandardCharsets.US_ASCII);
            connection.setRequestMethod("POST");
            connection.setDoOutput(true);
            connection.setRequestProperty("Content-Type", "application/x-www-form-urlencoded");
            // A body of known length is never sent twice; otherwise HttpURLConnection retries after a connection
            // failure.
            connection.setFixedLengthStreamingMode(bytes.length);
            connection.getOutputStream().write(bytes);
        }
        return connection;
    }

    private static String text(HttpURLConnection connection) throws IOException {
        InputStream in = connection.getResponseCode() < 400 ? connection.getInputStream() : connection.getErrorStream();
        if (in == null) {
            return "";
        }
        try (in) {
            return new String(in.readNBytes(MAX_PAGE_BYTES), StandardCharsets.UTF_8);
        } finally {
            connection.disconnect();
        }
    }
}
