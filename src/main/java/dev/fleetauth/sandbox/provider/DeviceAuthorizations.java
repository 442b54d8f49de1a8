package dev.fleetauth.sandbox.provider;

import dev.fleetauth.model.Scope;
import dev.fleetauth.sandbox.provider.Ledger.Issue;
import dev.fleetauth.sandbox.provider.Ledger.Permission;
import dev.fleetauth.sandbox.provider.ProviderErrorException.Reason;
import dev.fleetauth.sandbox.server.BoundedMap;
import dev.fleetauth.sandbox.server.Html;
import dev.fleetauth.sandbox.server.Page;
import dev.fleetauth.sandbox.server.Parameters;
import dev.fleetauth.sandbox.server.RandomText;
import dev.fleetauth.sandbox.server.Reply;
import dev.fleetauth.sandbox.server.Request;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Logins on another device (RFC 8628): the endpoint, the page on which the user enters the code, and the result. */
public final class DeviceAuthorizations {

    static final String PAGE_PATH = "/device";
    static final String GRANT = "urn:ietf:params:oauth:grant-type:device_code";

    /** RFC 8628 6.1: no vowels, which could form words, and no letters that look alike. */
    private static final String LETTERS = "BCDFGHJKLMNPQRSTVWXZ";

    private static final int HALF = 4;
    private static final Duration LIFE = Duration.ofMinutes(10);

    /** Short, since all clients are on the same machine. */
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final ProviderBehavior behavior;
    private final RegisteredClients clients;
    private final Ledger ledger;
    private final Supplier<String> user;
    private final Clock clock;
    private final SecureRandom random;
    private final Transactions<Pending> questions;
    private final Map<String, Pending> byUserCode = new BoundedMap<>();
    private final Map<String, Pending> byDeviceCode = new BoundedMap<>();

    public DeviceAuthorizations(
            ProviderBehavior behavior,
            RegisteredClients clients,
            Ledger ledger,
            Supplier<String> user,
            Clock clock,
            SecureRandom random) {
        this.behavior = behavior;
        this.clients = clients;
        this.ledger = ledger;
        this.user = user;
        this.clock = clock;
        this.random = random;
        this.questions = new Transactions<>(random);
    }

    /** The user's decision. */
    private enum Decision {
        NONE,
        ALLOWED,
        DENIED
    }

    /** A login whose tokens have not been issued yet. */
    private static final class Pending {
        private final Client client;
        private final Scope scope;
        private final @Nullable String audience;
        private final Instant expiresAt;
        private Duration interval = INTERVAL;
        private @Nullable Instant lastPoll;
        private Decision decision = Decision.NONE;

        private Pending(Client client, Scope scope, @Nullable String audience, Instant expiresAt) {
            this.client = client;
            this.scope = scope;
            this.audience = audience;
            this.expiresAt = expiresAt;
        }
    }

    /** The device authorization endpoint. */
    public synchronized Reply begin(Request request) {
        Parameters form = request.form();
        if (form.hasRepeats()) {
            throw new ProviderErrorException(Reason.invalidRequest("A parameter is repeated."));
        }
        Client client = clients.authenticated(request);
        Scope scope = Scope.parse(form.value("scope").orElse(""));
        if (!scope.without(client.limited(behavior.userScope())).isEmpty()) {
            throw new ProviderErrorException(new Reason(400, "invalid_scope", "Not granted to this application."));
        }
        String userCode = letters() + "-" + letters();
        String deviceCode = RandomText.hex(random, 30);
        Pending pending = new Pending(
                client,
                scope,
                form.value("audience").or(() -> form.value("resource")).orElse(null),
                clock.instant().plus(LIFE));
        byUserCode.put(userCode, pending);
        byDeviceCode.put(deviceCode, pending);
        String page = behavior.base() + PAGE_PATH;
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("device_code", deviceCode);
        members.put("user_code", userCode);
        members.put("verification_uri", page);
        members.put("verification_uri_complete", page + "?user_code=" + userCode);
        members.put("expires_in", LIFE.toSeconds());
        members.put("interval", INTERVAL.toSeconds());
        return Reply.json(200, members);
    }

