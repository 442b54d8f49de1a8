package dev.fleetauth.serve;

import dev.fleetauth.host.Limits;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.NetworkConnector;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The HTTP server of {@code serve}: a Unix socket, and a port of the loopback address if one is asked for. Each has handlers
 * of its own, tried in their order, behind a {@link Gate}; a request that none of them takes is answered with 404.
 *
 * <p>A handler may wait, since it runs on a thread of its own. It throws {@link dev.fleetauth.model.Failure} for what
 * {@link Replies} has words for.
 */
public final class TokenServer implements AutoCloseable {

    /** Of requests under way at the end, and then of threads. */
    private static final int STOP_MILLISECONDS = 2000;

    /** Where an inherited socket has no file that this server may remove. */
    private static final Path NO_FILE = Path.of("/proc/self/none");

    static {
        // Jetty tells nobody anything by itself: its messages may quote requests. Before it looks for who would be
        // told.
        System.setProperty("slf4j.internal.verbosity", "ERROR");
    }

    private final Server server = new Server(new QueuedThreadPool(Limits.SERVE_THREADS, 1, 30_000));
    private final Handler.Sequence addresses = new Handler.Sequence();
    private final List<SocketPlace> opened = new ArrayList<>();
    private boolean isForOthers;

    /** Handlers of the requests that come to one address. */
    private static final class ByAddress extends Handler.Wrapper {
        private final Connector connector;

        ByAddress(Connector connector, Handler handler) {
            super(handler);
            this.connector = connector;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            return request.getConnectionMetaData().getConnector() == connector
                    && super.handle(request, response, callback);
        }
    }

    /** A server that does not listen yet. */
    public TokenServer(AccessLog log) {
        server.setRequestLog(log);
        server.setErrorHandler(new JsonErrors());
        server.setHandler(new GracefulHandler(addresses));
        server.setStopTimeout(STOP_MILLISECONDS);
        ((QueuedThreadPool) server.getThreadPool()).setStopTimeout(STOP_MILLISECONDS);
        ((QueuedThreadPool) server.getThreadPool()).setName("serve");
    }

    /** Whether it was started with a Unix socket that listens already, as systemd and inetd do it: as standard input. */
    public static boolean inheritsSocket() {
        try {
            return System.inheritedChannel() instanceof ServerSocketChannel channel
                    && channel.getLocalAddress() instanceof UnixDomainSocketAddress;
        } catch (IOException e) {
            return false;
        }
    }

    /** Listens on a Unix socket of its own. */
    public void onSocket(SocketPlace place, Peers peers, List<Handler> handlers) {
        opened.add(place);
        isForOthers = peers.includesOthers();
        addSocket(place.socket(), false, peers, handlers);
    }

    /** Listens on the Unix socket that it was started with. */
    public void onInheritedSocket(Peers peers, List<Handler> handlers) {
        addSocket(NO_FILE, true, peers, handlers);
    }

    private void addSocket(Path socket, boolean isInherited, Peers peers, List<Handler> handlers) {
        var connector = new UnixDomainServerConnector(server, 1, 1, http());
        connector.setUnixDomainPath(socket);
        connector.setInheritChannel(isInherited);
        connector.setAcceptQueueSize(Limits.SERVE_CONNECTIONS);
        connector.setIdleTimeout(Limits.SERVE_IDLE_SECONDS * 1000L);
        // The system identifies the peer, so the host name does not matter.
        add(connector, handlers, host -> true, peers::admit);
    }

    /**
     * Listens on a port of the loopback address.
     *
     * @throws IOException if that is taken
     */
    public void onLoopback(InetSocketAddress address, List<Handler> handlers) throws IOException {
        var connector = new ServerConnector(server, 1, 1, http());
        connector.setHost(address.getAddress().getHostAddress());
        connector.setPort(address.getPort());
        connector.setAcceptQueueSize(Limits.SERVE_CONNECTIONS);
        connector.setIdleTimeout(Limits.SERVE_IDLE_SECONDS * 1000L);
        Set<String> names = Set.of("127.0.0.1:" + address.getPort(), "localhost:" + address.getPort());
        add(connector, handlers, names::contains, request -> true);
        // Now, so that a failure of this address is not taken for one of the other. Nothing is answered until the
        // start.
        connector.open();
    }

    private void add(
            AbstractConnector connector, List<Handler> handlers, Predicate<String> hosts, Predicate<Request> peers) {
        server.addConnector(connector);
        // Each address has a limit of its own, so that strangers on the loopback do not close the socket to its user.
        server.addBean(new NetworkConnectionLimit(Limits.SERVE_CONNECTIONS, connector));
        connector.addBean(new HeaderTimer(connector, Duration.ofSeconds(Limits.SERVE_REQUEST_SECONDS)));
        addresses.addHandler(new ByAddress(connector, new Gate(new Handler.Sequence(handlers), hosts, peers)));
    }

    private static HttpConnectionFactory http() {
        var configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setSendDateHeader(true);
        configuration.setRequestHeaderSize(Limits.SERVE_HEADER_BYTES);
        return new HttpConnectionFactory(configuration);
    }

    /**
     * Begins to listen on the Unix socket, and to answer.
     *
     * @throws IOException if the socket cannot be used
     */
    public void start() throws IOException {
        try {
            server.start();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
        for (SocketPlace place : opened) {
            place.open(isForOthers);
        }
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            // The process ends anyway, and what is left of it is removed by the next server.
        } finally {
            // What listens already where the start failed.
            Stream.of(server.getConnectors())
                    .filter(NetworkConnector.class::isInstance)
                    .forEach(connector -> ((NetworkConnector) connector).close());
            opened.forEach(SocketPlace::close);
        }
    }
}
