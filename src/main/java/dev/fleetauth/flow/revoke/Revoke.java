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
import dev.fleetauth.oauth.endpoint.Revocation;
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
 * Revokes a grant at the provider, if it supports that, and deletes the tokens here. The two outcomes are reported
 * separately, and neither implies the other.
 */
public final class Revoke {

    private final Engine engine;

    public Revoke(Engine engine) {
        this.engine = engine;
    }

    /** The outcome at the server, from best to worst. */
    public enum Server {
        /** The provider accepted the revocation, whether or not it knew the token (RFC 7009 2.2). */
        ACCEPTED,
        /** The provider accepted the revocation of the refresh token, but does not revoke access tokens. */
        ACCESS_TOKEN_STILL_VALID,
        /** Nothing was revoked: the user has to revoke the grant on the provider's page. */
        USER_MUST_REVOKE,
        /** The provider does not support revocation. */
        NOT_SUPPORTED
    }

    /** The outcome of a probe, which uses the refresh token once more. */
    public enum Probe {
        /** There was no probe. */
        NOT_MADE,
        /** The token was refused: the grant has ended. */
        ENDED,
        /** The token works: the grant is still valid, and its new tokens are saved. */
        STILL_VALID
    }

    /**
     * The result of a revocation.
     *
     * @param server the outcome at the server
     * @param probe the outcome of the probe
     * @param mayHaveNewerToken whether an earlier refresh got no response, so that there may be a newer token than the
     *     stored ones
     * @param page the page on which the user revokes the grant; null if there is none
     * @param opened whether the page was opened in a browser
     * @param accessTokenEnd when the last access token expires; it may stay valid until then. Null if unknown
     */
    public record Result(
            Server server,
            Probe probe,
            boolean mayHaveNewerToken,
            @Nullable URI page,
            boolean opened,
            @Nullable Instant accessTokenEnd) {

        private Result probed(Probe outcome) {
            return new Result(server, outcome, mayHaveNewerToken, page, opened, accessTokenEnd);
        }

        private Result shown(boolean inBrowser) {
            return new Result(server, probe, mayHaveNewerToken, page, inBrowser, accessTokenEnd);
        }
    }

    /**
     * Revokes a profile's tokens, and deletes them here unless a probe found that the grant is still valid. The
     * settings stay.
     *
     * @param probe whether to try the refresh token once more before the tokens are deleted
     * @throws Failure if the request failed or was refused; then nothing was deleted
     */
    public Result run(ProfileName name, boolean probe) {
        if (probe) {
            Profile profile = Engine.requireNotMoved(engine.open(name));
            URI page = requireProbe(profile);
            if (page != null) {
                return probeAfterPage(profile, page);
            }
        }
        Result result = engine.withLockNotMoved(name, "the revocation", (lease, profile) -> {
            if (probe) {
                requireProbe(profile);
                return probeGrant(lease, profile, revokeAtServer(lease, profile));
            }
            Result ended = revokeAtServer(lease, profile);
            Logout.deleteTokens(lease, profile);
            return ended;
        });
        return probe || result.page() == null
                ? result
                : result.shown(engine.environment().browser().open(result.page()));
    }

    /**
     * Rejects a probe without a refresh token to try. Returns the page on which the user has to revoke the grant first;
     * null for none.
     */
    private static @Nullable URI requireProbe(Profile profile) {
        Session session = newest(profile);
        Tokens tokens = session.tokens();
        if (tokens == null) {
            throw Failure.of(Kind.NOTHING_TO_REVOKE, profile.name());
        }
        if (tokens.refreshToken() == null) {
            throw Failure.of(
                    Kind.UNUSABLE,
                    "--probe",
                    "profile '" + profile.name() + "' has no refresh token to try",
                    "omit --probe");
        }
        return session.settings().endpoints().revocation() == null ? page(session.settings()) : null;
    }

    private static Session newest(Profile profile) {
        return profile.candidate() == null
                ? profile.session()
                : profile.candidate().session();
    }

