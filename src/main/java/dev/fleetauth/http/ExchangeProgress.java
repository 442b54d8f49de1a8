package dev.fleetauth.http;

import dev.fleetauth.host.Limits;
import dev.fleetauth.host.time.Deadline;
import java.net.Proxy;
import java.time.Duration;
import java.util.List;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.HttpUrl;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** The progress of one exchange. After a failure it tells whether any part of the request may have arrived. */
final class ExchangeProgress extends EventListener {

    private final Limits limits;
    private final Deadline deadline;
    private final @Nullable Deadline due;
    private final @Nullable ExchangeSockets sockets;
    private volatile boolean sent;
    private volatile boolean responded;
    private volatile boolean proxied;
    private volatile boolean timedOut;

    /**
     * @param due the time after which nothing may be sent; null for none
     * @param sockets the sockets of the exchange over TLS; null without TLS
     */
    ExchangeProgress(Limits limits, @Nullable Deadline due, @Nullable ExchangeSockets sockets) {
        this.limits = limits;
        this.due = due;
        this.sockets = sockets;
        this.deadline = Deadline.in(limits.call());
    }

    void timeOut() {
        timedOut = true;
        if (sockets != null) {
            sockets.close();
        }
    }

    @Override
    public void proxySelectEnd(Call call, HttpUrl url, List<Proxy> proxies) {
        proxied = !proxies.equals(List.of(Proxy.NO_PROXY));
    }

    @Override
    public void requestHeadersStart(Call call) {
        sent = true;
    }

    @Override
    public void responseHeadersEnd(Call call, Response response) {
        responded = true;
    }

    /** Whether a byte of the request may have been sent. A CONNECT to a proxy is not part of it. */
    boolean mayHaveBeenSent() {
        return sent;
    }

    /** Whether the request must no longer be sent. */
    boolean isTooLate() {
        return due != null && due.hasPassed();
    }

    /** Whether the status and headers were received. */
    boolean hasResponse() {
        return responded;
    }

    /** Whether more data was received than is accepted. */
    boolean isFlooded() {
        return sockets != null && sockets.isFlooded();
    }

    boolean isProxied() {
        return proxied;
    }

    boolean isTimedOut() {
        return timedOut;
    }

    /** The time since the start of the exchange, at most its limit. */
    Duration elapsed() {
        return limits.call().minus(deadline.remaining());
    }
}
