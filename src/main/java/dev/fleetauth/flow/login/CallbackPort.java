package dev.fleetauth.flow.login;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.login.LoginRequest.Way;
import dev.fleetauth.host.file.FileReason;
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
 * The callback of a login: the address that the browser returns to, and its listener.
 *
 * @param way how the user reaches the provider's page, and how the response comes back
 * @param listener the listener for the browser; null if the response can only be pasted
 * @param redirectUri the redirect URI of the request
 * @param isPortTaken whether the port of the registered redirect URI may be in use by another program
 */
public record CallbackPort(Way way, @Nullable CallbackListener listener, URI redirectUri, boolean isPortTaken) {

    private static final URI LOOPBACK = URI.create("http://127.0.0.1/callback");

    /**
     * The redirect URI for a pasted response. Its port is probably free; another program that listened there would
     * receive the code.
     */
    private static final URI PASTE_REDIRECT = URI.create("http://127.0.0.1:8484/callback");

    /** Opens a listener for the browser, if that is possible and wanted. */
    static CallbackPort open(Engine engine, Settings settings, Way wanted) {
        URI registered = settings.redirectUri();
        URI address = registered == null ? LOOPBACK : CallbackListener.withPort(registered);
        Way way = registered == null || isHttp(registered) ? wanted : Way.PASTE;
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
            return afterListenFailure(engine, settings, way, address, e);
        }
    }

    /** The callback after a failure to listen on its address: on another port, or without a listener. */
    static CallbackPort afterListenFailure(Engine engine, Settings settings, Way way, URI address, IOException e) {
        CallbackListener other = otherPort(engine, settings, address, unavailable(engine, address, e));
        return new CallbackPort(way, other, redirectUri(settings.redirectUri(), other), e instanceof BindException);
    }

    /** Whether a browser can open an address; one with a private-use scheme can only be copied. */
    static boolean isHttp(URI address) {
        return "http".equals(address.getScheme()) || "https".equals(address.getScheme());
    }

    /** The redirect URI to send: exactly as registered, unless the listener has another port. */
    private static URI redirectUri(@Nullable URI registered, @Nullable CallbackListener listener) {
        if (listener == null) {
            return registered == null ? PASTE_REDIRECT : registered;
        }
        URI bound = listener.redirectUri();
        return registered == null
                        || bound.getPort()
                                != CallbackListener.withPort(registered).getPort()
                ? bound
                : registered;
    }

    /** A listener on another port; null if the response has to be pasted. */
    private static @Nullable CallbackListener otherPort(
            Engine engine, Settings settings, URI redirectUri, Failure unavailable) {
        if (!engine.canAsk()) {
            throw unavailable;
        }
        engine.notice(
                "Cannot listen on " + redirectUri + ": " + unavailable.fields().get("why"));
        // RFC 8252 7.3: any port of a loopback address is allowed. Tesla compares the whole address.
        if (!settings.type().equals(Settings.OPENID)
                || !engine.confirm(
                        "Use a free port? A provider that follows RFC 8252 allows any port on this machine.")) {
            return null;
        }
        try {
            return CallbackListener.open(CallbackListener.onFreePort(redirectUri), engine::notice);
        } catch (IOException e) {
            throw Failure.because(
                    e,
                    Kind.CALLBACK_UNAVAILABLE,
                    redirectUri,
                    FileReason.of(e),
                    "paste the response with --paste, or try again later");
        }
    }

    /** The failure to listen on a redirect URI, with its cause, such as the process that uses the port. */
    public static Failure unavailable(Engine engine, URI redirectUri, IOException e) {
        int port = redirectUri.getPort();
        return Failure.because(
                e,
                Kind.CALLBACK_UNAVAILABLE,
                redirectUri,
                PortOwner.reason(e, port, engine.environment().system()),
                fix(e, port)
                        + "paste the response with --paste, or use another registered address with --redirect-uri");
    }

    /** The beginning of the hint: what makes the port usable; empty if perhaps only an administrator can use it. */
    private static String fix(IOException e, int port) {
        if (e instanceof BindException) {
            return PortOwner.isPerhapsReserved(port) ? "" : "stop the program that uses the port, ";
        }
        return "fix the cause, ";
    }
}
