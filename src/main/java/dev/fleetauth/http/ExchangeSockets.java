package dev.fleetauth.http;

import dev.fleetauth.host.Limits;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.SocketFactory;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;

/**
 * The sockets of one exchange over TLS, which are closed when it ends. OkHttp does not close a socket to cancel a call
 * over HTTP/2, so a thread that writes to a server that reads nothing would block the call forever. The received data
 * is limited, since a server can send frames without end, each of which costs the client memory or a reply.
 */
final class ExchangeSockets extends SocketFactory implements AutoCloseable {

    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicLong received = new AtomicLong();
    private volatile boolean closed;

    /**
     * Configures a client to use only these sockets. HTTP/2 connections in a shared pool would be used by other
     * exchanges too.
     */
    void configure(OkHttpClient.Builder client) {
        client.socketFactory(this).connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS));
    }

    /** Whether more data was received than is accepted. */
    boolean isFlooded() {
        return received.get() > Limits.EXCHANGE_BYTES;
    }

    @Override
    public void close() {
        closed = true;
        for (Socket socket : sockets) {
            try {
                socket.close();
            } catch (IOException e) {
                // It is no longer needed.
            }
        }
    }

    @Override
    public Socket createSocket() throws IOException {
        Socket socket = new Counted();
        sockets.add(socket);
        if (closed) {
            socket.close();
            throw new SocketException("the exchange is over");
        }
        return socket;
    }

    // OkHttp connects its sockets itself.

    @Override
    public Socket createSocket(String host, int port) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
        throw new UnsupportedOperationException();
    }

    private final class Counted extends Socket {
        @Override
        public InputStream getInputStream() throws IOException {
            return new FilterInputStream(super.getInputStream()) {
                @Override
                public int read() throws IOException {
                    byte[] one = new byte[1];
                    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
                }

                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    int count = super.read(bytes, offset, length);
                    if (received.addAndGet(Math.max(count, 0)) > Limits.EXCHANGE_BYTES) {
                        ExchangeSockets.this.close();
                        throw new SocketException("more data was received than is accepted");
                    }
                    return count;
                }
            };
        }
    }
}
