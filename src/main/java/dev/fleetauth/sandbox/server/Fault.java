package dev.fleetauth.sandbox.server;

import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.sandbox.Sandbox;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An injected fault for one request to a {@link Sandbox}. Create one with a factory method, refine it with the methods
 * that return a modified copy, and pass it to {@link Sandbox#enqueue}.
 *
 * @param processed whether the request takes effect before the fault, so that, for example, a refresh token is spent
 * @param status the status of the response; null for the real one
 * @param headers additional headers of the response
 * @param body the body of the response, UTF-8; null for the real one
 * @param members members to replace in the JSON of the real response, with values as JSON; an empty string removes a
 *     member
 * @param delivery how much of the response is sent
 * @param delay how long the response is delayed after the request has taken effect, in real time
 */
public record Fault(
        boolean processed,
        @Nullable Integer status,
        Map<String, String> headers,
        @Nullable String body,
        Map<String, String> members,
        Delivery delivery,
        Duration delay) {

    private static final Fault HARMLESS =
            new Fault(true, null, Map.of(), null, Map.of(), Delivery.WHOLE, Duration.ZERO);

    public Fault {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    /** The request takes effect, but its response never arrives. */
    public static Fault lostResponse() {
        return HARMLESS.delivered(Delivery.NONE);
    }

    /** The request takes effect, and the connection is closed in the middle of its response. */
    public static Fault truncatedResponse() {
        return HARMLESS.delivered(Delivery.HALF);
    }

    /** The connection is reset before the request takes effect. */
    public static Fault reset() {
        return lostResponse().unprocessed();
    }

    /** The request takes effect, and its response is delayed. */
    public static Fault slow(Duration delay) {
        return HARMLESS.delayed(delay);
    }

    /** The request takes effect, and one member of its response is replaced, or removed by an empty string. */
    public static Fault member(String name, String json) {
        return HARMLESS.withMember(name, json);
    }

    /** The request does not take effect and gets this response. */
    public static Fault response(int status, String contentType, String body) {
        return new Fault(
                false, status, Map.of("Content-Type", contentType), body, Map.of(), Delivery.WHOLE, Duration.ZERO);
    }

    /** The page of Tesla's CDN for a blocked address or program (from the issues of teslajsonpy and tesla_auth). */
    public static Fault accessDenied() {
        return response(403, "text/html", """
                        <HTML><HEAD>
                        <TITLE>Access Denied</TITLE>
                        </HEAD><BODY>
                        <H1>Access Denied</H1>

                        You don't have permission to access "http&#58;&#47;&#47;auth&#46;tesla&#46;com&#47;" on this server.<P>
                        Reference&#32;&#35;18&#46;5e3a1cb8&#46;1764000000&#46;1f2e3d4c
                        </BODY>
                        </HTML>
                        """).withHeader("Server", "AkamaiGHost");
    }

    /** The same fault with an additional header. */
    public Fault withHeader(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Fault(processed, status, more, body, members, delivery, delay);
    }

    /** The same fault with a member of the real response replaced, or removed by an empty string. */
    public Fault withMember(String name, String json) {
        Map<String, String> more = new LinkedHashMap<>(members);
        more.put(name, json);
        return new Fault(processed, status, headers, body, more, delivery, delay);
    }

    /** The same fault with a delay of the response. */
    public Fault delayed(Duration time) {
        return new Fault(processed, status, headers, body, members, delivery, time);
    }

    /** The same fault, but the request takes effect first: its real response is lost. */
    public Fault afterProcessing() {
        return new Fault(true, status, headers, body, members, delivery, delay);
    }

    private Fault unprocessed() {
        return new Fault(false, status, headers, body, members, delivery, delay);
    }

    private Fault delivered(Delivery part) {
        return new Fault(processed, status, headers, body, members, part, delay);
    }

    /** Waits for the delay, and returns the response to send instead of {@code real}. */
    public Reply apply(Reply real) throws InterruptedException {
        if (!delay.isZero()) {
            Deadline.in(delay).pause(delay);
        }
        byte[] bytes = body != null ? body.getBytes(StandardCharsets.UTF_8) : real.body();
        if (!members.isEmpty()) {
            bytes = JsonObjects.changed(bytes, members);
        }
        Reply reply = new Reply(status != null ? status : real.status(), real.headers(), bytes, delivery);
        for (Map.Entry<String, String> header : headers.entrySet()) {
            reply = reply.header(header.getKey(), header.getValue());
        }
        return reply;
    }
}
