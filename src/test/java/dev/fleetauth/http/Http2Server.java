package dev.fleetauth.http;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/** An HTTP/2 server (RFC 9113) on loopback that writes the frames of a script, valid or not, and records its input. */
final class Http2Server implements AutoCloseable {

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PUSH_PROMISE = 5;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 1;
    static final int ACK = 1;
    static final int END_HEADERS = 4;

    static final int NO_ERROR = 0;
    static final int PROTOCOL_ERROR = 1;
    static final int REFUSED_STREAM = 7;
    static final int CANCEL = 8;
    static final int HTTP_1_1_REQUIRED = 13;

    /** {@code :status 200}, of the static table (RFC 7541 A). */
    static final byte[] STATUS_200 = {(byte) 0x88};

    static final HeldCertificate CERTIFICATE = new HeldCertificate.Builder()
            .addSubjectAlternativeName("localhost")
            .addSubjectAlternativeName("auth.example")
            .build();
    private static final SSLContext TLS = new HandshakeCertificates.Builder()
            .heldCertificate(CERTIFICATE)
            .build()
            .sslContext();
    private static final int PREFACE_BYTES = 24;

    /** What the server does with a connection after the TLS handshake. */
    interface Script {
        void run(Connection connection) throws IOException, InterruptedException;
    }

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Script script;
    private final String version;
    private final List<Connection> connections = new CopyOnWriteArrayList<>();

    Http2Server(Script script) throws IOException {
        this("TLSv1.3", script);
    }

    Http2Server(String version, Script script) throws IOException {
        this.script = script;
        this.version = version;
        daemon(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    List<Connection> connections() {
        return connections;
    }

    /** The number of HEADERS frames received over all connections. */
    int requests() {
        return connections.stream().mapToInt(connection -> connection.requests).sum();
    }

    /** The content of the DATA frames received over all connections. */
    String form() {
        StringBuilder all = new StringBuilder();
        connections.forEach(connection -> all.append(connection.form));
        return all.toString();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Connection connection : connections) {
            connection.raw.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                Connection connection = new Connection(listener.accept());
                connections.add(connection);
                daemon(connection::serve);
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "h2-server");
        thread.setDaemon(true);
        thread.start();
    }

    /** A header field, as a literal that is not indexed (RFC 7541 6.2.2). */
    static byte[] field(String name, String value) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(0);
        text(block, name);
        text(block, value);
        return block.toByteArray();
    }

