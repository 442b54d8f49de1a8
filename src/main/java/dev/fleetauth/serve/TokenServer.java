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
 * The HTTP server of {@code serve}: a Unix socket and, if configured, a port on the loopback address. Each has its own
 * handlers, tried in order, behind a {@link RequestFilter}; a request that none of them accepts is answered with 404.
 *
 * <p>A handler may block, since each request has its own thread. It may throw {@link dev.fleetauth.model.Failure},
 * which is reported as JSON.
 */
public final class TokenServer implements AutoCloseable {

    /** How long {@link #close} waits for open requests, and then for threads. */
    private static final int STOP_MILLISECONDS = 2000;

    /**
     * A path without a file, given to Jetty for an inherited socket: Jetty removes the file of a socket, and must not
     * remove one that it did not create.
     */
    private static final Path NO_FILE = Path.of("/proc/self/none");

    static {
        // slf4j has no provider, so that Jetty logs nothing: its messages may quote requests. This property suppresses
        // slf4j's warning about the missing provider, and must be set before slf4j is initialized.
        System.setProperty("slf4j.internal.verbosity", "ERROR");
    }

    private final Server server = new Server(new QueuedThreadPool(Limits.SERVE_THREADS, 1, 30_000));
    private final Handler.Sequence addresses = new Handler.Sequence();
    private final List<SocketPlace> opened = new ArrayList<>();
    private boolean isForOtherUsers;

    /** Handles only the requests to one address. */
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

    /** Creates a server that does not listen yet. */
    public TokenServer(AccessLog log) {
        server.setRequestLog(log);
        server.setErrorHandler(new JsonErrors());
        server.setHandler(new GracefulHandler(addresses));
        server.setStopTimeout(STOP_MILLISECONDS);
        ((QueuedThreadPool) server.getThreadPool()).setStopTimeout(STOP_MILLISECONDS);
        ((QueuedThreadPool) server.getThreadPool()).setName("serve");
    }

    /**
     * Whether this process was started with a listening Unix socket as standard input, as systemd and inetd can do.
     */
    public static boolean inheritsSocket() {
        try {
            return System.inheritedChannel() instanceof ServerSocketChannel channel
                    && channel.getLocalAddress() instanceof UnixDomainSocketAddress;
        } catch (IOException e) {
            return false;
        }
    }

    /** Adds a Unix socket of the server's own, on which {@link #start} listens. */
    public void onSocket(SocketPlace place, Peers peers, List<Handler> handlers) {
        opened.add(place);
        isForOtherUsers = peers.includesOthers();
        addSocket(place.socket(), false, peers, handlers);
    }

    /** Adds the Unix socket that this process was started with. */
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
        add(connector, handlers, host -> true, peers::allows);
    }

    /**
     * Listens on a port on the loopback address.
     *
     * @throws IOException if the port cannot be used, for example because it is in use
     */
    public void onLoopback(InetSocketAddress address, List<Handler> handlers) throws IOException {
        var connector = new ServerConnector(server, 1, 1, http());
        connector.setHost(address.getAddress().getHostAddress());
        connector.setPort(address.getPort());
        connector.setAcceptQueueSize(Limits.SERVE_CONNECTIONS);
        connector.setIdleTimeout(Limits.SERVE_IDLE_SECONDS * 1000L);
        Set<String> names = Set.of("127.0.0.1:" + address.getPort(), "localhost:" + address.getPort());
        add(connector, handlers, names::contains, request -> true);
        // Opened now, so that a failure of this address is not mistaken for a failure of the Unix socket. No
        // request is answered before the start.
        connector.open();
    }

    private void add(
            AbstractConnector connector, List<Handler> handlers, Predicate<String> hosts, Predicate<Request> peers) {
        server.addConnector(connector);
        // Each address has its own limit, so that other users' connections to the port cannot block the Unix socket.
        server.addBean(new NetworkConnectionLimit(Limits.SERVE_CONNECTIONS, connector));
        connector.addBean(new HeaderTimer(connector, Duration.ofSeconds(Limits.SERVE_REQUEST_SECONDS)));
        addresses.addHandler(new ByAddress(connector, new RequestFilter(new Handler.Sequence(handlers), hosts, peers)));
    }

    private static HttpConnectionFactory http() {
        var configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setSendDateHeader(true);
        configuration.setRequestHeaderSize(Limits.SERVE_HEADER_BYTES);
        return new HttpConnectionFactory(configuration);
    }

    /**
     * Starts to listen on the Unix socket and to respond.
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
            place.setPermissions(isForOtherUsers);
        }
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            // The process is ending; the next server removes a socket that is left behind.
        } finally {
            // If the start failed, some connectors may already be listening.
            Stream.of(server.getConnectors())
                    .filter(NetworkConnector.class::isInstance)
                    .forEach(connector -> ((NetworkConnector) connector).close());
            opened.forEach(SocketPlace::close);
        }
    }
}
