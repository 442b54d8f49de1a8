package dev.fleetauth.flow.refresh;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.host.ThisProcess;
import dev.fleetauth.http.Http;
import dev.fleetauth.model.Attempt;
import dev.fleetauth.model.Dialect;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Session;
import dev.fleetauth.oauth.endpoint.TokenEndpoint;
import dev.fleetauth.oauth.endpoint.TokenResponse;
import dev.fleetauth.store.Store;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Posts a refresh token once, with space for the response reserved and the attempt on record. */
final class RefreshRequest {

    private static final String STILL_RECORDED =
            "the refresh token was not sent, but the refresh is still recorded as one whose response may be lost";

    /** Failures that prove that nothing was sent: no connection, or an unusable proxy or certificate. */
    private static final Set<Kind> NOTHING_WAS_SENT = Set.of(Kind.UNREACHABLE, Kind.PROXY_REFUSED, Kind.BAD_VALUE);

    private final Engine engine;
    private final Store.Lease lease;

    RefreshRequest(Engine engine, Store.Lease lease) {
        this.engine = engine;
        this.lease = lease;
    }

    TokenResponse clientCredentials(Profile profile) {
        return endpoint(profile).clientCredentials(profile.session().settings());
    }

    /** Posts the profile's refresh token. */
    TokenResponse post(Profile profile, Secret refreshToken, Dialect dialect) {
        return post(profile, profile.session(), refreshToken, dialect, stored -> "nothing was sent, " + stored);
    }

    /** Posts the previous refresh token, whose response may have been lost. It is tried only once. */
    TokenResponse postPrevious(Profile profile, Secret refreshToken, Dialect dialect) {
        return post(profile, profile.session().withPreviousTried(), refreshToken, dialect, stored -> stored);
    }

    /** @param unsaved turns the outcome that the store reports into the one to report if the attempt is not saved */
    private TokenResponse post(
            Profile profile, Session attempting, Secret refreshToken, Dialect dialect, UnaryOperator<String> unsaved) {
        Attempt before = profile.session().attempt();
        lease.reserve(profile, attempting);
        save(profile.withSession(attempting.withAttempt(attempt(refreshToken, before))), unsaved);
        try {
            return endpoint(profile).refresh(attempting.settings(), refreshToken, dialect);
        } catch (Failure e) {
            if (NOTHING_WAS_SENT.contains(e.kind())) {
                save(profile, stored -> STILL_RECORDED);
            }
            throw e;
        }
    }

    private void save(Profile profile, UnaryOperator<String> unsaved) {
        try {
            lease.save(profile, false);
        } catch (Failure e) {
            throw e.kind() == Kind.STORE_UNWRITABLE
                    ? Failure.because(
                            e,
                            e.kind(),
                            String.valueOf(e.fields().get("file")),
                            String.valueOf(e.fields().get("why")),
                            unsaved.apply(String.valueOf(e.fields().get("outcome"))))
                    : e;
        }
    }

    /** Creates the attempt. If it repeats an earlier attempt, it keeps the start time of the earlier one. */
    private Attempt attempt(Secret refreshToken, @Nullable Attempt before) {
        String hash = sha256(refreshToken);
        Instant start = before != null && before.refreshTokenHash().equals(hash)
                ? before.startedAt()
                : engine.environment().clock().instant();
        return new Attempt(hash, start, engine.environment().host(), ThisProcess.id());
    }

    private TokenEndpoint endpoint(Profile profile) {
        Http http = engine.network(profile.session().settings().certificates(), lease.turn());
        return new TokenEndpoint(http, engine.environment().clock(), engine::notice);
    }

    private static String sha256(Secret token) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(token.reveal().getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK lacks SHA-256", e);
        }
    }
}
