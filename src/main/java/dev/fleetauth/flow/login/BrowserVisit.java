package dev.fleetauth.flow.login;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.Refusals;
import dev.fleetauth.flow.login.LoginRequest.Way;
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
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The user's visit to the provider's page. It ends when the browser reaches the loopback address or the user pastes an
 * address, whichever is first.
 */
final class BrowserVisit implements AutoCloseable {

    private final Engine engine;
    private final Settings settings;
    private final Way way;
    private final @Nullable CallbackListener listener;
    private final AuthorizationRequest request;
    private final CompletableFuture<AuthorizationResponse> response;
    private final Duration timeout;
    private final Deadline deadline;
    private final BrowserStart start;
    private final PasteReader pasteReader;

    BrowserVisit(Engine engine, LoginRequest login, Settings settings, Dialect dialect, CallbackPort port) {
        this.engine = engine;
        this.settings = settings;
        this.way = port.way();
        this.listener = port.listener();
        this.request = AuthorizationRequest.create(
                Objects.requireNonNull(settings.endpoints().authorization()),
                settings,
                port.redirectUri(),
                AuthorizationParameters.of(settings, login.consent()),
                engine.environment().random());
        this.response = listener != null ? listener.response() : new CompletableFuture<>();
        if (listener != null) {
            listener.expect(request, dialect);
        }
        this.timeout = login.timeout();
        this.deadline = Deadline.in(timeout);
        this.start = new BrowserStart(engine, port, request, response::isDone);
        var pasted = new PastedResponse(start::awaited, dialect, engine::notice);
        this.pasteReader = new PasteReader(engine, pasted, response, listener == null, deadline);
    }

    AuthorizationRequest request() {
        return request;
    }

    /**
     * Sends the user to the provider and waits for the code.
     *
     * @throws Failure if the user or the provider denied access, the response is from another issuer, or none arrived
     *     in time
     */
    Secret code() {
        start.announce();
        readPasted();
        AuthorizationResponse received;
        try {
            received = await();
        } finally {
            pasteReader.stop();
        }
        if (received instanceof AuthorizationResponse.Code code) {
            return code.code();
        }
        if (received instanceof AuthorizationResponse.ErrorResponse error) {
            show(error.isDenial() ? CallbackPage.DENIED : CallbackPage.ERROR, Refusals.reason(error));
            throw Refusals.of(error, settings);
        }
        show(CallbackPage.FAILED, List.of());
        throw Failure.of(Kind.CALLBACK_REJECTED, ((AuthorizationResponse.WrongIssuer) received).why());
    }

    /**
     * Reads a pasted response from the terminal or, if prompts are impossible and the response can only be pasted, from
     * standard input.
     */
    private void readPasted() {
        if (engine.canAsk()) {
            pasteReader.readTerminal();
        } else if (way == Way.PASTE) {
            pasteReader.readStandardInput();
        }
    }

    private AuthorizationResponse await() {
        RunningTime time = new RunningTime(timeout, deadline);
        try {
            while (!time.tick()) {
                try {
                    return response.get(time.slice().toMillis(), TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    // Wait for the next slice.
                }
            }
            throw Failure.of(Kind.LOGIN_TIMED_OUT, Durations.text(timeout), request.redirectUri());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Failure canceled) {
                throw canceled;
            }
            boolean isTooLong = e.getCause() instanceof PasteReader.LineTooLongException;
            throw Failure.because(e, Kind.LOGIN_ENDED, isTooLong ? "the pasted line is too long" : "the input ended");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.because(e, Kind.LOGIN_ENDED, "it was interrupted");
        }
    }

    /** Shows the success page in the browser. */
    void succeeded() {
        show(CallbackPage.LOGGED_IN, List.of());
    }

    private void show(CallbackPage page, List<String> reason) {
        if (listener != null) {
            listener.show(page, reason);
        }
    }

    @Override
    public void close() {
        if (listener != null) {
            // Only the first page counts, so this one is never shown after a success.
            listener.show(CallbackPage.FAILED);
            listener.close();
        }
    }
}