    static byte[] fields(Map<String, String> fields) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        fields.forEach((name, value) -> block.writeBytes(field(name, value)));
        return block.toByteArray();
    }

    private static void text(ByteArrayOutputStream block, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int rest = bytes.length - 127;
        block.write(Math.min(bytes.length, 127));
        if (rest >= 0) {
            for (; rest >= 128; rest >>>= 7) {
                block.write((rest & 127) | 128);
            }
            block.write(rest);
        }
        block.writeBytes(bytes);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static byte[] ints(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
        for (int value : values) {
            bytes.putInt(value);
        }
        return bytes.array();
    }

    /** One connection. Its stream is that of the request; OkHttp's first is 3. */
    final class Connection {
        private final Socket raw;
        private final AtomicLong sent = new AtomicLong();
        private final Set<Integer> types = ConcurrentHashMap.newKeySet();
        /** Written by the reading thread, and read by the test's once the request is complete. */
        private final StringBuilder form = new StringBuilder();

        private OutputStream out = OutputStream.nullOutputStream();
        private volatile int requests;
        private volatile int stream;
        private volatile boolean whole;
        private volatile boolean acknowledged;
        private volatile boolean over;
        private volatile boolean reading = true;

        Connection(Socket raw) {
            this.raw = raw;
        }

        private void serve() {
            try {
                SSLSocket socket = (SSLSocket) TLS.getSocketFactory().createSocket(raw, null, port(), true);
                socket.setUseClientMode(false);
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setApplicationProtocols(new String[] {"h2"});
                parameters.setProtocols(new String[] {version});
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                out = socket.getOutputStream();
                daemon(() -> read(socket));
                script.run(this);
            } catch (IOException | InterruptedException e) {
                // The client closed the connection.
                over = true;
            }
        }

        private void read(SSLSocket socket) {
            try {
                DataInputStream in = new DataInputStream(socket.getInputStream());
                in.skipNBytes(PREFACE_BYTES);
                while (reading) {
                    int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
                    int type = in.readUnsignedByte();
                    int flags = in.readUnsignedByte();
                    int id = in.readInt();
                    record(type, flags, id, in.readNBytes(length));
                }
            } catch (IOException e) {
                over = true;
            }
        }

        @SuppressWarnings("NonAtomicVolatileUpdate") // Only the reading thread changes it.
        private void record(int type, int flags, int id, byte[] payload) {
            types.add(type);
            if (type == HEADERS) {
                requests++;
                stream = id;
            } else if (type == DATA) {
                form.append(new String(payload, StandardCharsets.UTF_8));
            } else if (type == PING && flags == ACK) {
                acknowledged = true;
            }
            whole |= (type == HEADERS || type == DATA) && (flags & END_STREAM) != 0;
        }

        /** Waits for the headers of a request. */
        Connection awaitHeaders() throws InterruptedException {
            return await(() -> requests > 0);
        }

        /** Waits for a complete request. */
        Connection awaitRequest() throws InterruptedException {
            return await(() -> whole);
        }

        /** Waits until the client has read everything up to here. */
        Connection awaitPong() throws IOException, InterruptedException {
            frame(PING, 0, 0, ints(0x01020304, 0x05060708));
            return await(() -> acknowledged);
        }

        private Connection await(BooleanSupplier condition) throws InterruptedException {
            while (!condition.getAsBoolean() && !over) {
                Thread.sleep(2);
            }
            return this;
        }

        /** Whether the client has closed the connection. */
        boolean isOver() {
            return over;
        }

        long sent() {
            return sent.get();
        }

        int stream() {
            return stream;
        }

        Connection frame(int type, int flags, int id, byte[] payload) throws IOException {
            return bytes(framed(type, flags, id, payload));
        }

        static byte[] framed(int type, int flags, int id, byte[] payload) {
            return ByteBuffer.allocate(9 + payload.length)
                    .put((byte) (payload.length >> 16))
                    .putShort((short) payload.length)
                    .put((byte) type)
                    .put((byte) flags)
                    .putInt(id)
                    .put(payload)
                    .array();
        }

        Connection bytes(byte[] bytes) throws IOException {
            out.write(bytes);
            sent.addAndGet(bytes.length);
            return this;
        }

        /** Writes the same bytes repeatedly until the client closes the connection. */
        void flood(byte[] bytes) throws IOException {
            while (true) {
                bytes(bytes);
            }
        }

        /** Stops reading, so that the client's output fills the buffers. */
        Connection stopReading() {
            reading = false;
            return this;
        }

        /** Settings, each an identifier and a value. */
        Connection settings(int... pairs) throws IOException {
            ByteBuffer payload = ByteBuffer.allocate(pairs.length * 3);
            for (int i = 0; i < pairs.length; i += 2) {
                payload.putShort((short) pairs[i]).putInt(pairs[i + 1]);
            }
            return frame(SETTINGS, 0, 0, payload.array());
        }

        Connection headers(boolean end, byte[]... fields) throws IOException {
            return frame(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, join(fields));
        }

        Connection data(boolean end, String text) throws IOException {
            return frame(DATA, end ? END_STREAM : 0, stream, text.getBytes(StandardCharsets.UTF_8));
        }

        Connection reset(int code) throws IOException {
            return frame(RST_STREAM, 0, stream, ints(code));
        }

        Connection goAway(int last, int code) throws IOException {
            return frame(GOAWAY, 0, 0, ints(last, code));
        }

        /** Closes the connection with a FIN, without TLS's close_notify. */
        void end() throws IOException {
            raw.shutdownOutput();
        }

        /** Cuts the connection with a reset. */
        void cut() throws IOException {
            raw.setSoLinger(true, 0);
            raw.close();
        }
    }
}
