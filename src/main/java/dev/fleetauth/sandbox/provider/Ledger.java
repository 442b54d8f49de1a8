package dev.fleetauth.sandbox.provider;

import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Secret;
import dev.fleetauth.sandbox.server.BoundedMap;
import dev.fleetauth.sandbox.server.RandomText;
import dev.fleetauth.tesla.TeslaScope;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the server remembers: who allowed what, and which codes and tokens came of it. */
public final class Ledger {

    /** The longest that RFC 6749 4.1.2 recommends, since a person may have to paste the code. */
    private static final Duration CODE_LIFE = Duration.ofMinutes(10);

    /** Tesla's three months. */
    private static final Duration REFRESH_TOKEN_LIFE = Duration.ofDays(90);

    private final ProviderBehavior manners;
    private final Clock clock;
    private final SecureRandom random;

    private final Map<String, Code> codes = new BoundedMap<>();
    private final Map<String, Family> usedCodes = new BoundedMap<>();
    private final Map<String, Family> refreshTokens = new BoundedMap<>();
    private final Map<String, Access> accessTokens = new BoundedMap<>();
    private final Map<String, Scope> consents = new BoundedMap<>();
    private final Set<Replay> replays = Collections.newSetFromMap(new BoundedMap<>());
    private boolean rotating = true;
    private boolean refreshEndsAccessTokens;

    public Ledger(ProviderBehavior manners, Clock clock, SecureRandom random) {
        this.manners = manners;
        this.clock = clock;
        this.random = random;
    }

    /**
     * What a person allowed, before the code is exchanged.
     *
     * @param client the application
     * @param subject the person
     * @param redirectUri where the code is sent
     * @param scope what was allowed
     * @param audience the audience that was named; null for none
     * @param nonce the nonce; null for none
     * @param challenge the S256 code challenge (RFC 7636 4.2); null for none
     */
    record Permission(
            Client client,
            String subject,
            String redirectUri,
            Scope scope,
            @Nullable String audience,
            @Nullable String nonce,
            @Nullable String challenge) {}

    /** Tokens to be answered: of which grant, and the refresh token if there is one. */
    record Issue(Grant grant, Family family, @Nullable String refreshToken) {}

    /**
     * A token that would be taken now.
     *
     * @param grant what it stands for
     * @param accessTokenExpiry when it expires; null for a refresh token
     */
    record Standing(Grant grant, @Nullable Instant accessTokenExpiry) {}

    /** All tokens of one login. */
    static final class Family {
        private final Grant grant;
        private final Instant startedAt;
        private @Nullable String current;
        private @Nullable String spent;
        private Instant spentAt;
        private boolean ended;

        private Family(Grant grant, Instant now) {
            this.grant = grant;
            this.startedAt = now;
            this.spentAt = now;
        }

        /** When the current refresh token was issued, which is when the one before was spent. */
        private Instant currentSince() {
            return spent == null ? startedAt : spentAt;
        }
    }

    private record Code(Permission permission, Instant expiresAt) {}

    private record Access(Grant grant, Family family, Instant expiresAt) {}

    /** A code for what was allowed. */
    synchronized String codeFor(Permission permission) {
        String code = manners.tokenPrefix() + RandomText.hex(random, 30);
        codes.put(code, new Code(permission, clock.instant().plus(CODE_LIFE)));
        return code;
    }

    /**
     * Exchanges a code, which it spends whatever comes of it.
     *
     * @param audience for which servers; empty for what the authorization request named
     */
    synchronized Issue redeem(
            Client client, String code, String redirectUri, @Nullable String verifier, List<String> audience) {
        Code opened = codes.get(code);
        if (opened == null || !opened.permission().client().equals(client)) {
            Family family = usedCodes.get(code);
            if (family != null && manners.refreshGrace() == null) {
                // RFC 6749 4.1.2: a code that comes twice was stolen.
                family.ended = true;
            }
            throw new Refusal(manners.badCode());
        }
        codes.remove(code);
        Permission permission = opened.permission();
        if (!clock.instant().isBefore(opened.expiresAt()) || !provesChallenge(permission.challenge(), verifier)) {
            throw new Refusal(manners.badCode());
        }
        if (!permission.redirectUri().equals(redirectUri)) {
            throw new Refusal(manners.badRedirect());
        }
        return begin(code, permission, audience);
    }

    /** The tokens of what a person allowed for a device, whose code is used now. */
    synchronized Issue issue(String deviceCode, Permission permission) {
        return begin(deviceCode, permission, List.of());
    }

    private Issue begin(String code, Permission permission, List<String> audience) {
        Client client = permission.client();
        if (manners.oneLoginAtATime() && !client.isMobileApp()) {
            cutOff(client, permission.subject());
        }
        Instant now = clock.instant();
        Family family = new Family(
                new Grant(
                        client,
                        permission.subject(),
                        permission.scope(),
                        audience.isEmpty() && permission.audience() != null ? List.of(permission.audience()) : audience,
                        permission.nonce(),
                        now),
                now);
        usedCodes.put(code, family);
        if (permission.scope().contains(TeslaScope.OFFLINE_ACCESS)) {
            replaceRefreshToken(family);
        }
        return new Issue(family.grant, family, family.current);
    }

    /** What an application gets in its own name. */
    synchronized Issue grantTo(Client client, Scope scope, List<String> audience) {
        Instant now = clock.instant();
        Family family = new Family(new Grant(client, client.id(), scope, audience, null, now), now);
        return new Issue(family.grant, family, null);
    }

