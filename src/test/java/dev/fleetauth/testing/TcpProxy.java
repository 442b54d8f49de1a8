package dev.fleetauth.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A network between programs and a server, which can be slow, swallow everything, or be cut. */
public final class TcpProxy implements AutoCloseable {

    /** How it is. */
    public enum Weather {
        /** Everything comes through. */
        FINE,
        /** Everything comes through late. */
        SLOW,
        /** Nothing comes through, and nobody is told. */
        PARTITIONED,
        /** Every connection is reset, and no new one goes anywhere. */
        CUT
    }

    private static final int SLOW_MILLIS = 30;

    private final ServerSocket listener;
    private final InetSocketAddress server;
    private final Set<String> clients = ConcurrentHashMap.newKeySet();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile Weather weather = Weather.FINE;

    /** @param server the port of the server, on this machine */
    public TcpProxy(int server) throws IOException {
        this(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), server));
    }

    /**
     * Leads elsewhere than on this machine's loopback.
     *
     * @param here where to listen; port 0 for any that is free
     * @param server where the server is
     */
    public TcpProxy(InetSocketAddress here, InetSocketAddress server) throws IOException {
        this.server = server;
        this.listener = new ServerSocket(here.getPort(), 200, here.getAddress());
        thread(this::accept);
    }

    /** The addresses that connections came from so far. */
    public Set<String> clients() {
        return Set.copyOf(clients);
    }

    /** Where it listens. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Changes the weather. Connections that are cut, or lost bytes in a partition, stay so. */
    public void weather(Weather next) {
        Weather before = weather;
        weather = next;
        if (next == Weather.CUT || before == Weather.PARTITIONED) {
            sockets.forEach(TcpProxy::reset);
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                sockets.add(client);
                clients.add(client.getInetAddress().getHostAddress());
                if (weather == Weather.CUT) {
                    reset(client);
                    continue;
                }
                Socket upstream = new Socket(server.getAddress(), server.getPort());
                sockets.add(upstream);
                thread(() -> pump(client, upstream));
                thread(() -> pump(upstream, client));
            } catch (IOException e) {
                // The end, or a server that is not there.
            }
        }
    }

    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[16 * 1024];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                if (weather == Weather.SLOW) {
                    Thread.sleep(SLOW_MILLIS);
                }
                if (weather != Weather.PARTITIONED) {
                    out.write(buffer, 0, count);
                    out.flush();
                }
            }
        } catch (IOException | InterruptedException e) {
            // The other end is told by the close.
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // It is closed.
        }
    }

    private static void thread(Runnable work) {
        Thread thread = new Thread(work, "proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        sockets.forEach(TcpProxy::reset);
    }
}
