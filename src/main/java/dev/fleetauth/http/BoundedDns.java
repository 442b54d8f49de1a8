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
 * The system's name service, with an end: OkHttp's deadline for the whole call does not reach a lookup, and one that
 * hangs cannot be stopped, so it is left behind.
 */
final class BoundedDns implements Dns {

    private final Duration limit;

    BoundedDns(Duration limit) {
        this.limit = limit;
    }

    /** Nobody answered whether the name exists. */
    static final class LookupTimedOut extends UnknownHostException {
        private static final long serialVersionUID = 1L;
    }

    @Override
    public List<InetAddress> lookup(String host) throws UnknownHostException {
        if (host.equals("localhost")) {
            // RFC 6761 6.3: never asked of the network. Plain http is spoken to this name alone.
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
