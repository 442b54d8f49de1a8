package dev.fleetauth.http;

import dev.fleetauth.host.Limits;
import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.host.time.RunningTime;
import dev.fleetauth.model.Failure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Logger;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.Route;
import okhttp3.internal.concurrent.TaskRunner;
import okio.BufferedSink;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * {@link Http} with OkHttp: HTTP/2 or HTTP/1.1, negotiated by ALPN, and HTTP/1.1 without TLS. Each exchange uses its
 * own connection and is sent once: OkHttp would repeat a POST after a 408, after a 503 with {@code Retry-After: 0},
 * after a refused stream and when a pooled connection turns out to be closed, and a refresh token must not be spent
 * twice.
 *
 * <p>It respects {@code HTTPS_PROXY} and {@code NO_PROXY}, keeps no cookies and no cache, and leaves no thread that
 * would keep the JVM alive.
 */
public final class BoundedHttp implements Http, AutoCloseable {

    private static final int NOT_MODIFIED = 304;
    private static final String CONTENT_TYPE = "Content-Type";
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String PROXY_AUTHORIZATION = "Proxy-Authorization";

    /** The scheme of the challenge by which OkHttp requests proxy credentials before the proxy does. */
    private static final String PREEMPTIVE = "OkHttp-Preemptive";

    private final OkHttpClient plain;

    private final @Nullable Trust trust;
    private @Nullable OkHttpClient secure;
    private @Nullable StreamedHttp streamed;
    private final Proxies proxies;
    private final String userAgent;
    private final @Nullable Trace trace;
    private final Limits limits;

