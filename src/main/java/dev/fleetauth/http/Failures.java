package dev.fleetauth.http;

import dev.fleetauth.host.Limits;
import dev.fleetauth.host.time.Durations;
import dev.fleetauth.model.Failure;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import okhttp3.internal.http2.ConnectionShutdownException;
import org.jspecify.annotations.Nullable;

/**
 * Maps exceptions of the HTTP client to failures with fixed messages, since an exception's message may quote what was
 * sent or received.
 */
final class Failures {

    private static final String NOT_NEGOTIATED = "it speaks HTTP/2, which was not negotiated";
    private static final String FLOODED = "it sent more than " + Limits.EXCHANGE_BYTES + " bytes";

    /**
     * An HTTP/2 SETTINGS frame of up to 255 bytes and without flags, as OkHttp's message quotes it: as text or in
     * hexadecimal digits.
     */
    private static final Pattern SETTINGS_FRAME =
            Pattern.compile("status line: \\x00\\x00[\\x00-\\xff\\ufffd]\\x04\\x00|content=0000[0-9a-f]{2}0400");

    private Failures() {}

    /** Thrown if a request was not sent because its deadline had passed. */
    static final class TooLate extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /** Thrown if a proxy responded with 407. */
    static final class ProxyRefusal extends IOException {
        private static final long serialVersionUID = 1L;

        private final String variable;
        private final String why;

        /** @param variable the variable that names the proxy */
        ProxyRefusal(String variable, String why) {
            super(why);
            this.variable = variable;
            this.why = why;
        }
    }

    static Failure of(URI uri, IOException e, ExchangeProgress progress, Limits limits) {
        for (Throwable one : all(e)) {
            if (one instanceof ProxyRefusal refusal) {
                return Failure.of(Failure.Kind.PROXY_REFUSED, refusal.variable, refusal.why);
            }
        }
        String address = Addresses.shown(uri);
        if (!progress.mayHaveBeenSent() || isNewStreamRefused(e)) {
            return Failure.because(e, Failure.Kind.UNREACHABLE, address, whyUnreachable(e, progress, limits));
        }
        if (progress.isFlooded()) {
            return Failure.because(e, Failure.Kind.BAD_RESPONSE, address, FLOODED);
        }
        if (progress.isTimedOut() || e instanceof InterruptedIOException) {
            return Failure.because(
                    e, Failure.Kind.NO_RESPONSE, address, "timed out after " + Durations.text(limits.call()));
        }
        if (speaksHttp2(e)) {
            return Failure.because(e, Failure.Kind.BAD_RESPONSE, address, NOT_NEGOTIATED);
        }
        if (e instanceof ProtocolException) {
            return Failure.because(
                    e, Failure.Kind.BAD_RESPONSE, address, "the response is not valid HTTP or is incomplete");
        }
        return Failure.because(
                e,
                Failure.Kind.NO_RESPONSE,
                address,
                progress.hasResponse()
                        ? "the response was cut off or could not be decompressed"
                        : "the connection was closed before a valid response was received");
    }

    /**
     * Whether the client knew, before it wrote anything, that the connection accepts no new streams.
     * {@link ConnectionShutdownException} is thrown only then. What a server says about an existing stream
     * (REFUSED_STREAM, GOAWAY) is a claim, not proof.
     */
    private static boolean isNewStreamRefused(IOException e) {
        return e instanceof ConnectionShutdownException;
    }

    private static String whyUnreachable(IOException e, ExchangeProgress progress, Limits limits) {
        Set<Throwable> all = all(e);
        if (has(all, TooLate.class)) {
            return "connecting took too long, so the request was not sent: other processes may be waiting for the"
                    + " profile";
        }
        String peer = progress.isProxied() ? "the proxy" : "it";
        if (has(all, BoundedDns.LookupTimedOut.class)) {
            return "no name server responded in time";
        }
        if (has(all, UnknownHostException.class)) {
            return progress.isProxied() ? "the proxy's host name was not found" : "its host name was not found";
        }
        String certificate = whyCertificate(all);
        if (certificate != null) {
            return certificate;
        }
        if (all.stream().anyMatch(Failures::isNoApplicationProtocol)) {
            return "it speaks neither HTTP/2 nor HTTP/1.1";
        }
        if (progress.isFlooded()) {
            return FLOODED;
        }
        if (has(all, SSLException.class)) {
            return "the TLS handshake failed: the server may not support TLS on this port, or may support only an"
                    + " obsolete version";
        }
        if (progress.isTimedOut()) {
            return "connecting to " + peer + " timed out after " + Durations.text(limits.call());
        }
        if (isRefusal(all)) {
            return peer + " refused the connection";
        }
        if (has(all, SocketTimeoutException.class)) {
            return "connecting to " + peer + " timed out after " + Durations.text(limits.connect());
        }
        if (has(all, ConnectException.class) || has(all, NoRouteToHostException.class)) {
            return "there is no network route to " + peer;
        }
        return progress.isProxied()
                ? "the proxy refused to forward the connection"
                : "the connection was closed before anything was sent";
    }

    /**
     * Whether an exception reports the alert of a server that accepts none of the offered protocols (RFC 7301 3.2); the
     * JDK has no exception type for this alert.
     */
    private static boolean isNoApplicationProtocol(Throwable e) {
        return e instanceof SSLException && String.valueOf(e.getMessage()).contains("no_application_protocol");
    }

    /** Whether the response begins with a settings frame (RFC 9113 3.4), which OkHttp quotes in its message. */
    private static boolean speaksHttp2(IOException e) {
        return all(e).stream()
                .map(one -> String.valueOf(one.getMessage()))
                .anyMatch(message -> SETTINGS_FRAME.matcher(message).find());
    }

    private static @Nullable String whyCertificate(Set<Throwable> all) {
        if (has(all, SSLPeerUnverifiedException.class)) {
            return "its certificate is for another host";
        }
        if (has(all, CertificateExpiredException.class)) {
            return "its certificate has expired, or this machine's clock is wrong";
        }
        if (has(all, CertificateNotYetValidException.class)) {
            return "its certificate is not valid yet, or this machine's clock is wrong";
        }
        if (has(all, CertPathBuilderException.class)) {
            return "the issuer of its certificate is not trusted; --cacert or FLEETAUTH_CACERT adds a trusted issuer";
        }
        if (has(all, CertificateException.class) || has(all, CertPathValidatorException.class)) {
            return "its certificate is invalid";
        }
        return null;
    }

    /** Whether the peer refused the connection. The JDK has no exception type for this, only a message. */
    private static boolean isRefusal(Set<Throwable> all) {
        return all.stream()
                .anyMatch(e -> e instanceof ConnectException
                        && String.valueOf(e.getMessage())
                                .toLowerCase(Locale.ROOT)
                                .contains("refused"));
    }

    private static boolean has(Set<Throwable> all, Class<? extends Throwable> type) {
        return all.stream().anyMatch(type::isInstance);
    }

    /** All exceptions involved, including those of every address that was tried. */
    private static Set<Throwable> all(Throwable e) {
        Set<Throwable> all = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Throwable> next = new ArrayDeque<>(List.of(e));
        while (!next.isEmpty()) {
            Throwable one = next.remove();
            if (all.add(one)) {
                next.addAll(List.of(one.getSuppressed()));
                if (one.getCause() != null) {
                    next.add(one.getCause());
                }
            }
        }
        return all;
    }
}
