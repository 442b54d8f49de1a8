package dev.fleetauth.flow.login;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.Refusals;
import dev.fleetauth.flow.login.LoginRequest.Way;
import dev.fleetauth.host.Browser;
import dev.fleetauth.host.Limits;
import dev.fleetauth.host.Terminal;
import dev.fleetauth.host.net.PortOwner;
import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.host.time.Durations;
import dev.fleetauth.host.time.RunningTime;
import dev.fleetauth.model.Dialect;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Settings;
import dev.fleetauth.oauth.AuthorizationRequest;
import dev.fleetauth.oauth.AuthorizationResponse;
import dev.fleetauth.oauth.callback.CallbackListener;
import dev.fleetauth.oauth.callback.CallbackPage;
import dev.fleetauth.oauth.callback.PastedResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.BindException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The person's way through the provider's page and back: a browser that comes to a loopback address, or an address that
 * is pasted, whichever is first.
 */
public final class BrowserVisit implements AutoCloseable {

    private static final URI LOOPBACK = URI.create("http://127.0.0.1/callback");

    /** For a pasted answer nobody listens, but the address must have a port: one that the person is not likely to use. */
    private static final URI UNHEARD_LOOPBACK = URI.create("http://127.0.0.1:8484/callback");

    /** How soon the next line of an address comes that was split over lines. */
    private static final Duration PASTE_PAUSE = Duration.ofSeconds(1);

    private static final Duration LONGEST_FAREWELL = Duration.ofSeconds(1);

    private final Engine engine;
    private final LoginRequest login;
    private final Settings settings;
    private final Way way;
    private final @Nullable CallbackListener listener;
    private final CompletableFuture<AuthorizationResponse> response;
    private final Deadline deadline;
    private final AuthorizationRequest request;
    private final PastedResponse pasted;

    /** What the browser is started for: its state is the browser's alone. Null where that is not known, or none is started. */
    private volatile @Nullable AuthorizationRequest started;

    private volatile PastedResponse.@Nullable Found found;
    private boolean isTaken;
    private @Nullable Thread reader;

    BrowserVisit(Engine engine, LoginRequest login, Settings settings, Dialect dialect) {
        this.engine = engine;
        this.login = login;
        this.settings = settings;
        URI registered = settings.redirectUri();
        URI asked = registered == null ? LOOPBACK : registered;
        this.way = isOfTheWeb(asked) ? login.way() : Way.PASTE;
        this.listener = listen(registered == null ? LOOPBACK : CallbackListener.reached(registered));
        URI unheard = listener != null ? listener.redirectUri() : UNHEARD_LOOPBACK;
        // What is registered is sent as it is written, character for character.
        URI redirectUri = registered == null || isElsewhere(registered) ? unheard : registered;
        this.request = AuthorizationRequest.create(
                Objects.requireNonNull(settings.endpoints().authorization()),
                settings,
                redirectUri,
                AuthorizationParameters.of(settings, login.asking()),
                engine.environment().random());
        this.response = listener != null ? listener.response() : new CompletableFuture<>();
        if (listener != null) {
            listener.expect(request, dialect);
        }
        this.pasted = new PastedResponse(this::awaited, dialect, engine::tell);
        this.deadline = Deadline.in(login.timeout());
    }

    /** The requests whose response may be pasted. */
    private List<AuthorizationRequest> awaited() {
        AuthorizationRequest own = started;
        return own == null ? List.of(request) : List.of(request, own);
    }

    AuthorizationRequest request() {
        return request;
    }

    /**
     * Sends the person to the provider and waits for the code.
     *
     * @throws Failure if the person or the provider said no, the answer is from elsewhere, or nothing came in time
     */
    Secret code() {
        showTheWay();
        reader = readPasted();
        AuthorizationResponse answer;
        try {
            answer = await();
        } finally {
            // Before anyone else asks at the terminal: the answer to that would be taken for a pasted one.
            stopReading();
            summarize();
        }
        if (answer instanceof AuthorizationResponse.Code code) {
            return code.code();
        }
        if (answer instanceof AuthorizationResponse.ErrorResponse error) {
            show(error.isDenial() ? CallbackPage.DENIED : CallbackPage.ERROR, Refusals.reason(error));
            throw Refusals.of(error, settings);
        }
        show(CallbackPage.FAILED, List.of());
        throw Failure.of(Kind.CALLBACK_REJECTED, ((AuthorizationResponse.WrongIssuer) answer).why());
    }