    /**
     * @param variables the environment variables, from which the proxy variables are read
     * @param certificates certificates in PEM to trust in addition to the system's; null for none
     * @param userAgent the {@code User-Agent} of all requests
     * @param trace receives a line for each request and response, without secrets; null for none
     * @param limits the timeouts of an exchange
     * @throws Failure of kind {@code BAD_VALUE} if the certificates cannot be read
     */
    public BoundedHttp(
            Map<String, String> variables,
            @Nullable String certificates,
            String userAgent,
            @Nullable Consumer<String> trace,
            Limits limits) {
        this.proxies = new Proxies(variables);
        this.userAgent = userAgent;
        this.trace = trace == null ? null : new Trace(trace);
        this.limits = limits;
        this.trust = certificates == null ? null : Trust.systemAnd(certificates);
        this.plain = new OkHttpClient.Builder()
                .connectionSpecs(List.of(ConnectionSpec.CLEARTEXT))
                .connectTimeout(limits.connect())
                // OkHttp's own timeouts also count while this process is suspended, and would expire before received
                // data is read; see CallLimit.
                .readTimeout(Duration.ZERO)
                .writeTimeout(Duration.ZERO)
                .callTimeout(Duration.ZERO)
                .followRedirects(false)
                .followSslRedirects(false)
                .retryOnConnectionFailure(false)
                .protocols(List.of(Protocol.HTTP_1_1))
                .connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS))
                .dns(new BoundedDns(limits.connect()))
                .proxySelector(new Selector())
                .proxyAuthenticator(this::authenticateToProxy)
                .addNetworkInterceptor(BoundedHttp::withoutImmediateRetry)
                .build();
    }

    /** The client with TLS. Creating it takes a third of the start-up time, and it is not needed on loopback. */
    private synchronized OkHttpClient secure() {
        OkHttpClient made = secure;
        if (made == null) {
            OkHttpClient.Builder builder = plain.newBuilder()
                    .protocols(List.of(Protocol.HTTP_2, Protocol.HTTP_1_1))
                    .taskRunner$okhttp(quietTasks())
                    .connectionSpecs(List.of(ConnectionSpec.MODERN_TLS, ConnectionSpec.CLEARTEXT));
            if (trust != null) {
                builder.sslSocketFactory(trust.sockets(), trust.manager());
            }
            made = builder.build();
            secure = made;
        }
        return made;
    }

    /** Some frames make a thread of OkHttp fail. The exchange reports that, so the stack trace is not printed. */
    private static TaskRunner quietTasks() {
        return new TaskRunner(
                new TaskRunner.RealBackend(task -> {
                    Thread thread = new Thread(task, "OkHttp");
                    thread.setDaemon(true);
                    thread.setUncaughtExceptionHandler((failed, e) -> {});
                    return thread;
                }),
                Logger.getLogger(TaskRunner.class.getName()));
    }

    /**
     * A view for exchanges that share a deadline. A form is not sent if less time is left than connecting may take,
     * since its response might not arrive in time.
     */
    public Http within(Deadline due) {
        return new Http() {
            @Override
            public HttpResponse get(URI uri, Map<String, String> headers, int maxBytes) {
                return exchange(uri, request(uri, headers).get(), null, maxBytes, left(uri, due, Duration.ZERO), due);
            }

            @Override
            public HttpResponse post(URI uri, Map<String, String> headers, String form, int maxBytes) {
                Limits left = left(uri, due, limits.connect());
                return exchange(
                        uri, request(uri, headers).post(new BodyOnce(form, headers)), form, maxBytes, left, due);
            }
        };
    }

    private Limits left(URI uri, Deadline due, Duration atLeast) {
        Duration remaining = due.remaining();
        if (remaining.compareTo(atLeast) <= 0) {
            throw Failure.of(
                    Failure.Kind.UNREACHABLE,
                    Addresses.shown(uri),
                    "previous requests took too long, so this one was not sent: other processes may be waiting for"
                            + " the profile");
        }
        // A second of tolerance, so that the time since the lock was taken makes no difference.
        return remaining.plusSeconds(1).compareTo(limits.call()) < 0 ? new Limits(limits.connect(), remaining) : limits;
    }

    @Override
    public HttpResponse get(URI uri, Map<String, String> headers, int maxBytes) {
        return exchange(uri, request(uri, headers).get(), null, maxBytes, limits, null);
    }

    @Override
    public HttpResponse post(URI uri, Map<String, String> headers, String form, int maxBytes) {
        return exchange(uri, request(uri, headers).post(new BodyOnce(form, headers)), form, maxBytes, limits, null);
    }

    /** A client that streams requests, over connections that are kept for a while. */
    public synchronized StreamedHttp streamed() {
        StreamedHttp made = streamed;
        if (made == null) {
            made = new StreamedHttp(secure());
            streamed = made;
        }
        return made;
    }

    /** Cancels exchanges in progress. */
    @Override
    public void close() {
        // Both clients share the dispatcher.
        plain.dispatcher().cancelAll();
    }

    private Request.Builder request(URI uri, Map<String, String> headers) {
        HttpUrl url = HttpUrl.get(uri.toString());
        // OkHttp's parsing of the address decides where the request goes, so that is what is checked.
        if (!url.isHttps() && !Addresses.isLoopback(url.host())) {
            throw new IllegalArgumentException("neither https nor loopback: " + url.host());
        }
        Request.Builder request =
                new Request.Builder().url(url).header("User-Agent", userAgent).header("Accept", "application/json");
        for (Map.Entry<String, String> header : headers.entrySet()) {
            request.header(header.getKey(), header.getValue());
        }
        return request.header("Connection", "close");
    }

    private HttpResponse exchange(
            URI uri,
            Request.Builder request,
            @Nullable String form,
            int maxBytes,
            Limits allowed,
            @Nullable Deadline due) {
        Request sent = request.build();
        ExchangeSockets sockets = sent.url().isHttps() ? new ExchangeSockets() : null;
        ExchangeProgress progress = new ExchangeProgress(allowed, due, sockets);
        OkHttpClient.Builder client = (sockets == null ? plain : secure())
                .newBuilder()
                .eventListener(progress)
                .addNetworkInterceptor(chain -> proceedInTime(chain, progress));
        if (sockets != null) {
            sockets.configure(client);
        }
        Call call = client.build().newCall(sent);
        // Checked before the request is traced or sent: an unusable proxy is a configuration error.
        HttpUrl url = call.request().url();
        proxies.forServer(url.host(), url.port());
        if (trace != null) {
            trace.request(call.request().method(), uri, form);
        }
        CallLimit limit = CallLimit.begin(call, new RunningTime(allowed.call(), due), progress::timeOut);
        try (sockets;
                limit;
                Response response = execute(call)) {
            HttpResponse result =
                    new HttpResponse(uri, response.code(), headers(uri, response), body(uri, response, maxBytes));
            if (trace != null) {
                trace.response(result, progress);
            }
            return result;
        } catch (IOException e) {
            throw traced(Failures.of(uri, e, progress, allowed), progress);
        } catch (Failure e) {
            throw traced(e, progress);
        }
    }

    private static Response execute(Call call) throws IOException {
        try {
            return call.execute();
        } catch (Failure e) {
            throw e;
        } catch (RuntimeException e) {
            // OkHttp fails on some frames. As after any other failure, it is unknown whether the form arrived.
            throw (IOException) new ProtocolException().initCause(e);
        }
    }

    private Failure traced(Failure failure, ExchangeProgress progress) {
        if (trace != null) {
            trace.failure(failure, progress);
        }
        return failure;
    }

    private static Map<String, List<String>> headers(URI uri, Response response) throws IOException {
        if (ResponseHeaders.areTooLarge(response)) {
            throw tooLarge(uri, "the headers are", Limits.HEADER_BYTES);
        }
        ResponseHeaders.requireWellFormed(response);
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (Map.Entry<String, List<String>> header :
                response.headers().toMultimap().entrySet()) {
            headers.put(header.getKey().toLowerCase(Locale.ROOT), List.copyOf(header.getValue()));
        }
        return headers;
    }

    private static byte[] body(URI uri, Response response, int maxBytes) throws IOException {
        BufferedSource source = response.body().source();
        if (source.request(maxBytes + 1L)) {
            throw tooLarge(uri, "the response is", maxBytes);
        }
        byte[] body = source.readByteArray();
        long promised = response.body().contentLength();
        // OkHttp does not compare lengths over HTTP/2. A 304 states the length of a body that it does not have.
        if (promised > body.length && response.code() != NOT_MODIFIED) {
            throw new ProtocolException();
        }
        return body;
    }

    private static Failure tooLarge(URI uri, String what, int max) {
        return Failure.of(Failure.Kind.BAD_RESPONSE, Addresses.shown(uri), what + " larger than " + max + " bytes");
    }

    /**
     * Stops a request whose deadline passed while connecting, for example because the machine slept: other processes
     * have continued in the meantime.
     */
    private static Response proceedInTime(Interceptor.Chain chain, ExchangeProgress progress) throws IOException {
        if (progress.isTooLate()) {
            throw new Failures.TooLate();
        }
        return chain.proceed(chain.request());
    }

    /**
     * Removes a Retry-After that OkHttp would act on: zero makes it repeat the request immediately, and a number that is
     * too long for it to parse makes it fail.
     */
    private static Response withoutImmediateRetry(Interceptor.Chain chain) throws IOException {
        Response response = chain.proceed(chain.request());
        String wait = response.header("Retry-After");
        return wait != null && wait.matches("0+|\\d{10,}")
                ? response.newBuilder().removeHeader("Retry-After").build()
                : response;
    }

    /**
     * Adds the proxy credentials when OkHttp asks for them, before the proxy does. If the proxy itself asks, they were
     * rejected or are missing.
     */
    private @Nullable Request authenticateToProxy(@Nullable Route route, Response response) throws IOException {
        if (response.challenges().stream()
                .noneMatch(challenge -> challenge.scheme().equals(PREEMPTIVE))) {
            throw new Failures.ProxyRefusal(proxies.variable(), whyRefused(response));
        }
        HttpUrl server =
                route == null ? response.request().url() : route.address().url();
        return proxies.forServer(server.host(), server.port())
                .map(Proxies.HttpProxy::authorization)
                .map(authorization -> response.request()
                        .newBuilder()
                        .header(PROXY_AUTHORIZATION, authorization)
                        .build())
                .orElse(null);
    }

    private static String whyRefused(Response response) {
        if (response.challenges().stream()
                .noneMatch(challenge -> challenge.scheme().equalsIgnoreCase("Basic"))) {
            return "it does not offer Basic, the only supported authentication method";
        }
        return response.request().header(PROXY_AUTHORIZATION) == null
                ? "it requires a user name and password"
                : "it rejected the user name and password";
    }

    private final class Selector extends ProxySelector {
        @Override
        public List<Proxy> select(URI uri) {
            HttpUrl url = HttpUrl.get(uri.toString());
            Proxies.HttpProxy proxy = proxies.forServer(url.host(), url.port()).orElse(null);
            return List.of(
                    proxy == null
                            ? Proxy.NO_PROXY
                            : new Proxy(
                                    Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.host(), proxy.port())));
        }

        @Override
        public void connectFailed(URI uri, SocketAddress address, IOException e) {
            // There is no alternative proxy.
        }
    }

    /** A body that can be written once: a form, unless the headers specify another type. */
    private static final class BodyOnce extends RequestBody {
        private final MediaType type;
        private final byte[] bytes;

        BodyOnce(String body, Map<String, String> headers) {
            this.type = MediaType.get(headers.getOrDefault(CONTENT_TYPE, FORM));
            this.bytes = body.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public MediaType contentType() {
            return type;
        }

        @Override
        public long contentLength() {
            return bytes.length;
        }

        @Override
        public boolean isOneShot() {
            return true;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            sink.write(bytes);
        }
    }
}
