package dev.fleetauth.hostile;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import mockwebserver3.MockResponse;
import mockwebserver3.MockResponseBody;
import mockwebserver3.SocketEffect;
import okio.Buffer;
import okio.BufferedSink;
import okio.ByteString;
import okio.GzipSink;
import okio.Okio;

/** Malformed bodies, and faulty ways to send them, by name. */
final class Bodies {

    private static final ByteString BOMB = gzip(new byte[50 * 1024 * 1024]);

    /** Texts that are not one JSON object. */
    static final Map<String, String> NOT_JSON = Map.ofEntries(
            Map.entry("empty", ""),
            Map.entry("UTF-16", "\u0000{\u0000}"),
            Map.entry("two byte order marks", "\uFEFF\uFEFF{}"),
            Map.entry("text", "canary"),
            Map.entry("a list", "[{\"access_token\":\"canary\"}]"),
            Map.entry("null", "null"),
            Map.entry("a number", "7"),
            Map.entry("truncated", "{\"access_token\":\"canary"),
            Map.entry("a duplicate member", "{\"access_token\":\"canary\",\"access_token\":\"canary\"}"),
            Map.entry("trailing content", "{\"access_token\":\"canary\"}{}"),
            Map.entry("not a number", "{\"expires_in\":NaN}"),
            Map.entry("single quotes", "{'access_token':'canary'}"),
            Map.entry("a comment", "/* canary */{}"),
            Map.entry("deeply nested", "{\"a\":".repeat(200) + "1" + "}".repeat(200)),
            Map.entry("very deeply nested", "[".repeat(100_000)),
            Map.entry("a number of 100,000 digits", "{\"expires_in\":" + "9".repeat(100_000) + "}"));

    /** Faults that appear at once; none is a verdict on a token. */
    static final Map<String, UnaryOperator<MockResponse.Builder>> BROKEN = Map.ofEntries(
            Map.entry("closes at once", b -> b.onResponseStart(new SocketEffect.CloseSocket())),
            Map.entry(
                    "sends less than Content-Length",
                    b -> b.body("{}").setHeader("Content-Length", 1000).onResponseEnd(new SocketEffect.CloseSocket())),
            Map.entry("does not speak HTTP", b -> b.status("SSH-2.0-canary")),
            Map.entry("sends too much", b -> b.body("{\"a\":\"" + "x".repeat(600_000) + "\"}")),
            Map.entry(
                    "sends a gzip bomb",
                    b -> b.addHeader("Content-Encoding", "gzip").body(new Buffer().write(BOMB))),
            Map.entry(
                    "sends invalid gzip",
                    b -> b.addHeader("Content-Encoding", "gzip").body("not gzip at all")),
            Map.entry("sends large headers", b -> b.body("{}").addHeader("X-Long", "canary".repeat(15_000))),
            Map.entry("sends huge headers", b -> b.body("{}").addHeader("X-Long", "canary".repeat(50_000))),
            Map.entry("never ends", b -> b.body(new Endless())));

    /** Faults that take forever. */
    static final Map<String, UnaryOperator<MockResponse.Builder>> SLOW = Map.of(
            "never answers", b -> b.onResponseStart(SocketEffect.Stall.INSTANCE),
            "stops in the body", b -> b.body("x".repeat(1000)).onResponseBody(SocketEffect.Stall.INSTANCE),
            "sends one byte at a time", b -> b.body("x".repeat(1000)).throttleBody(1, 50, TimeUnit.MILLISECONDS));

    /** Redirect statuses, each with a target that the client must not follow. */
    static final Map<Integer, String> REDIRECTS = Map.of(
            301, "{issuer}/elsewhere",
            302, "http://10.0.0.1/token",
            303, "http://localhost:{port}/elsewhere",
            307, "{issuer}{path}",
            308, "http://[::1]:{port}/elsewhere",
            300, "file:///etc/passwd");

    private Bodies() {}

    /** A redirect with its placeholders replaced. */
    static Function<Rogue, MockResponse.Builder> redirect(int status, String path) {
        return rogue -> Rogue.response(
                status,
                "",
                "Location",
                of(REDIRECTS, status)
                        .replace("{issuer}", rogue.issuer())
                        .replace("{port}", String.valueOf(rogue.server.getPort()))
                        .replace("{path}", path));
    }

    /** The names, sorted: the order of the cases must not change. */
    static <V> List<String> names(Map<String, V> all) {
        return all.keySet().stream().sorted().toList();
    }

    /** The value for a name. */
    static <K, V> V of(Map<K, V> all, K name) {
        return Objects.requireNonNull(all.get(name));
    }

    private static ByteString gzip(byte[] bytes) {
        var compressed = new Buffer();
        try (BufferedSink sink = Okio.buffer(new GzipSink(compressed))) {
            sink.write(bytes);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return compressed.readByteString();
    }

    /** Endless spaces, with which JSON may begin. */
    private static final class Endless implements MockResponseBody {
        @Override
        public long getContentLength() {
            return -1;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            while (true) {
                sink.writeUtf8(" ".repeat(8192)).flush();
            }
        }
    }
}
