package dev.fleetauth.serve.client;

import dev.fleetauth.cli.print.TokenFormat;
import dev.fleetauth.host.Limits;
import dev.fleetauth.http.StreamedHttp;
import dev.fleetauth.http.StreamedHttp.Body;
import dev.fleetauth.http.StreamedHttp.Header;
import dev.fleetauth.http.StreamedHttp.StreamedResponse;
import dev.fleetauth.model.ClientKey;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.RegisteredClient;
import dev.fleetauth.model.Settings;
import dev.fleetauth.serve.AccessLog;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Forwards requests to the Fleet API of a profile, and to no other server, with the access token in place of the client
 * key. The token is never sent to the client: a response that contains it is aborted.
 */
final class FleetApiProxy {

    private static final int UNAUTHORIZED = 401;
    private static final int FIRST_FINAL_STATUS = 200;
    private static final int BUFFER_BYTES = 8192;
    private static final Set<String> READS = Set.of("GET", "HEAD");

    /**
     * The request headers that are forwarded. Any other header could change the request, for example its method.
     */
    private static final Set<String> REQUEST_HEADERS = Set.of(
            "accept", "accept-language", "content-type", "if-modified-since", "if-none-match", "user-agent", "x-txid");

    /**
     * The response headers that are not forwarded, in addition to those of CORS: those of the connection, and those
     * that change a browser's state.
     */
    private static final Set<String> DROPPED_HEADERS = Set.of(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authentication-info",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "content-length",
            "set-cookie",
            "alt-svc",
            "strict-transport-security");

    private final ClientAccess access;
    private final ClientTokens tokens;
    private final Function<@Nullable String, StreamedHttp> http;

    /** @param http creates the HTTP client, given the certificates to trust in addition to the system's */
    FleetApiProxy(ClientAccess access, ClientTokens tokens, Function<@Nullable String, StreamedHttp> http) {
        this.access = access;
        this.tokens = tokens;
        this.http = http;
    }

    /** Forwards a request. */
    void handle(Route route, Request request, Response response, Callback callback) throws IOException {
        RegisteredClient client = client(request);
        AccessLog.subject(request, client.name());
        if (client.isReadOnly() && !READS.contains(request.getMethod())) {
            throw new ClientErrorException(
                    403, "access_denied", "the client is read-only: it may only send GET and HEAD");
        }
        SecretGuard body = body(request);
        Profile profile = tokens.valid(ClientAccess.profile(client, route));
        forward(profile, route, request, body, response);
        callback.succeeded();
    }

    private void forward(Profile profile, Route route, Request request, @Nullable SecretGuard body, Response response)
            throws IOException {
        Profile next;
        try (StreamedResponse upstream = send(profile, route, request, body)) {
            next = upstream.status() == UNAUTHORIZED ? tokens.refreshed(profile) : profile;
            if (body != null || !isRefreshed(profile, next)) {
                respond(upstream, token(profile), response);
                return;
            }
        }
        try (StreamedResponse upstream = send(next, route, request, null)) {
            respond(upstream, token(next), response);
        }
    }

    private RegisteredClient client(Request request) {
        String key = RequestRules.bearer(request);
        if (key.isEmpty()) {
            throw new ClientErrorException(
                    UNAUTHORIZED, "invalid_token", "the Authorization header contains no client key");
        }
        return access.client(key).orElseThrow(() -> access.wrongKey(UNAUTHORIZED, "invalid_token"));
    }

    private static boolean isRefreshed(Profile before, Profile after) {
        return !token(before).equals(token(after));
    }

    private static String token(Profile profile) {
        return TokenFormat.bearer(profile);
    }

    /** The request's body; reading it fails if it contains a client key. Null if there is no body. */
    private static @Nullable SecretGuard body(Request request) {
        long length = length(request);
        if (length == 0) {
            return null;
        }
        if (READS.contains(request.getMethod())) {
            throw ClientErrorException.invalid("a GET or HEAD request must not have a body");
        }
        if (length > Limits.SERVE_REQUEST_BYTES) {
            throw tooLarge();
        }
        return new SecretGuard(Request.asInputStream(request), ClientKey.PREFIX, Limits.SERVE_REQUEST_BYTES);
    }

