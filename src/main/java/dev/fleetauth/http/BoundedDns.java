package dev.fleetauth.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import okhttp3.Dns;

/**
 * The system's name resolution with a timeout. OkHttp's call timeout does not cover a lookup, and a lookup that hangs
 * cannot be stopped, so its thread is abandoned.
 */
final class BoundedDns implements Dns {

    private final Duration limit;

    BoundedDns(Duration limit) {
        this.limit = limit;
    }

    /** Thrown if a lookup did not finish in time. */
    static final class LookupTimedOut extends UnknownHostException {
        private static final long serialVersionUID = 1L;
    }

    @Override
    public List<InetAddress> lookup(String host) throws UnknownHostException {
        if (host.equals("localhost")) {
            // RFC 6761 6.3: never looked up. It is the only name that plain http is used for.
            return List.of(
                    InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1}),
                    InetAddress.getByAddress("localhost", new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}));
        }
        FutureTask<List<InetAddress>> lookup = new FutureTask<>(() -> List.of(InetAddress.getAllByName(host)));
        Thread thread = new Thread(lookup, "fleetauth-lookup");
        thread.setDaemon(true);
        thread.start();
        try {
            return lookup.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new LookupTimedOut();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LookupTimedOut();
        } catch (ExecutionException e) {
            throw new UnknownHostException();
        }
    }
}
