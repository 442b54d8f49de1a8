package dev.fleetauth.http;

import dev.fleetauth.model.Failure;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * What an exception of the HTTP client means, in words of our own: an exception's message may quote what was sent or what
 * came.
 */
final class Failures {

    private Failures() {}

    static Failure of(URI uri, IOException e, Progress progress, Limits limits) {
        String address = Addresses.shown(uri);
        if (!progress.mayHaveBeenSent()) {
            return Failure.because(e, Failure.Kind.UNREACHABLE, address, whyUnreachable(e, progress, limits));
        }
        if (progress.isOutOfTime() || e instanceof InterruptedIOException) {
            return Failure.because(
                    e,
                    Failure.Kind.NO_ANSWER,
                    address,
                    "no whole answer came within " + limits.call().toSeconds() + " seconds");
        }
        if (e instanceof ProtocolException) {
            return Failure.because(e, Failure.Kind.BAD_ANSWER, address, "what came is not a whole HTTP answer");
        }
        return Failure.because(
                e,
                Failure.Kind.NO_ANSWER,
                address,
                progress.wasAnswered()
                        ? "the answer broke off or could not be decompressed"
                        : "the connection ended before an answer that can be read came");
    }

    private static String whyUnreachable(IOException e, Progress progress, Limits limits) {
        if (has(e, BoundedDns.LookupTimedOut.class)) {
            return "no name server answered in time";
        }
        if (has(e, UnknownHostException.class)) {
            return progress.isProxied() ? "the proxy's host name was not found" : "its host name was not found";
        }
        String certificate = whyCertificate(e);
        if (certificate != null) {
            return certificate;
        }
        if (has(e, SSLException.class)) {
            return "no TLS connection came about: it may not speak TLS there, or only a version that is no longer safe";
        }
        String who = progress.isProxied() ? "the proxy" : "it";
        if (e instanceof ConnectException && isRefusal(e)) {
            return who + " refused the connection";
        }
        if (e instanceof ConnectException || e instanceof NoRouteToHostException) {
            return "there is no way to " + who + " in the network";
        }
        if (progress.isOutOfTime() || e instanceof InterruptedIOException) {
            return "no connection to " + who + " came about within "
                    + (progress.isOutOfTime() ? limits.call() : limits.connect()).toSeconds() + " seconds";
        }
        return progress.isProxied()
                ? "the proxy did not let the connection through"
                : "the connection was cut before anything was sent";
    }

    private static @Nullable String whyCertificate(IOException e) {
        if (has(e, SSLPeerUnverifiedException.class)) {
            return "its certificate is for another host";
        }
        if (has(e, CertificateExpiredException.class)) {
            return "its certificate has expired, if this machine's clock is right";
        }
        if (has(e, CertificateNotYetValidException.class)) {
            return "its certificate is not valid yet, if this machine's clock is right";
        }
        if (has(e, CertPathBuilderException.class)) {
            return "the issuer of its certificate is not known here; --cacert names a file with one to trust";
        }
        if (has(e, CertificateException.class) || has(e, CertPathValidatorException.class)) {
            return "its certificate is not good";
        }
        return null;
    }

    /** The JDK tells the reasons why a connection could not be made apart by their text alone. */
    private static boolean isRefusal(IOException e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (String.valueOf(t.getMessage()).toLowerCase(Locale.ROOT).contains("refused")) {
                return true;
            }
        }
        return false;
    }

    private static boolean has(Throwable e, Class<? extends Throwable> type) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                return true;
            }
        }
        return false;
    }
}
