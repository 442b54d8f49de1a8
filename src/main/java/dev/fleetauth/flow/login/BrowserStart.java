package dev.fleetauth.flow.login;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.login.LoginRequest.Way;
import dev.fleetauth.host.Browser;
import dev.fleetauth.oauth.AuthorizationRequest;
import dev.fleetauth.oauth.callback.CallbackListener;
import java.net.URI;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Opens the provider's page in a browser, and prints its address for use in any other browser. */
final class BrowserStart {

    private final Engine engine;
    private final CallbackPort port;
    private final @Nullable CallbackListener listener;
    private final AuthorizationRequest request;
    private final BooleanSupplier isAnswered;

    /**
     * The request that the started browser makes, with a state of its own; null if no browser was
     * started with a start page.
     */
    private volatile @Nullable AuthorizationRequest started;

    /** @param isAnswered whether a response has arrived */
    BrowserStart(Engine engine, CallbackPort port, AuthorizationRequest request, BooleanSupplier isAnswered) {
        this.engine = engine;
        this.port = port;
        this.listener = port.listener();
        this.request = request;
        this.isAnswered = isAnswered;
    }

    /** The requests whose response may be pasted. */
    List<AuthorizationRequest> awaited() {
        AuthorizationRequest own = started;
        return own == null ? List.of(request) : List.of(request, own);
    }

    /** Starts the browser. Always prints the address too: the browser may be the wrong one, or show nothing. */
    void announce() {
        Browser browser = engine.environment().browser();
        boolean isStarted = isBrowserWanted() && browser.open(firstPage());
        if (isStarted) {
            engine.notice("Opening the provider's page in your browser; waiting for it to return to "
                    + request.redirectUri());
        } else if (isBrowserWanted()) {
            removeStartPage();
            boolean tried = !browser.command().isEmpty();
            engine.notice(
                    tried || browser.whyRemote().isEmpty()
                            ? "No browser could be started."
                            : "No browser was opened: " + browser.whyRemote() + ".");
        } else if (port.isPortTaken() && listener == null) {
            engine.notice(
                    "No browser was opened: the response would go to the program that uses the port. Open the address"
                            + " yourself, and paste the address that the browser ends up at.");
        }
        if (!CallbackPort.isHttp(request.redirectUri())) {
            engine.notice("The browser will be sent to " + request.redirectUri()
                    + "?code=..., which it cannot open. Copy that address from the address bar or, if it is not there,"
                    + " from the network tab of the developer tools.");
        }
        engine.notice(
                isStarted
                        ? "If no page appears, open this address in any browser:"
                        : "Open this address in a browser:");
        engine.show(request.address());
        if (!isStarted && listener != null && !browser.whyRemote().isEmpty() && engine.canAsk()) {
            engine.notice(
                    "A browser on another machine ends up at an address that it cannot open. Paste that address.");
        }
    }

    /** Whether to start a browser; not if another program may receive the response. */
    private boolean isBrowserWanted() {
        return port.way() == Way.BROWSER && (listener != null || !port.isPortTaken());
    }

    /**
     * The address to start the browser with: if possible, a local page that redirects, since other users can read the
     * browser's arguments.
     */
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

    /** Handles a second visit to the start page, perhaps by a program that read the browser's arguments. */
    private void startedTwice() {
        String what = "The page that starts the login was opened twice, perhaps by another program on this machine.";
        if (isAnswered.getAsBoolean()) {
            engine.notice(
                    what + " If that was not you, this may not be your login: check it with 'fleetauth inspect', and"
                            + " log in again with --no-browser.");
            return;
        }
        removeStartPage();
        engine.notice(what + " It is no longer valid. Open this address in a browser:");
        engine.show(request.address());
    }
}
