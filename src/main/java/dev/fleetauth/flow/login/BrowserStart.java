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

/** Starts a browser on the provider's page, and shows the address of that page for any other. */
final class BrowserStart {

    private final Engine engine;
    private final CallbackPort port;
    private final @Nullable CallbackListener listener;
    private final AuthorizationRequest request;
    private final BooleanSupplier isAnswered;

    /** What the browser is started for: its state is the browser's alone. Null where that is not known, or none is started. */
    private volatile @Nullable AuthorizationRequest started;

    /** @param isAnswered whether a response has come already */
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

    /** The address is always shown: the browser that was started may be another one than the user wants, or show nothing. */
    void announce() {
        Browser browser = engine.environment().browser();
        boolean isStarted = isBrowserWanted() && browser.open(firstPage());
        if (isStarted) {
            engine.notice("Your browser was asked to open the provider's page; waiting for it to come back to "
                    + request.redirectUri());
        } else if (isBrowserWanted()) {
            removeStartPage();
            boolean tried = !browser.command().isEmpty();
            engine.notice(
                    tried || browser.elsewhere().isEmpty()
                            ? "No browser could be started."
                            : "No browser is opened: " + browser.elsewhere() + ".");
        } else if (port.isTaken() && listener == null) {
            engine.notice(
                    "No browser is opened, since it would come back to that program. Open the address yourself, and"
                            + " paste the one the browser ends at.");
        }
        if (!CallbackPort.isOfTheWeb(request.redirectUri())) {
            engine.notice("The browser will be sent to " + request.redirectUri()
                    + "?code=..., which it cannot open. Copy that"
                    + " address from its address bar or, if it is not there, from its developer tools (network).");
        }
        engine.notice(
                isStarted
                        ? "If no page appears, open this address in any browser:"
                        : "Open this address in a browser:");
        engine.show(request.address());
        if (!isStarted && listener != null && !browser.elsewhere().isEmpty() && engine.canAsk()) {
            engine.notice(
                    "A browser on another machine ends at an address that it cannot open: that is the one to paste.");
        }
    }

    /** A browser is not sent to a port that another program has. */
    private boolean isBrowserWanted() {
        return port.way() == Way.BROWSER && (listener != null || !port.isTaken());
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
        if (isAnswered.getAsBoolean()) {
            engine.notice(
                    what + " If you did not do that, this may not be your login: look at 'fleetauth inspect', and log"
                            + " in again with --no-browser.");
            return;
        }
        removeStartPage();
        engine.notice(what + " So it does not count any more. Open this address in a browser:");
        engine.show(request.address());
    }
}
