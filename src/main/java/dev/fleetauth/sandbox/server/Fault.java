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
 * Something that goes wrong with one request to a {@link Sandbox}. It is data: make one with a factory, refine it with
 * the methods that return another, and hand it to {@link Sandbox#enqueue}.
 *
 * @param processed whether the request takes effect, a refresh token being spent for instance, before anything goes wrong
 * @param status the status to answer with; null for the one of the real answer
 * @param headers headers to add to the answer
 * @param body the body to answer with, UTF-8; null for the one of the real answer
 * @param members members of the real answer's JSON to replace, each with a value as JSON; an empty text takes one out
 * @param delivery how much of the answer is sent
 * @param delay how long the answer is held back once the request has taken effect, by a clock nobody can advance
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

    /** The request takes effect, and its answer never arrives. */
    public static Fault lostAnswer() {
        return HARMLESS.delivered(Delivery.NONE);
    }

    /** The request takes effect, and the connection ends in the middle of its answer. */
    public static Fault halfAnswer() {
        return HARMLESS.delivered(Delivery.HALF);
    }

    /** The connection is reset before the request takes effect. */
    public static Fault reset() {
        return lostAnswer().unprocessed();
    }

    /** The request takes effect, and its answer is late. */
    public static Fault slow(Duration delay) {
        return HARMLESS.delayed(delay);
    }

    /** The request takes effect, and one member of its answer is another, or with an empty text is not there. */
    public static Fault member(String name, String json) {
        return HARMLESS.withMember(name, json);
    }

    /** The request does not take effect and gets this answer. */
    public static Fault answer(int status, String contentType, String body) {
        return new Fault(
                false, status, Map.of("Content-Type", contentType), body, Map.of(), Delivery.WHOLE, Duration.ZERO);
    }

    /** The page of Tesla's CDN for an address or a program it does not like (teslajsonpy's and tesla_auth's issues). */
    public static Fault accessDenied() {
        return answer(403, "text/html", """
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

    /** The same, with a header more. */
    public Fault withHeader(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Fault(processed, status, more, body, members, delivery, delay);
    }

    /** The same, with a member of the real answer replaced, or with an empty text taken out. */
    public Fault withMember(String name, String json) {
        Map<String, String> more = new LinkedHashMap<>(members);
        more.put(name, json);
        return new Fault(processed, status, headers, body, more, delivery, delay);
    }

    /** The same, with the answer held back. */
    public Fault delayed(Duration time) {
        return new Fault(processed, status, headers, body, members, delivery, time);
    }

    /** The same, but the request takes effect first: its real answer is lost. */
    public Fault afterProcessing() {
        return new Fault(true, status, headers, body, members, delivery, delay);
    }

    private Fault unprocessed() {
        return new Fault(false, status, headers, body, members, delivery, delay);
    }

    private Fault delivered(Delivery part) {
        return new Fault(processed, status, headers, body, members, part, delay);
    }

    /** What is answered instead of {@code real}, after the delay. */
    public Reply befall(Reply real) throws InterruptedException {
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
