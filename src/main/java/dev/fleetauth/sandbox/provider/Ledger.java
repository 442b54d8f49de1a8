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

/** The server's state: grants, and the codes and tokens issued for them. */
public final class Ledger {

    /** The maximum that RFC 6749 4.1.2 recommends, since a user may have to paste the code. */
    private static final Duration CODE_LIFE = Duration.ofMinutes(10);

    /** Tesla's three months. */
    private static final Duration REFRESH_TOKEN_LIFE = Duration.ofDays(90);

    private final ProviderBehavior behavior;
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

    public Ledger(ProviderBehavior behavior, Clock clock, SecureRandom random) {
        this.behavior = behavior;
        this.clock = clock;
        this.random = random;
    }

    /**
     * A user's permission before its code is redeemed.
     *
     * @param client the application
     * @param subject the user
     * @param redirectUri the address the code is sent to
     * @param scope the granted scope
     * @param audience the requested audience; null for none
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

    /** Tokens to issue: their grant and, if any, the refresh token. */
    record Issue(IssuedGrant grant, Family family, @Nullable String refreshToken) {}

    /**
     * A currently valid token.
     *
     * @param grant its grant
     * @param accessTokenExpiry when it expires; null for a refresh token
     */
    record ValidToken(IssuedGrant grant, @Nullable Instant accessTokenExpiry) {}

    /** All tokens of one login. */
    static final class Family {
        private final IssuedGrant grant;
        private final Instant startedAt;
        private @Nullable String current;
        private @Nullable String spent;
        private Instant spentAt;
        private boolean ended;

        private Family(IssuedGrant grant, Instant now) {
            this.grant = grant;
            this.startedAt = now;
            this.spentAt = now;
        }

        /** When the life of the current refresh token began: when the previous one was first spent, or at the login. */
        private Instant currentSince() {
            return spent == null ? startedAt : spentAt;
        }
    }

    private record Code(Permission permission, Instant expiresAt) {}

    private record Access(IssuedGrant grant, Family family, Instant expiresAt) {}

    /** Issues a code for a permission. */
    synchronized String codeFor(Permission permission) {
        String code = behavior.tokenPrefix() + RandomText.hex(random, 30);
        codes.put(code, new Code(permission, clock.instant().plus(CODE_LIFE)));
        return code;
    }

    /**
     * Redeems a client's own code, which is spent even if the request is refused.
     *
     * @param audience the servers that the tokens are for; empty for those in the authorization request
     */
    synchronized Issue redeem(
            Client client, String code, String redirectUri, @Nullable String verifier, List<String> audience) {
        Code issued = codes.get(code);
        if (issued == null || !issued.permission().client().equals(client)) {
            Family family = usedCodes.get(code);
            if (family != null && behavior.refreshGrace() == null) {
                // RFC 6749 4.1.2: a code that is used twice may have been stolen.
                family.ended = true;
            }
            throw new ProviderErrorException(behavior.badCode());
        }
        codes.remove(code);
        Permission permission = issued.permission();
        if (!clock.instant().isBefore(issued.expiresAt()) || !matchesChallenge(permission.challenge(), verifier)) {
            throw new ProviderErrorException(behavior.badCode());
        }
        if (!permission.redirectUri().equals(redirectUri)) {
            throw new ProviderErrorException(behavior.badRedirect());
        }
        return begin(code, permission, audience);
    }

    /** Issues the tokens for a device code. */
    synchronized Issue issue(String deviceCode, Permission permission) {
        return begin(deviceCode, permission, List.of());
    }