    /**
     * Spends a refresh token.
     *
     * @param asked the scope asked for; empty for all of it
     */
    synchronized Issue refresh(Client client, String token, Scope asked) {
        Family family = refreshTokens.get(token);
        if (family == null || !family.grant.client().equals(client)) {
            throw new Refusal(manners.badRefreshToken());
        }
        if (!takes(family, token)) {
            if (manners.refreshGrace() == null && !token.equals(family.current)) {
                // RFC 9700 4.14.2: someone else has it too, and nobody can tell who.
                if (!family.ended && family.current != null) {
                    replays.add(new Replay(family.spentAt, new Secret(family.current)));
                }
                family.ended = true;
            }
            throw new Refusal(manners.badRefreshToken());
        }
        if (!asked.without(family.grant.scope()).isEmpty()) {
            throw new Refusal(new Refusal.Reason(400, "invalid_scope", "More than was granted: " + asked));
        }
        if (rotating) {
            if (token.equals(family.current)) {
                family.spent = token;
                family.spentAt = clock.instant();
            }
            replaceRefreshToken(family);
        }
        if (refreshEndsAccessTokens) {
            accessTokens.values().removeIf(access -> access.family() == family);
        }
        Grant grant = family.grant;
        Grant narrowed = asked.isEmpty()
                ? grant
                : new Grant(grant.client(), grant.subject(), asked, grant.audience(), grant.nonce(), grant.startedAt());
        return new Issue(narrowed, family, family.current);
    }

    /** The spent refresh tokens that came again and ended their session. */
    public synchronized List<Replay> replays() {
        return List.copyOf(replays);
    }

    /** Remembers an access token that is about to be answered. */
    synchronized void remember(String accessToken, Issue issue, Instant expiresAt) {
        accessTokens.put(accessToken, new Access(issue.grant(), issue.family(), expiresAt));
    }

    /** What a token is good for now; nothing if it would be refused. */
    public synchronized Optional<Standing> standing(String token) {
        Access access = accessTokens.get(token);
        if (access != null) {
            return !access.family().ended && clock.instant().isBefore(access.expiresAt())
                    ? Optional.of(new Standing(access.grant(), access.expiresAt()))
                    : Optional.empty();
        }
        Family family = refreshTokens.get(token);
        return family != null && takes(family, token)
                ? Optional.of(new Standing(family.grant, null))
                : Optional.empty();
    }

    /** Revokes a token of a client; with a refresh token all of its family (RFC 7009 2.1). */
    synchronized void revoke(Client client, String token) {
        Access access = accessTokens.get(token);
        if (access != null && access.grant().client().equals(client)) {
            accessTokens.remove(token);
        }
        Family family = refreshTokens.get(token);
        if (family != null && family.grant.client().equals(client)) {
            family.ended = true;
        }
    }

    /** Ends everything a client was ever allowed, consent included. */
    public synchronized void end(Client client) {
        for (Family family : usedCodes.values()) {
            family.ended |= family.grant.client().equals(client);
        }
        for (Access access : accessTokens.values()) {
            access.family().ended |= access.grant().client().equals(client);
        }
        codes.values().removeIf(code -> code.permission().client().equals(client));
        consents.keySet().removeIf(key -> key.startsWith(client.id() + " "));
    }

    /** What a person has allowed an application so far. */
    synchronized Scope consent(Client client, String subject) {
        return consents.getOrDefault(client.id() + " " + subject, Scope.NONE);
    }

    /** Keeps what a person allows an application from now on. */
    synchronized void keepConsent(Client client, String subject, Scope scope) {
        consents.put(client.id() + " " + subject, scope);
    }

    /** Whether a refresh replaces the refresh token, which is so at first. */
    public synchronized void rotating(boolean value) {
        rotating = value;
    }

    public synchronized void refreshEndsAccessTokens(boolean value) {
        refreshEndsAccessTokens = value;
    }

    private boolean takes(Family family, String token) {
        if (family.ended) {
            return false;
        }
        Instant now = clock.instant();
        if (token.equals(family.current)) {
            return now.isBefore(family.currentSince().plus(REFRESH_TOKEN_LIFE));
        }
        Duration grace = manners.refreshGrace();
        return grace != null && token.equals(family.spent) && now.isBefore(family.spentAt.plus(grace));
    }

    private void replaceRefreshToken(Family family) {
        String token = manners.tokenPrefix() + RandomText.hex(random, 30);
        family.current = token;
        refreshTokens.put(token, family);
    }

    /** "A new refresh token invalidates the earlier one" of the same client and person (vehicle-command #160, #187). */
    private void cutOff(Client client, String subject) {
        Iterator<Family> families = usedCodes.values().iterator();
        families.forEachRemaining(family -> {
            if (family.grant.client().equals(client) && family.grant.subject().equals(subject)) {
                family.current = null;
                family.spent = null;
            }
        });
    }

    /** RFC 7636 4.6; a verifier without a challenge is refused as well (RFC 9700 2.1.1). */
    private static boolean provesChallenge(@Nullable String challenge, @Nullable String verifier) {
        if (challenge == null || verifier == null) {
            return challenge == null && verifier == null;
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return challenge.equals(Base64.getUrlEncoder().withoutPadding().encodeToString(hash));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
