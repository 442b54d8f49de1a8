package dev.fleetauth.flow.login;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.login.LoginRequest.Way;
import dev.fleetauth.host.net.PortOwner;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Settings;
import dev.fleetauth.oauth.callback.CallbackListener;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Where the browser comes back to.
 *
 * @param way how the user gets to the provider's page, and the response back
 * @param listener what waits for the browser; null where the address it ends at can only be pasted
 * @param redirectUri the redirect URI of the request
 * @param isTaken whether another program has the port of the registered redirect URI
 */
public record CallbackPort(Way way, @Nullable CallbackListener listener, URI redirectUri, boolean isTaken) {

    private static final URI LOOPBACK = URI.create("http://127.0.0.1/callback");

    /** For a pasted response nothing listens, but the address must have a port: one that is not likely to be in use. */
    private static final URI PASTE_REDIRECT = URI.create("http://127.0.0.1:8484/callback");

    /** Listens for the browser, if that is possible and wanted. */
    static CallbackPort open(Engine engine, Settings settings, Way wanted) {
        URI registered = settings.redirectUri();
        URI address = registered == null ? LOOPBACK : CallbackListener.reached(registered);
        Way way = registered == null || isOfTheWeb(registered) ? wanted : Way.PASTE;
        if (way == Way.PASTE) {
            return new CallbackPort(way, null, redirectUri(registered, null), false);
        }
        if (!CallbackListener.canListenOn(address)) {
            if (!engine.canAsk()) {
                throw Failure.of(Kind.PASTE_NEEDED, address);
            }
            return new CallbackPort(way, null, redirectUri(registered, null), false);
        }
        try {
            CallbackListener listener = CallbackListener.open(address, engine::notice);
            return new CallbackPort(way, listener, redirectUri(registered, listener), false);
        } catch (IOException e) {
            CallbackListener other = otherPort(engine, settings, address, unavailable(engine, address, e));
            return new CallbackPort(way, other, redirectUri(registered, other), true);
        }
    }

    /** Whether a browser can open an address; one of an app's own kind can only be copied. */
    static boolean isOfTheWeb(URI address) {
        return "http".equals(address.getScheme()) || "https".equals(address.getScheme());
    }

    /** What is registered is sent as it is written, character for character, unless another port is listened on. */
    private static URI redirectUri(@Nullable URI registered, @Nullable CallbackListener listener) {
        if (listener == null) {
            return registered == null ? PASTE_REDIRECT : registered;
        }
        URI heard = listener.redirectUri();
        return registered == null
                        || heard.getPort()
                                != CallbackListener.reached(registered).getPort()
                ? heard
                : registered;
    }

    /** A listener on another port; null where the address that the browser ends at has to be pasted. */
    private static @Nullable CallbackListener otherPort(
            Engine engine, Settings settings, URI redirectUri, Failure unavailable) {
        if (!engine.canAsk()) {
            throw unavailable;
        }
        engine.notice(
                redirectUri + " cannot be listened on: " + unavailable.fields().get("why"));
        // RFC 8252 7.3: any port of a loopback address is as good. Tesla compares the whole address.
        if (!settings.type().equals(Settings.OPENID)
                || !engine.agrees(
                        "Use a free port? A provider that follows RFC 8252 allows any port of this machine.")) {
            return null;
        }
        try {
            return CallbackListener.open(CallbackListener.onFreePort(redirectUri), engine::notice);
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
}
