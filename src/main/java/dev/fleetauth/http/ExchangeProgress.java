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

/** How far one exchange got; read when it failed, to tell whether anything of the request can have arrived. */
final class ExchangeProgress extends EventListener {

    private final Limits limits;
    private final Deadline deadline;
    private final @Nullable Deadline due;
    private final @Nullable ExchangeSockets sockets;
    private volatile boolean sent;
    private volatile boolean answered;
    private volatile boolean proxied;
    private volatile boolean outOfTime;

    /**
     * @param due when it is too late to send anything; null for never
     * @param sockets what it goes through over TLS; null without TLS
     */
    ExchangeProgress(Limits limits, @Nullable Deadline due, @Nullable ExchangeSockets sockets) {
        this.limits = limits;
        this.due = due;
        this.sockets = sockets;
        this.deadline = Deadline.in(limits.call());
    }

    void timeIsOver() {
        outOfTime = true;
        if (sockets != null) {
            sockets.close();
        }
    }

    @Override
    public void proxySelectEnd(Call call, HttpUrl url, List<Proxy> proxies) {
        proxied = proxies.stream().anyMatch(proxy -> proxy.type() != Proxy.Type.DIRECT);
    }

    @Override
    public void requestHeadersStart(Call call) {
        sent = true;
    }

    @Override
    public void responseHeadersEnd(Call call, Response response) {
        answered = true;
    }

    /** Whether a byte of the request may have left. A CONNECT to a proxy is none of it. */
    boolean mayHaveBeenSent() {
        return sent;
    }

    /** Whether the request must not leave any more. */
    boolean isTooLate() {
        return due != null && due.hasPassed();
    }

    /** Whether the status and the headers came. */
    boolean hasResponse() {
        return answered;
    }

    /** Whether more came than is accepted. */
    boolean isFlooded() {
        return sockets != null && sockets.isFlooded();
    }

    boolean isProxied() {
        return proxied;
    }

    boolean isOutOfTime() {
        return outOfTime;
    }

    /** How long it has been going on. */
    Duration taken() {
        return limits.call().minus(deadline.remaining());
    }
}
