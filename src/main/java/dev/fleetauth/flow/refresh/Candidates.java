package dev.fleetauth.flow.refresh;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.model.Candidate;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Grant;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.store.Store;
import java.util.Objects;
import java.util.Optional;

/**
 * Saves a response as a candidate, and then decides over it: it becomes current, or it is rejected. It is saved first and
 * verified second, so that neither a failed check nor a crash during it loses what the provider will not send twice.
 */
public final class Candidates {

    private final Engine engine;
    private final Store.Lease lease;
    private final CandidateVerifier verifier;

    /** The candidates of the profile that a lease is of. */
    public Candidates(Engine engine, Store.Lease lease) {
        this.engine = engine;
        this.lease = lease;
        this.verifier = new CandidateVerifier(engine, lease);
    }

    /** Saves a response at once, then verifies it. One in which there is nothing to verify is current from the start. */
    public Profile save(Profile profile, Candidate candidate) {
        Session before = before(profile, candidate);
        Profile unverified = profile.withSession(before).withCandidate(candidate);
        // A login's response is a candidate first in any case: it belongs to the session that it replaces, by which it
        // is
        // recognized if the home cannot be written.
        if (candidate.isRefreshOf(before) && verifier.hasNothingToVerify(before, candidate)) {
            Profile saved = unverified.settled(candidate.session());
            lease.save(saved, true);
            noticeLostScope(profile, saved);
            return saved;
        }
        lease.save(unverified, true);
        return verify(unverified);
    }

    /**
     * The session as it is if the candidate turns out to be bad. An earlier candidate brought a refresh token, and the one
     * before it is spent; an attempt is resolved by its own response, not by that of a login.
     */
    private static Session before(Profile profile, Candidate next) {
        Candidate earlier = profile.candidate();
        Session session = earlier == null ? profile.session() : afterRejection(profile.session(), earlier);
        return session.id().equals(next.session().id()) ? session.withAttempt(null) : session;
    }

    /**
     * Verifies the profile's candidate.
     *
     * @return the profile with the candidate in force
     * @throws Failure of kind {@code ANSWER_REJECTED} or {@code DIFFERENT_SESSION} if it is bad, and then the session that
     *     was in force still is; of kind {@code KEYS_UNAVAILABLE} if it could not be verified, and then it stays a candidate
     */
    public Profile verify(Profile profile) {
        Candidate candidate = Objects.requireNonNull(profile.candidate());
        Optional<Failure> fault = verifier.fault(profile, candidate);
        if (fault.isPresent()) {
            lease.save(profile.settled(afterRejection(profile.session(), candidate)), false);
            throw fault.get();
        }
        Profile current = profile.settled(candidate.session());
        lease.save(current, false);
        noticeLostScope(profile, current);
        return current;
    }

    /**
     * What a rejected response leaves. After a refresh the session goes on with the refresh token of the response, since the
     * one before it is spent; its access token is never served. A rejected login leaves the session as it was.
     */
    private static Session afterRejection(Session current, Candidate candidate) {
        Tokens old = current.tokens();
        if (old == null || !candidate.isRefreshOf(current)) {
            return current;
        }
        Tokens rejected = candidate.tokens();
        return current.withTokens(
                old.withRefreshToken(
                        rejected.refreshToken(), rejected.refreshReceivedAt(), rejected.refreshExpiresAt()),
                candidate.session().previous());
    }

    /** Told once, by the refresh that shows it: the user, or the application's owner, has withdrawn a scope. */
    private void noticeLostScope(Profile before, Profile now) {
        Session old = before.session();
        Session next = now.session();
        Scope lost = old.scopeGranted().without(next.scopeGranted());
        if (old.id().equals(next.id()) && next.isScopeReported() && !lost.isEmpty()) {
            boolean canBeAsked =
                    next.settings().region() != null && next.settings().grant() == Grant.AUTHORIZATION_CODE;
            engine.notice(
                    "The provider does not grant any more: " + lost + ". To be asked for it again: fleetauth login -p "
                            + now.name() + (canBeAsked ? " --reconsent" : ""));
        }
    }
}
