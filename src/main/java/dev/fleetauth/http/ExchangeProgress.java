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
    private volatile boolean sent;
    private volatile boolean answered;
    private volatile boolean proxied;
    private volatile boolean outOfTime;

    /** @param due when it is too late to send anything; null for never */
    ExchangeProgress(Limits limits, @Nullable Deadline due) {
        this.limits = limits;
        this.due = due;
        this.deadline = Deadline.in(limits.call());
    }

    void timeIsOver() {
        outOfTime = true;
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
    boolean wasAnswered() {
        return answered;
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
