package dev.fleetauth.serve;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.internal.HttpConnection;

/**
 * Closes connections that do not complete the headers of a request in time. The idle timeout does not suffice, since
 * every byte restarts it.
 */
final class HeaderTimer implements Connection.Listener {

    private final Connector connector;
    private final Duration limit;

    /**
     * @param limit how long the headers of a request may take; checked at this interval, so that they can take up to
     *     twice as long
     */
    HeaderTimer(Connector connector, Duration limit) {
        this.connector = connector;
        this.limit = limit;
    }

    @Override
    public void onOpened(Connection connection) {
        if (connection instanceof HttpConnection http) {
            new Watch(http).scheduleNextCheck();
        }
    }

    /** Checks one connection periodically. */
    private final class Watch implements Runnable {

        private final HttpConnection http;
        private long requests;
        private long bytes;
        private boolean wasUnfinished;

        Watch(HttpConnection http) {
            this.http = http;
        }

        void scheduleNextCheck() {
            connector.getScheduler().schedule(this, limit.toMillis(), TimeUnit.MILLISECONDS);
        }

        @Override
        public void run() {
            if (!http.getEndPoint().isOpen()) {
                return;
            }
            boolean isSameRequest = http.getMessagesIn() == requests;
            boolean isUnfinished = isSameRequest
                    && http.getBytesIn() > bytes
                    && http.getHttpChannel().getRequest() == null;
            if (isUnfinished && wasUnfinished) {
                http.getEndPoint().close();
                return;
            }
            if (!isSameRequest) {
                requests = http.getMessagesIn();
                bytes = http.getBytesIn();
            }
            wasUnfinished = isUnfinished;
            scheduleNextCheck();
        }
    }
}
