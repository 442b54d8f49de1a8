package dev.fleetauth.flow;

import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Grant;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Settings;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.oauth.Revocation;
import dev.fleetauth.store.Store;
import dev.fleetauth.tesla.Region;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ends a grant at the server where the server has a way, and wipes the tokens here. What happened there and what happened
 * here are two answers, and neither is taken for the other.
 */
public final class Revoke {

    private final Engine engine;

    public Revoke(Engine engine) {
        this.engine = engine;
    }

    /** What became of the grant at the server, the best first. */
    public enum Server {
        /** The provider says that it is over (RFC 7009). */
        CONFIRMED,
        /** The provider says that the refresh token is over, and that it does not end access tokens. */
        ACCESS_TOKEN_LIVES_ON,
        /** Nobody knows: a person has to end it on a page. */
        PAGE_TO_FINISH,
        /** The provider has no way to end it. */
        NO_WAY
    }

    /**
     * What was done.
     *
     * @param server what became of the grant at the server
     * @param page the page on which a person ends it; null if there is none
     * @param opened whether the page was opened in a browser
     * @param accessTokenEnd when the last access token ends, which may live on; null if that is not known
     */
    public record Result(
            Server server,
            @Nullable URI page,
            boolean opened,
            @Nullable Instant accessTokenEnd) {}

    /**
     * Revokes a profile's tokens. When it returns, they are wiped here and the settings are left.
     *
     * @throws Failure if the server could not be asked or refused: then nothing was wiped
     */
    public Result run(ProfileName name) {
        Result result;
        try (Store.Lease lease = engine.store().lock(name, FreshToken.LOCK_WAIT)) {
            Profile profile = lease.read().orElseThrow(() -> Failure.of(Kind.NO_SUCH_PROFILE, name));
            result = endAtServer(lease, profile);
            Logout.wipe(lease, profile);
        }
        if (result.page() == null) {
            return result;
        }
        boolean opened = engine.environment().browser().open(result.page());
        return new Result(result.server(), result.page(), opened, result.accessTokenEnd());
    }

    /** Ends all that the profile holds, an answer still to be checked included: its tokens are as good as the others. */
    private Result endAtServer(Store.Lease lease, Profile profile) {
        List<Session> sessions = new ArrayList<>();
        if (profile.candidate() != null) {
            sessions.add(profile.candidate().session());
        }
        if (sessions.isEmpty() || profile.session().tokens() != null) {
            sessions.add(profile.session());
        }
        // What was not confirmed for one of them was not confirmed.
        return sessions.stream()
                .map(session -> endAtServer(lease, profile.name(), session))
                .max(Comparator.comparing(Result::server))
                .orElseThrow();
    }

    private Result endAtServer(Store.Lease lease, ProfileName name, Session session) {
        Settings settings = session.settings();
        URI endpoint = settings.endpoints().revocation();
        Tokens tokens = session.tokens();
        Instant end = tokens == null ? null : tokens.expiresAt();
        if (endpoint != null) {
            if (tokens == null) {
                throw Failure.of(Kind.LOGIN_NEEDED, name, "it has no tokens that could be revoked");
            }
            var revocation = new Revocation(engine.network(settings.certificates(), lease.due()));
            return new Result(revoked(revocation, endpoint, settings, tokens), null, false, end);
        }
        URI page = settings.grant() == Grant.AUTHORIZATION_CODE
                ? Dialects.region(settings)
                        .map(region -> page(region, settings))
                        .orElse(null)
                : null;
        return new Result(page == null ? Server.NO_WAY : Server.PAGE_TO_FINISH, page, false, end);
    }

    /** Asks the server; if it cannot be asked or refuses, what stands here is told beside what happened there. */
    private Server revoked(Revocation revocation, URI endpoint, Settings settings, Tokens tokens) {
        try {
            return inOrder(revocation, endpoint, settings, tokens);
        } catch (Failure e) {
            engine.tell("Here: nothing was wiped. 'fleetauth logout' wipes the tokens and asks nobody.");
            throw e;
        }
    }

    /** The refresh token first: it is what would outlive the access token. */
    private static Server inOrder(Revocation revocation, URI endpoint, Settings settings, Tokens tokens) {
        boolean refresh = tokens.refreshToken() != null
                && revocation.revokeRefreshToken(endpoint, settings, tokens.refreshToken())
                        == Revocation.Outcome.CONFIRMED;
        // RFC 7009 2: a provider need not revoke access tokens by themselves.
        boolean access =
                revocation.revokeAccessToken(endpoint, settings, tokens.accessToken()) == Revocation.Outcome.CONFIRMED;
        if (tokens.refreshToken() == null || refresh) {
            if (access) {
                return Server.CONFIRMED;
            }
            return refresh ? Server.ACCESS_TOKEN_LIVES_ON : Server.NO_WAY;
        }
        return Server.NO_WAY;
    }

    private static URI page(Region region, Settings settings) {
        String client = URLEncoder.encode(settings.clientId(), StandardCharsets.UTF_8);
        return URI.create(region.revocationPage() + "?revoke_client_id=" + client);
    }
}