    /** The length of the request's body in bytes; -1 if unknown. */
    private static long length(Request request) {
        return request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING)
                ? -1
                : Math.max(0, request.getHeaders().getLongField(HttpHeader.CONTENT_LENGTH));
    }

    private static ClientErrorException tooLarge() {
        return new ClientErrorException(413, "invalid_request", "the body is too large");
    }

    private StreamedResponse send(Profile profile, Route route, Request request, @Nullable SecretGuard body)
            throws IOException {
        Settings settings = profile.session().settings();
        List<Header> headers = new ArrayList<>();
        for (HttpField field : request.getHeaders()) {
            String value = field.getValue();
            if (value != null && REQUEST_HEADERS.contains(field.getName().toLowerCase(Locale.ROOT))) {
                headers.add(new Header(field.getName(), value));
            }
        }
        headers.add(new Header("Authorization", "Bearer " + token(profile)));
        Body sent = body == null ? null : new Body(length(request), body);
        try {
            return http.apply(settings.certificates())
                    .send(
                            request.getMethod(),
                            fleetApi(settings),
                            route.path(),
                            request.getHttpURI().getQuery(),
                            headers,
                            sent);
        } catch (IOException e) {
            throw body == null || body.problem() == null ? noResponse(e) : refused(body.problem());
        }
    }

    /** The only server that a profile's requests are sent to: the audience that its tokens were requested for. */
    private static URI fleetApi(Settings settings) {
        String audience = settings.audience();
        if (settings.region() == null || audience == null) {
            throw new ClientErrorException(404, "invalid_request", "the profile is not for the Fleet API");
        }
        return URI.create(audience);
    }

    private static ClientErrorException refused(SecretGuard.Problem problem) {
        return problem == SecretGuard.Problem.TOO_LARGE
                ? tooLarge()
                : ClientErrorException.invalid("the body contains a client key, which is never forwarded");
    }

    private static ClientErrorException noResponse(IOException e) {
        return e instanceof InterruptedIOException
                ? new ClientErrorException(
                        504, "temporarily_unavailable", "no complete response from the Fleet API in time")
                : new ClientErrorException(502, "temporarily_unavailable", "no complete response from the Fleet API");
    }

    private static void respond(StreamedResponse upstream, String token, Response response) throws IOException {
        if (upstream.status() < FIRST_FINAL_STATUS) {
            throw new ClientErrorException(502, "server_error", "the Fleet API switched protocols");
        }
        SecretGuard body = new SecretGuard(upstream.body(), token, Limits.SERVE_RESPONSE_BYTES);
        byte[] buffer = new byte[BUFFER_BYTES];
        // Read first, so that a response that fails at once gets an error status.
        int count = read(body, buffer);
        response.setStatus(upstream.status());
        for (Header header : upstream.headers()) {
            String name = header.name().toLowerCase(Locale.ROOT);
            if (!DROPPED_HEADERS.contains(name) && !name.startsWith("access-control-")) {
                requireNoToken(header, token);
                response.getHeaders().add(header.name(), header.value());
            }
        }
        // This header remains only if the body could not be decoded; then the body cannot be searched for the token.
        if (response.getHeaders().contains(HttpHeader.CONTENT_ENCODING)) {
            throw new ClientErrorException(
                    502, "server_error", "the Fleet API used a content encoding that was not requested");
        }
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        OutputStream out = Content.Sink.asOutputStream(response);
        while (count >= 0) {
            out.write(buffer, 0, count);
            count = read(body, buffer);
        }
        // Not closed after a failure: the client would consider the response complete.
        out.close();
    }

    private static void requireNoToken(Header header, String token) {
        if (header.value().contains(token) || header.name().contains(token)) {
            throw reflected();
        }
    }

    private static int read(SecretGuard body, byte[] buffer) throws IOException {
        try {
            return body.read(buffer);
        } catch (IOException e) {
            if (body.problem() == SecretGuard.Problem.SECRET) {
                throw reflected();
            }
            throw body.problem() == null
                    ? noResponse(e)
                    : new ClientErrorException(502, "server_error", "the response of the Fleet API is too large");
        }
    }

    private static ClientErrorException reflected() {
        return new ClientErrorException(502, "server_error", "the response of the Fleet API contains the access token");
    }
}