    /** Tells the browser that all is well. */
    void succeeded() {
        show(CallbackPage.LOGGED_IN, List.of());
    }

    @Override
    public void close() {
        if (listener != null) {
            // Only the first page counts: after a success this one is never seen.
            listener.show(CallbackPage.FAILED);
            listener.close();
        }
    }

    private void show(CallbackPage page, List<String> reason) {
        if (listener != null) {
            listener.show(page, reason);
        }
    }

    private @Nullable CallbackListener listen(URI redirectUri) {
        if (way == Way.PASTE) {
            return null;
        }
        if (CallbackListener.canListenOn(redirectUri)) {
            try {
                return CallbackListener.open(redirectUri, engine::tell);
            } catch (IOException e) {
                return instead(unavailable(engine, redirectUri, e), redirectUri);
            }
        }
        if (!engine.canAsk()) {
            throw Failure.of(Kind.PASTE_NEEDED, redirectUri);
        }
        return null;
    }

    /** What is left where the port of a redirect URI is taken: another port, or an address to paste. */
    private @Nullable CallbackListener instead(Failure unavailable, URI redirectUri) {
        if (!engine.canAsk()) {
            throw unavailable;
        }
        engine.tell(
                redirectUri + " cannot be listened on: " + unavailable.fields().get("why"));
        isTaken = true;
        // RFC 8252 7.3: any port of a loopback address is as good. Tesla compares the whole address.
        if (!settings.type().equals(Settings.OPENID)
                || !engine.agrees(
                        "Use a free port? A provider that follows RFC 8252 allows any port of this machine.")) {
            return null;
        }
        try {
            return CallbackListener.open(CallbackListener.onFreePort(redirectUri), engine::tell);
        } catch (IOException e) {
            throw Failure.because(e, Kind.CALLBACK_UNAVAILABLE, redirectUri, "no port is free");
        }
    }

    /** Why a redirect URI cannot be listened on, with the process that has its port. */
    public static Failure unavailable(Engine engine, URI redirectUri, IOException e) {
        String why = e instanceof BindException
                ? "its port is taken by "
                        + PortOwner.of(
                                redirectUri.getPort(), engine.environment().system())
                : "this machine has no such address";
        return Failure.because(e, Kind.CALLBACK_UNAVAILABLE, redirectUri, why);
    }

    /** Whether what is listened on is another port than the one that is registered. */
    private boolean isElsewhere(URI registered) {
        return listener != null
                && listener.redirectUri().getPort()
                        != CallbackListener.reached(registered).getPort();
    }

    /** Whether a browser can open an address; one of an app's own kind can only be copied. */
    private static boolean isOfTheWeb(URI redirectUri) {
        return "http".equals(redirectUri.getScheme()) || "https".equals(redirectUri.getScheme());
    }

    /** The address is always printed: the browser that was started may be another one than the user wants, or show nothing. */
    private void showTheWay() {
        Browser browser = engine.environment().browser();
        boolean isStarted = isBrowserWanted() && browser.open(firstPage());
        if (isStarted) {
            engine.tell("Your browser was asked to open the provider's page; waiting for it to come back to "
                    + request.redirectUri());
        } else if (isBrowserWanted()) {
            removeStartPage();
            boolean tried = !browser.command().isEmpty();
            engine.tell(
                    tried || browser.elsewhere().isEmpty()
                            ? "No browser could be started."
                            : "No browser is opened: " + browser.elsewhere() + ".");
        } else if (isTaken && listener == null) {
            engine.tell("No browser is opened, since it would come back to that program. Open the address yourself, and"
                    + " paste the one the browser ends at.");
        }
        if (!isOfTheWeb(request.redirectUri())) {
            engine.tell("The browser will be sent to " + request.redirectUri()
                    + "?code=..., which it cannot open. Copy that"
                    + " address from its address bar or, if it is not there, from its developer tools (network).");
        }
        engine.tell(
                isStarted
                        ? "If no page appears, open this address in any browser:"
                        : "Open this address in a browser:");
        engine.show(request.address());
        if (!isStarted && listener != null && !browser.elsewhere().isEmpty() && engine.canAsk()) {
            engine.tell(
                    "A browser on another machine ends at an address that it cannot open: that is the one to paste.");
        }
    }

