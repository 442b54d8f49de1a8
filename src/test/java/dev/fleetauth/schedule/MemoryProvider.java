package dev.fleetauth.schedule;

import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.http.Http;
import dev.fleetauth.http.HttpResponse;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A provider in memory, as used by one process. A grant has numbered refresh tokens. A strict provider accepts the
 * newest one once, and ends the grant if a spent one is used. A lenient one behaves like Tesla's: it accepts spent ones
 * for 24 hours, and a login ends the earlier grants.
 */
final class MemoryProvider implements Http {

    static final String ISSUER = "https://issuer.example";
    static final String AUTHORIZATION = ISSUER + "/authorize";
    static final String TOKEN = ISSUER + "/token";
    static final String KEYS = ISSUER + "/keys";
    static final String REVOCATION = ISSUER + "/revoke";

    /** The prefix of the cells with grants. */
    static final String GRANTS = "grant ";

    /** The cell that records a spent token that was posted although a newer one was available. */
    static final String SPENT = "spent";

    /** The prefix of the names of grants that logins create; the number of the process follows. */
    static final String LOGIN = "L";

    /** The prefix of the cells with the newest response that a process received: {@code GRANT.NUMBER}. */
    static final String RECEIVED = "received ";

    /** The prefix of the cells with a grant's newest response if it never arrived, or was lost with its process. */
    static final String LOST = "lost ";

    /** The prefix of the cells with the number of posts of a process. */
    static final String POSTS = "posts ";

    /** The cell that marks a provider as strict. */
    static final String STRICT = "strict";

    /** The lifetime of access tokens, in seconds: shorter than {@code Steps.PAUSE}. */
    static final long LIFE = 20;

    private static final long GRACE = 24 * 3600;
    private static final long CONNECT_SECONDS = 10;

    private final Actor process;
    private final int number;
    private final @Nullable Deadline due;
    private final ExistingTokens existing;

    /**
     * A grant.
     *
     * @param newest the number of the newest refresh token
     * @param isEnded whether it was revoked
     * @param spentAt when tokens were spent, by their numbers
     */
    record Grant(int newest, boolean isEnded, Map<Integer, Long> spentAt) {

        boolean accepts(int token, boolean isStrict, long now) {
            Long spent = spentAt.get(token);
            return !isEnded && (spent == null || (!isStrict && now < spent + GRACE));
        }

        Grant spending(int token, long now) {
            Map<Integer, Long> next = new HashMap<>(spentAt);
            next.putIfAbsent(token, now);
            return new Grant(newest + 1, isEnded, next);
        }

        Grant ended() {
            return new Grant(newest, true, spentAt);
        }
    }

    /** Tells whether a token of a grant is still available anywhere. */
    interface ExistingTokens {
        boolean has(World.Draft world, String grant, int token);
    }

    MemoryProvider(Actor process, int number, @Nullable Deadline due, ExistingTokens existing) {
        this.process = process;
        this.number = number;
        this.due = due;
        this.existing = existing;
    }

    @Override
    public HttpResponse get(URI uri, Map<String, String> headers, int maxBytes) {
        String body = uri.toString().equals(KEYS)
                ? "{\"keys\":[]}"
                : "{\"issuer\":\"" + ISSUER + "\",\"authorization_endpoint\":\"" + AUTHORIZATION + "\","
                        + "\"token_endpoint\":\"" + TOKEN + "\",\"jwks_uri\":\"" + KEYS + "\","
                        + "\"revocation_endpoint\":\"" + REVOCATION + "\",\"response_types_supported\":[\"code\"]}";
        return exchange(uri, "get", world -> body);
    }

    @Override
    public HttpResponse post(URI uri, Map<String, String> headers, String form, int maxBytes) {
        if (due != null && due.remaining().toSeconds() <= CONNECT_SECONDS) {
            throw Failure.of(Kind.UNREACHABLE, uri, "there is no time left for it");
        }
        Map<String, String> fields = new HashMap<>();
        for (String field : form.split("&", -1)) {
            String[] pair = field.split("=", 2);
            fields.put(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
        }
        if (uri.toString().equals(REVOCATION)) {
            return exchange(uri, "revoke", world -> revoke(world, Objects.requireNonNull(fields.get("token"))));
        }
        return fields.get("grant_type").equals("refresh_token")
                ? exchange(uri, "refresh", world -> refresh(world, Objects.requireNonNull(fields.get("refresh_token"))))
                : exchange(uri, "login", this::login);
    }

    private HttpResponse exchange(URI uri, String what, Actor.Effect effect) {
        String said = (String) process.stepFor(Step.SEND, "provider", what, effect);
        if (said.equals(Actor.FAILED)) {
            // A request that may have been sent must be treated as sent.
            throw Failure.of(Kind.NO_RESPONSE, uri, "the connection was lost");
        }
        return new HttpResponse(
                uri,
                said.contains("\"error\"") ? 400 : 200,
                Map.of("content-type", List.of("application/json"), "cache-control", List.of("no-store")),
                said.getBytes(StandardCharsets.UTF_8));
    }

    private String refresh(World.Draft world, String token) {
        count(world);
        String grantName = token.substring(0, token.indexOf('.'));
        int posted = Integer.parseInt(token.substring(token.indexOf('.') + 1));
        Grant grant = (Grant) Objects.requireNonNull(world.get(GRANTS + grantName));
        boolean isStrict = world.get(STRICT) != null;
        if (!grant.accepts(posted, isStrict, world.time())) {
            if (isStrict && !grant.isEnded()) {
                if (existing.has(world, grantName, grant.newest())) {
                    world.put(SPENT, token + " was posted although " + grant.newest() + " is available");
                }
                world.put(GRANTS + grantName, grant.ended());
            }
            return "{\"error\":\"invalid_grant\"}";
        }
        Grant next = grant.spending(posted, world.time());
        world.put(GRANTS + grantName, next);
        return tokens(world, grantName, next);
    }

    private String login(World.Draft world) {
        count(world);
        if (world.get(STRICT) == null) {
            for (String cell : world.names(GRANTS)) {
                world.put(cell, ((Grant) Objects.requireNonNull(world.get(cell))).ended());
            }
        }
        Grant grant = new Grant(1, false, Map.of());
        world.put(GRANTS + LOGIN + number, grant);
        return tokens(world, LOGIN + number, grant);
    }

    private String tokens(World.Draft world, String grantName, Grant grant) {
        String token = grantName + "." + grant.newest();
        world.put(world.isResponseLost ? LOST + grantName : RECEIVED + number, token);
        return "{\"access_token\":\"" + token + "\",\"refresh_token\":\"" + token
                + "\",\"token_type\":\"Bearer\",\"expires_in\":" + LIFE + "}";
    }

    private String revoke(World.Draft world, String token) {
        String cell = GRANTS + token.substring(0, token.indexOf('.'));
        world.put(cell, ((Grant) Objects.requireNonNull(world.get(cell))).ended());
        return "{}";
    }

    private void count(World.Draft world) {
        world.put(POSTS + number, 1 + (world.get(POSTS + number) instanceof Integer posts ? posts : 0));
    }
}
