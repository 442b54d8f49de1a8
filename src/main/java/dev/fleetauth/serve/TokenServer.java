package dev.fleetauth.serve;

import dev.fleetauth.host.Limits;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.Callback;

/**
 * The HTTP server of {@code serve}: a Unix socket, and a port of the loopback address if one is asked for. Each has handlers
 * of its own, tried in their order, behind a {@link Gate}; a request that none of them takes is answered with 404.
 *
 * <p>A handler may wait, since it runs on a thread of its own. It throws {@link dev.fleetauth.model.Failure} for what
 * {@link Replies} has words for.
 */
public final class TokenServer implements AutoCloseable {

    private final Server server = new Server();

    /** Handlers by the address that a request came to. */
    private static final class ByConnector extends Handler.Wrapper {
        private final Connector connector;

        ByConnector(Connector connector, Handler handler) {
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
        server.setHandler(new Handler.Sequence());
    }

    /** Listens on a Unix socket. */
    public void onSocket(Path socket, List<Handler> handlers) {
        var connector = new UnixDomainServerConnector(server, 1, 1, http());
        connector.setUnixDomainPath(socket);
        add(connector, handlers, Set.of());
    }

    /** Listens on a port of the loopback address. */
    public void onLoopback(InetSocketAddress address, List<Handler> handlers) {
        var connector = new ServerConnector(server, 1, 1, http());
        connector.setHost(address.getAddress().getHostAddress());
        connector.setPort(address.getPort());
        add(
                connector,
                handlers,
                Set.of("127.0.0.1:" + address.getPort(), "localhost:" + address.getPort()));
    }

    private void add(Connector connector, List<Handler> handlers, Set<String> hosts) {
        server.addConnector(connector);
        Handler gate = new Gate(new Handler.Sequence(handlers), hosts);
        ((Handler.Sequence) server.getHandler()).addHandler(new ByConnector(connector, gate));
    }

    private static HttpConnectionFactory http() {
        var configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setRequestHeaderSize(Limits.SERVE_HEADER_BYTES);
        return new HttpConnectionFactory(configuration);
    }

    /** Begins to listen. */
    public void start() throws IOException {
        try {
            server.start();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the server does not stop", e);
        }
    }
}