    /** A browser is not sent to a port that another program has. */
    private boolean isBrowserWanted() {
        return way == Way.BROWSER && (listener != null || !isTaken);
    }

    /** What a browser is started with: other users can read that, so it is not the request where this program can redirect. */
    private URI firstPage() {
        if (listener == null) {
            return request.address();
        }
        AuthorizationRequest own = request.withFreshState(engine.environment().random());
        started = own;
        return listener.startPage(own, engine.environment().random(), this::startedTwice);
    }

    private void removeStartPage() {
        started = null;
        if (listener != null) {
            listener.removeStartPage();
        }
    }

    /** One of the two may be a program that has read the address of the page from the browser's arguments. */
    private void startedTwice() {
        String what = "The page that starts the login was opened twice, perhaps by another program on this machine.";
        if (response.isDone()) {
            engine.tell(
                    what + " If you did not do that, this may not be your login: look at 'fleetauth inspect', and log"
                            + " in again with --no-browser.");
            return;
        }
        removeStartPage();
        engine.tell(what + " So it does not count any more. Open this address in a browser:");
        engine.show(request.address());
    }

    /** Reads what is pasted, at the terminal, or from standard input where paste was asked for and there is none. */
    private @Nullable Thread readPasted() {
        Runnable reading;
        if (engine.canAsk()) {
            reading = this::readFromTerminal;
        } else if (way == Way.PASTE) {
            reading = this::readFromStandardInput;
        } else {
            return null;
        }
        Thread thread = new Thread(reading, "paste");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void stopReading() {
        if (reader != null) {
            reader.interrupt();
            try {
                // It has the terminal's echo to restore. A console that cannot be interrupted is left alone.
                reader.join(LONGEST_FAREWELL.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void readFromTerminal() {
        String prompt = (listener == null ? "Paste" : "Or paste") + " the address the browser ended at (not shown, ";
        try {
            while (!response.isDone()) {
                take(Terminal.taken(engine.environment().terminal().readSecret(() -> prompt + left() + " left): ")));
            }
        } catch (IOException e) {
            if (listener == null) {
                response.completeExceptionally(Failure.because(e, Kind.CANCELLED, "the address the browser ended at"));
            }
        }
    }

    private void readFromStandardInput() {
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

    private void summarize() {
        int suppressed = pasted.suppressed();
        if (suppressed > 0) {
            engine.tell("Of the other lines that were pasted, " + suppressed + " are not the answer either.");
        }
    }

    /** How much time is left, in minutes and seconds. */
    private String left() {
        long seconds = deadline.remaining().toSeconds();
        return seconds / 60 + (seconds % 60 < 10 ? ":0" : ":") + seconds % 60;
    }

    private AuthorizationResponse await() {
        RunningTime time = new RunningTime(login.timeout(), deadline);
        try {
            while (!time.isOver()) {
                try {
                    return response.get(time.slice().toMillis(), TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    // The next slice.
                }
            }
            throw Failure.of(Kind.LOGIN_TIMED_OUT, Durations.text(login.timeout()), request.redirectUri());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Failure cancelled) {
                throw cancelled;
            }
            throw Failure.because(e, Kind.LOGIN_TIMED_OUT, "the input ended", request.redirectUri());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.because(e, Kind.LOGIN_TIMED_OUT, "an interrupt", request.redirectUri());
        }
    }
}