    /** Sends the user to the page, waits for the user if there is a terminal, and then probes the grant. */
    private Result probeAfterPage(Profile shown, URI page) {
        boolean opened = engine.environment().browser().open(page);
        engine.notice("Only you can revoke the grant, on the provider's page"
                + (opened ? ", which was opened in your browser:" : ":"));
        engine.show(page);
        if (engine.canAsk()) {
            try {
                engine.environment().terminal().readLine("Press Enter when you have revoked it. ");
            } catch (EOFException e) {
                throw Failure.because(e, Kind.CANCELED, "the revocation");
            } catch (IOException e) {
                // The terminal is gone, so there is no user to wait for.
            }
        }
        return engine.withLockNotMoved(shown.name(), "the revocation", (lease, profile) -> {
                    if (!newest(profile).id().equals(newest(shown).id())) {
                        return Optional.<Result>empty();
                    }
                    requireProbe(profile);
                    return Optional.of(probeGrant(
                            lease, profile, revokeAtServer(lease, profile).shown(opened)));
                })
                // A login in the meantime created a different grant than the one that the user revoked.
                .orElseThrow(() -> Failure.of(Kind.OVERTAKEN, shown.name()));
    }

    /** Tries the refresh token; if the provider refuses it, deletes the tokens here. */
    private Result probeGrant(Store.Lease lease, Profile profile, Result result) {
        try {
            new Refresh(engine).probe(lease, profile);
            return result.probed(Probe.STILL_VALID);
        } catch (Failure e) {
            if (e.kind() != Kind.LOGIN_NEEDED) {
                throw nothingDeleted(e);
            }
        }
        Logout.deleteTokens(lease, lease.read().orElse(profile));
        return result.probed(Probe.ENDED);
    }

    /** Revokes all tokens of the profile, including those of an unverified response, which are just as valid. */
    private Result revokeAtServer(Store.Lease lease, Profile profile) {
        List<Session> sessions = new ArrayList<>();
        if (profile.candidate() != null) {
            sessions.add(profile.candidate().session());
        }
        if (sessions.isEmpty() || profile.session().tokens() != null) {
            sessions.add(profile.session());
        }
        // The worst outcome counts.
        return sessions.stream()
                .map(session -> revokeAtServer(lease, profile.name(), session))
                .max(Comparator.comparing(Result::server))
                .orElseThrow();
    }

    private Result revokeAtServer(Store.Lease lease, ProfileName name, Session session) {
        Settings settings = session.settings();
        URI endpoint = settings.endpoints().revocation();
        Tokens tokens = session.tokens();
        Instant end = tokens == null ? null : tokens.expiresAt();
        if (endpoint != null) {
            if (tokens == null) {
                throw Failure.of(Kind.NOTHING_TO_REVOKE, name);
            }
            var revocation = new Revocation(
                    engine.network(settings.certificates(), lease.turn()),
                    engine.environment().clock());
            boolean mayHaveNewerToken = session.attempt() != null;
            Server server = sendRevocations(revocation, endpoint, settings, tokens);
            return new Result(server, Probe.NOT_MADE, mayHaveNewerToken, null, false, end);
        }
        URI page = page(settings);
        Server server = page == null ? Server.NOT_SUPPORTED : Server.USER_MUST_REVOKE;
        return new Result(server, Probe.NOT_MADE, false, page, false, end);
    }

    /** Sends the revocation requests; on a failure, also reports that nothing was deleted here. */
    private Server sendRevocations(Revocation revocation, URI endpoint, Settings settings, Tokens tokens) {
        try {
            return revokeTokens(revocation, endpoint, settings, tokens);
        } catch (Failure e) {
            throw nothingDeleted(e);
        }
    }

    private Failure nothingDeleted(Failure e) {
        if (e.kind() == Kind.OVERTAKEN) {
            // The caller repeats the operation.
            return e;
        }
        engine.notice("Store: nothing was deleted. 'fleetauth logout' deletes the tokens without contacting the"
                + " provider.");
        return e;
    }

    /** Revokes the refresh token first, since it would outlive the access token. */
    private static Server revokeTokens(Revocation revocation, URI endpoint, Settings settings, Tokens tokens) {
        boolean isRefreshRevoked = tokens.refreshToken() != null
                && revocation.revokeRefreshToken(endpoint, settings, tokens.refreshToken())
                        == Revocation.Outcome.ACCEPTED;
        // RFC 7009 2: a provider need not support revoking access tokens.
        boolean isAccessRevoked = !tokens.hasAccessToken()
                || revocation.revokeAccessToken(endpoint, settings, tokens.accessToken())
                        == Revocation.Outcome.ACCEPTED;
        if (tokens.refreshToken() == null || isRefreshRevoked) {
            if (isAccessRevoked) {
                return Server.ACCEPTED;
            }
            return isRefreshRevoked ? Server.ACCESS_TOKEN_STILL_VALID : Server.NOT_SUPPORTED;
        }
        return Server.NOT_SUPPORTED;
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
