package dev.fleetauth.flow.revoke;

import dev.fleetauth.flow.Dialects;
import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.refresh.Refresh;
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
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
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
        /** The provider accepted it, which says nothing of whether it knew the token (RFC 7009 2.2). */
        ACCEPTED,
        /** It accepted it for the refresh token, and does not end access tokens. */
        ACCESS_TOKEN_LIVES_ON,
        /** Nobody knows: a person has to end it on a page. */
        PAGE_TO_FINISH,
        /** The provider has no way to end it. */
        NO_WAY
    }

    /** What trying the refresh token once more proved. */
    public enum Probe {
        /** It was not tried. */
        NOT_MADE,
        /** It is refused: the grant is over. */
        ENDED,
        /** It works: the grant is not over, and its new tokens are kept. */
        LIVES
    }

    /**
     * What was done.
     *
     * @param server what became of the grant at the server
     * @param probe what a probe proved of it
     * @param newerMayLive whether an earlier refresh had no answer, so that there may be a newer token than those here
     * @param page the page on which a person ends it; null if there is none
     * @param opened whether the page was opened in a browser
     * @param accessTokenEnd when the last access token ends, which may live on; null if that is not known
     */
    public record Result(
            Server server,
            Probe probe,
            boolean newerMayLive,
            @Nullable URI page,
            boolean opened,
            @Nullable Instant accessTokenEnd) {

        private Result probed(Probe outcome) {
            return new Result(server, outcome, newerMayLive, page, opened, accessTokenEnd);
        }

        private Result shown(boolean inBrowser) {
            return new Result(server, probe, newerMayLive, page, inBrowser, accessTokenEnd);
        }
    }

    /**
     * Revokes a profile's tokens. When it returns, they are wiped here and the settings are left, unless a probe found that
     * the grant lives.
     *
     * @param probe whether to try the refresh token once more before the wipe
     * @throws Failure if the server could not be asked or refused: then nothing was wiped
     */
    public Result run(ProfileName name, boolean probe) {
        if (probe) {
            Profile profile = Engine.requireNotMoved(engine.open(name));
            URI page = requireProbe(profile);
            if (page != null) {
                return afterThePage(profile, page);
            }
        }
        Result result = engine.withLockNotMoved(name, "the revocation", (lease, profile) -> {
            if (probe) {
                requireProbe(profile);
                return probed(lease, profile, endAtServer(lease, profile));
            }
            Result ended = endAtServer(lease, profile);
            Logout.wipe(lease, profile);
            return ended;
        });
        return probe || result.page() == null
                ? result
                : result.shown(engine.environment().browser().open(result.page()));
    }

    /** Refuses a probe that could prove nothing; what comes back is the page on which a person has to act first, if any. */
    private static @Nullable URI requireProbe(Profile profile) {
        Session session = newest(profile);
        Tokens tokens = session.tokens();
        if (tokens == null) {
            throw Failure.of(Kind.LOGIN_NEEDED, profile.name(), "it has no tokens that could be revoked");
        }
        if (tokens.refreshToken() == null) {
            throw Failure.of(
                    Kind.CONFLICTING_OPTIONS, "--probe", "this profile", "it has no refresh token that could be tried");
        }
        return session.settings().endpoints().revocation() == null ? page(session.settings()) : null;
    }

    private static Session newest(Profile profile) {
        return profile.candidate() == null
                ? profile.session()
                : profile.candidate().session();
    }

    /** Sends the person to the page, waits for them if they are there, and then looks whether the grant lives. */
    private Result afterThePage(Profile shown, URI page) {
        boolean opened = engine.environment().browser().open(page);
        engine.notice("Only you can end the grant, on the provider's page"
                + (opened ? ", which was opened in your browser:" : ":"));
        engine.show(page);
        if (engine.canAsk()) {
            try {
                engine.environment().terminal().readLine("Press Enter when it is ended there. ");
            } catch (EOFException e) {
                throw Failure.because(e, Kind.CANCELLED, "the grant's end");
            } catch (IOException e) {
                // Whoever is gone is not waited for.
            }
        }
        return engine.withLockNotMoved(shown.name(), "the revocation", (lease, profile) -> {
                    if (!newest(profile).id().equals(newest(shown).id())) {
                        return Optional.<Result>empty();
                    }
                    requireProbe(profile);
                    return Optional.of(
                            probed(lease, profile, endAtServer(lease, profile).shown(opened)));
                })
                // A login that came meanwhile is not the grant that the person ended.
                .orElseThrow(() -> Failure.of(Kind.OVERTAKEN, shown.name()));
    }

    private Result probed(Store.Lease lease, Profile profile, Result result) {
        try {
            new Refresh(engine).probe(lease, profile);
            return result.probed(Probe.LIVES);
        } catch (Failure e) {
            if (e.kind() != Kind.LOGIN_NEEDED) {
                throw nothingWiped(e);
            }
        }
        Logout.wipe(lease, lease.read().orElse(profile));
        return result.probed(Probe.ENDED);
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
        // What was not accepted for one of them was not accepted.
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
            var revocation = new Revocation(engine.network(settings.certificates(), lease.turn()));
            boolean newerMayLive = session.attempt() != null;
            Server server = revoked(revocation, endpoint, settings, tokens);
            return new Result(server, Probe.NOT_MADE, newerMayLive, null, false, end);
        }
        URI page = page(settings);
        Server server = page == null ? Server.NO_WAY : Server.PAGE_TO_FINISH;
        return new Result(server, Probe.NOT_MADE, false, page, false, end);
    }

    /** Asks the server; if it cannot be asked or refuses, what stands here is told beside what happened there. */
    private Server revoked(Revocation revocation, URI endpoint, Settings settings, Tokens tokens) {
        try {
            return inOrder(revocation, endpoint, settings, tokens);
        } catch (Failure e) {
            throw nothingWiped(e);
        }
    }

    private Failure nothingWiped(Failure e) {
        if (e.kind() == Kind.OVERTAKEN) {
            // It is done from the start again.
            return e;
        }
        engine.notice("Here: nothing was wiped. 'fleetauth logout' wipes the tokens and asks nobody.");
        return e;
    }

    /** The refresh token first: it is what would outlive the access token. */
    private static Server inOrder(Revocation revocation, URI endpoint, Settings settings, Tokens tokens) {
        boolean refresh = tokens.refreshToken() != null
                && revocation.revokeRefreshToken(endpoint, settings, tokens.refreshToken())
                        == Revocation.Outcome.ACCEPTED;
        // RFC 7009 2: a provider need not revoke access tokens by themselves.
        boolean access = !tokens.hasAccessToken()
                || revocation.revokeAccessToken(endpoint, settings, tokens.accessToken())
                        == Revocation.Outcome.ACCEPTED;
        if (tokens.refreshToken() == null || refresh) {
            if (access) {
                return Server.ACCEPTED;
            }
            return refresh ? Server.ACCESS_TOKEN_LIVES_ON : Server.NO_WAY;
        }
        return Server.NO_WAY;
    }

    private static @Nullable URI page(Settings settings) {
        return settings.grant() == Grant.AUTHORIZATION_CODE
                ? Dialects.region(settings)
                        .map(region -> page(region, settings))
                        .orElse(null)
                : null;
    }

    private static URI page(Region region, Settings settings) {
        String client = URLEncoder.encode(settings.clientId(), StandardCharsets.UTF_8);
        return URI.create(region.revocationPage() + "?revoke_client_id=" + client);
    }
}