    private String letters() {
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < HALF; i++) {
            letters.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return letters.toString();
    }

    /** The page on which the user enters the code, and decides. */
    public synchronized Reply page(Request request) {
        return request.method().equals("POST") ? decide(request.form()) : ask(request.query());
    }

    private Reply ask(Parameters asked) {
        String code = asked.value("user_code").orElse("").strip().toUpperCase(Locale.ROOT);
        Pending pending = byUserCode.get(code);
        if (pending == null || isOver(pending) || pending.decision != Decision.NONE) {
            String wrong = code.isEmpty() ? "" : "This code is unknown or no longer valid.";
            return Page.of(200, "Enter the code", Html.of("""
                    <p>Your other device shows a code.</p>
                    <p class="small">%s</p>
                    <form method="get" action="%s">
                    <input name="user_code" value="" autofocus>
                    <div class="buttons"><button>Continue</button></div>
                    </form>
                    """, wrong, PAGE_PATH));
        }
        return Page.of(
                200,
                "Allow access?",
                Html.of(
                        """
                        <p><strong>%s</strong> asks for access to the account of <strong>%s</strong>.</p>
                        <p>Your other device must show the code <code>%s</code>.</p>
                        <p class="small">Requested scopes: <code>%s</code></p>
                        <form method="post" action="%s">
                        <input type="hidden" name="transaction" value="%s">
                        <div class="buttons">
                        <button name="decision" value="allow">Allow</button>
                        <button name="decision" value="cancel" class="quiet">Cancel</button>
                        </div>
                        </form>
                        """,
                        pending.client.name(),
                        FleetApi.USER_NAME,
                        code,
                        pending.scope,
                        PAGE_PATH,
                        questions.begin(pending)));
    }

    private Reply decide(Parameters form) {
        Optional<Pending> pending = questions.end(form).filter(asked -> !isOver(asked));
        if (pending.isEmpty()) {
            return Page.of(400, "This page has expired", new Html("<p>Enter the code again.</p>"));
        }
        boolean isAllowed = form.is("decision", "allow");
        pending.get().decision = isAllowed ? Decision.ALLOWED : Decision.DENIED;
        return Page.of(
                200,
                isAllowed ? "Access granted" : "Access denied",
                new Html("<p>Go back to your other device. You can close this page.</p>"));
    }

    /**
     * Issues the tokens for a device code.
     *
     * @throws ProviderErrorException if the user has not decided or has denied access, if the code is unknown or has
     *     expired, or if the client polls too often
     */
    synchronized Issue redeem(Client client, String deviceCode) {
        Pending pending = byDeviceCode.get(deviceCode);
        if (pending == null || !pending.client.equals(client)) {
            throw new ProviderErrorException(new Reason(400, "invalid_grant", "The device code is unknown or used."));
        }
        if (isOver(pending)) {
            throw new ProviderErrorException(new Reason(400, "expired_token", "The device code has expired."));
        }
        Instant now = clock.instant();
        Instant before = pending.lastPoll;
        pending.lastPoll = now;
        if (before != null && now.isBefore(before.plus(pending.interval))) {
            pending.interval = pending.interval.plusSeconds(5);
            throw new ProviderErrorException(new Reason(400, "slow_down", "The client polls too often."));
        }
        return switch (pending.decision) {
            case NONE ->
                throw new ProviderErrorException(
                        new Reason(400, "authorization_pending", "The user has not decided yet."));
            case DENIED ->
                throw new ProviderErrorException(new Reason(400, "access_denied", "The user denied access."));
            case ALLOWED -> {
                byDeviceCode.remove(deviceCode);
                yield ledger.issue(
                        deviceCode,
                        new Permission(client, user.get(), "", pending.scope, pending.audience, null, null));
            }
        };
    }

    private boolean isOver(Pending pending) {
        return !clock.instant().isBefore(pending.expiresAt);
    }
}