    private Issue begin(String code, Permission permission, List<String> audience) {
        Client client = permission.client();
        if (behavior.supersedesLogins() && !client.isMobileApp()) {
            supersede(client, permission.subject());
        }
        Instant now = clock.instant();
        Family family = new Family(
                new IssuedGrant(
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

    /** Issues tokens to an application itself. */
    synchronized Issue grantTo(Client client, Scope scope, List<String> audience) {
        Instant now = clock.instant();
        Family family = new Family(new IssuedGrant(client, client.id(), scope, audience, null, now), now);
        return new Issue(family.grant, family, null);
    }

    /**
     * Spends a refresh token.
     *
     * @param requested the requested scope; empty for the granted one
     */
    synchronized Issue refresh(Client client, String token, Scope requested) {
        Family family = refreshTokens.get(token);
        if (family == null || !family.grant.client().equals(client)) {
            throw new ProviderErrorException(behavior.badRefreshToken());
        }
        if (!accepts(family, token)) {
            if (behavior.refreshGrace() == null && !token.equals(family.current)) {
                // RFC 9700 4.14.2: someone else may have the token too, and it is unknown who is legitimate.
                if (!family.ended && family.current != null) {
                    replays.add(new Replay(family.spentAt, new Secret(family.current)));
                }
                family.ended = true;
            }
            throw new ProviderErrorException(behavior.badRefreshToken());
        }
        if (!requested.without(family.grant.scope()).isEmpty()) {
            throw new ProviderErrorException(
                    new ProviderErrorException.Reason(400, "invalid_scope", "Exceeds the granted scope: " + requested));
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
        IssuedGrant grant = family.grant;
        IssuedGrant narrowed = requested.isEmpty()
                ? grant
                : new IssuedGrant(
                        grant.client(), grant.subject(), requested, grant.audience(), grant.nonce(), grant.startedAt());
        return new Issue(narrowed, family, family.current);
    }

    /** The repeated uses of spent refresh tokens, each of which ended its session. */
    public synchronized List<Replay> replays() {
        return List.copyOf(replays);
    }

    /** Records an access token that is about to be issued. */
    synchronized void record(String accessToken, Issue issue, Instant expiresAt) {
        accessTokens.put(accessToken, new Access(issue.grant(), issue.family(), expiresAt));
    }

    /** What a token is currently valid for; empty if it would be refused. */
    public synchronized Optional<ValidToken> validToken(String token) {
        Access access = accessTokens.get(token);
        if (access != null) {
            return !access.family().ended && clock.instant().isBefore(access.expiresAt())
                    ? Optional.of(new ValidToken(access.grant(), access.expiresAt()))
                    : Optional.empty();
        }
        Family family = refreshTokens.get(token);
        return family != null && accepts(family, token)
                ? Optional.of(new ValidToken(family.grant, null))
                : Optional.empty();
    }

    /** Revokes a client's token; for a refresh token, its entire family (RFC 7009 2.1). */
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

    /** Revokes everything ever granted to a client, including consent. */
    public synchronized void revokeAll(Client client) {
        for (Family family : usedCodes.values()) {
            family.ended |= family.grant.client().equals(client);
        }
        for (Access access : accessTokens.values()) {
            access.family().ended |= access.grant().client().equals(client);
        }
        codes.values().removeIf(code -> code.permission().client().equals(client));
        consents.keySet().removeIf(key -> key.startsWith(client.id() + " "));
    }

    /** The scope that a user has granted an application so far. */
    synchronized Scope consent(Client client, String subject) {
        return consents.getOrDefault(client.id() + " " + subject, Scope.NONE);
    }

    /** Stores the scope that a user grants an application. */
    synchronized void keepConsent(Client client, String subject, Scope scope) {
        consents.put(client.id() + " " + subject, scope);
    }

    /** Sets whether a refresh replaces the refresh token, as it does initially. */
    public synchronized void rotating(boolean value) {
        rotating = value;
    }

    /** Sets whether a refresh invalidates earlier access tokens, which it does not initially. */
    public synchronized void refreshEndsAccessTokens(boolean value) {
        refreshEndsAccessTokens = value;
    }

    private boolean accepts(Family family, String token) {
        if (family.ended) {
            return false;
        }
        Instant now = clock.instant();
        if (token.equals(family.current)) {
            return now.isBefore(family.currentSince().plus(REFRESH_TOKEN_LIFE));
        }
        Duration grace = behavior.refreshGrace();
        return grace != null && token.equals(family.spent) && now.isBefore(family.spentAt.plus(grace));
    }

    private void replaceRefreshToken(Family family) {
        String token = behavior.tokenPrefix() + RandomText.hex(random, 30);
        family.current = token;
        refreshTokens.put(token, family);
    }

    /** Invalidates the earlier refresh tokens of the same client and user (vehicle-command #160, #187). */
    private void supersede(Client client, String subject) {
        Iterator<Family> families = usedCodes.values().iterator();
        families.forEachRemaining(family -> {
            if (family.grant.client().equals(client) && family.grant.subject().equals(subject)) {
                family.current = null;
                family.spent = null;
            }
        });
    }

    /** Whether a verifier matches its challenge (RFC 7636 4.6); neither is accepted alone (RFC 9700 2.1.1). */
    private static boolean matchesChallenge(@Nullable String challenge, @Nullable String verifier) {
        if (challenge == null || verifier == null) {
            return challenge == null && verifier == null;
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return challenge.equals(Base64.getUrlEncoder().withoutPadding().encodeToString(hash));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK lacks SHA-256", e);
        }
    }
}
