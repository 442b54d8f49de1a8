package dev.fleetauth.http;

import dev.fleetauth.host.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import okio.Okio;
import okio.Source;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests on behalf of a client that has its own headers, and streams the bodies in both directions. It connects
 * as {@link BoundedHttp} does, follows no redirect, and sends every request except GET and HEAD at most once.
 */
public final class StreamedHttp {

    private final OkHttpClient once;
    private final OkHttpClient retrying;

    StreamedHttp(OkHttpClient base) {
        this.once = base.newBuilder()
                .connectionPool(new ConnectionPool(
                        Limits.SERVE_UPSTREAM_CONNECTIONS, Limits.SERVE_UPSTREAM_IDLE_SECONDS, TimeUnit.SECONDS))
                .readTimeout(Duration.ofSeconds(Limits.SERVE_UPSTREAM_IDLE_SECONDS))
                .writeTimeout(Duration.ofSeconds(Limits.SERVE_UPSTREAM_IDLE_SECONDS))
                .callTimeout(Duration.ofSeconds(Limits.SERVE_UPSTREAM_SECONDS))
                .build();
        // A pooled connection may turn out to be closed, and a safe request can be sent again (RFC 9110 9.2.2).
        this.retrying = once.newBuilder().retryOnConnectionFailure(true).build();
    }

    /**
     * A header.
     *
     * @param name its name, in any case
     * @param value its value
     */
    public record Header(String name, String value) {}

    /**
     * The body of a request.
     *
     * @param length its length; -1 if it is not known
     * @param bytes the body, which is read once
     */
    public record Body(long length, InputStream bytes) {}

    /** A response, whose body is read as it arrives. */
    public static final class StreamedResponse implements AutoCloseable {

        private final Response response;

        private StreamedResponse(Response response) {
            this.response = response;
        }

        /** The status code. */
        public int status() {
            return response.code();
        }

        /** The headers, without those of a content encoding that was decoded. */
        public List<Header> headers() {
            List<Header> headers = new ArrayList<>();
            for (int i = 0; i < response.headers().size(); i++) {
                headers.add(new Header(
                        response.headers().name(i), response.headers().value(i)));
            }
            return headers;
        }

        /** The body. */
        public InputStream body() {
            return response.body().byteStream();
        }

        @Override
        public void close() {
            response.close();
        }
    }

    /**
     * Sends a request.
     *
     * @param method the method
     * @param base the address of the server, of which only scheme, host and port are used
     * @param path the path as it is sent, beginning with a slash
     * @param query the query as it is sent; null for none
     * @param headers the headers, except those of the connection and {@code Content-Length}
     * @param body the body; null for none
     * @throws IOException if there is no response, or its headers are too large or malformed
     */
    public StreamedResponse send(
            String method, URI base, String path, @Nullable String query, List<Header> headers, @Nullable Body body)
            throws IOException {
        HttpUrl url = HttpUrl.get(base.toString())
                .newBuilder()
                .encodedPath(path)
                .encodedQuery(query)
                .build();
        if (!url.isHttps() && !Addresses.isLoopback(url.host())) {
            throw new IllegalArgumentException("neither https nor loopback: " + url.host());
        }
        Headers.Builder sent = new Headers.Builder();
        for (Header header : headers) {
            sent.addUnsafeNonAscii(header.name(), header.value());
        }
        Request request = new Request.Builder()
                .url(url)
                .headers(sent.build())
                .method(method, body == null ? emptyIfRequired(method) : new StreamedBody(body))
                .build();
        boolean isSafe = method.equals("GET") || method.equals("HEAD");
        Call call = (isSafe ? retrying : once).newCall(request);
        Response response;
        try {
            response = call.execute();
        } catch (RuntimeException e) {
            // OkHttp throws unchecked exceptions on some malformed frames.
            throw new IOException(e);
        }
        try {
            if (ResponseHeaders.areTooLarge(response)) {
                throw new ProtocolException();
            }
            ResponseHeaders.requireWellFormed(response);
        } catch (ProtocolException e) {
            response.close();
            throw e;
        }
        return new StreamedResponse(response);
    }

    private static @Nullable RequestBody emptyIfRequired(String method) {
        return switch (method) {
            case "POST", "PUT", "PATCH" -> new StreamedBody(new Body(0, InputStream.nullInputStream()));
            default -> null;
        };
    }

    private static final class StreamedBody extends RequestBody {
        private final Body body;

        StreamedBody(Body body) {
            this.body = body;
        }

        @Override
        public @Nullable MediaType contentType() {
            // It is among the client's own headers.
            return null;
        }

        @Override
        public long contentLength() {
            return body.length();
        }

        @Override
        public boolean isOneShot() {
            return true;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            try (Source source = Okio.source(body.bytes())) {
                sink.writeAll(source);
            }
        }
    }
}
