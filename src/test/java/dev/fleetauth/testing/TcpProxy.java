package dev.fleetauth.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A TCP proxy that simulates a network, which can delay data, drop data, or reset connections. */
public final class TcpProxy implements AutoCloseable {

    /** The condition of the network. */
    public enum Condition {
        /** Data is forwarded. */
        NORMAL,
        /** Data is forwarded with a delay. */
        SLOW,
        /** Data is dropped silently. */
        PARTITIONED,
        /** Every connection is reset, including new ones. */
        CUT
    }

    private static final int SLOW_MILLIS = 30;

    private static final String END_OF_HEAD = "\r\n\r\n";

    private final ServerSocket listener;
    private final InetSocketAddress server;
    private final @Nullable Set<String> tunnelNames;
    private final Set<String> clients = ConcurrentHashMap.newKeySet();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile Condition condition = Condition.NORMAL;

    /** @param server the port of the server, on this machine */
    public TcpProxy(int server) throws IOException {
        this(loopback(0), loopback(server), null);
    }

    /**
     * Forwards connections between any two addresses, not only on loopback.
     *
     * @param here the address to listen on; port 0 for any free port
     * @param server the server's address
     */
    public TcpProxy(InetSocketAddress here, InetSocketAddress server) throws IOException {
        this(here, server, null);
    }

    private TcpProxy(InetSocketAddress here, InetSocketAddress server, @Nullable Set<String> tunnelNames)
            throws IOException {
        this.server = server;
        this.tunnelNames = tunnelNames;
        this.listener = new ServerSocket(here.getPort(), 200, here.getAddress());
        thread(this::accept);
    }

    /**
     * An HTTP proxy (RFC 9110 9.3.6) whose tunnels to a name lead to a server on this machine.
     *
     * @param name the only name and port that clients may connect to
     */
    public static TcpProxy tunnel(String name, int server) throws IOException {
        return tunnel(Set.of(name), server);
    }

    /** The same for several names of one server. */
    public static TcpProxy tunnel(Set<String> names, int server) throws IOException {
        return new TcpProxy(loopback(0), loopback(server), names);
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** Forgets the addresses of {@link #clients()}. */
    public void forgetClients() {
        clients.clear();
    }

    /** The addresses that connections came from so far. */
    public Set<String> clients() {
        return Set.copyOf(clients);
    }

    /** The port that the proxy listens on. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Changes the condition. Connections that are cut stay closed, and bytes lost in a partition stay lost. */
    public void setCondition(Condition next) {
        Condition before = condition;
        condition = next;
        if (next == Condition.CUT || before == Condition.PARTITIONED) {
            sockets.forEach(TcpProxy::reset);
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                sockets.add(client);
                clients.add(client.getInetAddress().getHostAddress());
                if (condition == Condition.CUT) {
                    reset(client);
                    continue;
                }
                thread(() -> connect(client));
            } catch (IOException e) {
                // The listener was closed.
            }
        }
    }

    private void connect(Socket client) {
        try {
            if (tunnelNames != null && !opensTunnel(client, tunnelNames)) {
                client.close();
                return;
            }
            Socket upstream = new Socket(server.getAddress(), server.getPort());
            sockets.add(upstream);
            thread(() -> pump(upstream, client));
            pump(client, upstream);
        } catch (IOException e) {
            // The server is not running.
            reset(client);
        }
    }

    private static boolean opensTunnel(Socket client, Set<String> names) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf(END_OF_HEAD) < 0) {
            int next = client.getInputStream().read();
            if (next < 0) {
                return false;
            }
            head.append((char) next);
        }
        boolean allowed = names.stream().anyMatch(name -> head.indexOf("CONNECT " + name + " ") == 0);
        String status = allowed ? "200 Connected" : "502 No way there";
        client.getOutputStream().write(("HTTP/1.1 " + status + END_OF_HEAD).getBytes(StandardCharsets.US_ASCII));
        return allowed;
    }

    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[16 * 1024];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                if (condition == Condition.SLOW) {
                    Thread.sleep(SLOW_MILLIS);
                }
                if (condition != Condition.PARTITIONED) {
                    out.write(buffer, 0, count);
                    out.flush();
                }
            }
        } catch (IOException | InterruptedException e) {
            // Closing the sockets informs the other end.
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
            // The socket is already closed.
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
