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
 * Saves a response as a candidate, then verifies it: it becomes current, or it is rejected. It is saved before it is
 * verified, so that neither a failed check nor a crash loses tokens that the provider will not send twice.
 */
public final class Candidates {

    private final Engine engine;
    private final Store.Lease lease;
    private final CandidateVerifier verifier;

    /** Creates an instance for the profile of a lease. */
    public Candidates(Engine engine, Store.Lease lease) {
        this.engine = engine;
        this.lease = lease;
        this.verifier = new CandidateVerifier(engine, lease);
    }

    /** Saves a response at once, then verifies it. A refresh response with nothing to verify is current immediately. */
    public Profile save(Profile profile, Candidate candidate) {
        Session before = before(profile, candidate);
        Profile unverified = profile.withSession(before).withCandidate(candidate);
        // A login's response is always a candidate first, saved with the session that it replaces: that session
        // identifies the response if it is kept outside the home.
        if (candidate.isRefreshOf(before) && verifier.hasNothingToVerify(before, candidate)) {
            Profile saved = unverified.withoutCandidate(candidate.session());
            lease.save(saved, true);
            noticeLostScope(profile, saved);
            return saved;
        }
        lease.save(unverified, true);
        return verify(unverified);
    }

    /**
     * The session that remains if the candidate is rejected. If there is an earlier candidate, its refresh token
     * replaces the spent one. An attempt is resolved only by its own response, not by that of a login.
     */
    private static Session before(Profile profile, Candidate next) {
        Candidate earlier = profile.candidate();
        Session session = earlier == null ? profile.session() : afterRejection(profile.session(), earlier);
        return session.id().equals(next.session().id()) ? session.withAttempt(null) : session;
    }

    /**
     * Verifies the profile's candidate.
     *
     * @return the profile, whose candidate is now the current session
     * @throws Failure of kind {@code RESPONSE_REJECTED} or {@code DIFFERENT_SESSION} if it is rejected, in which case
     *     the previous session stays current; of kind {@code KEYS_UNAVAILABLE} if it cannot be verified now, in which
     *     case it stays a candidate
     */
    public Profile verify(Profile profile) {
        Candidate candidate = Objects.requireNonNull(profile.candidate());
        Optional<Failure> fault = verifier.fault(profile, candidate);
        if (fault.isPresent()) {
            lease.save(profile.withoutCandidate(afterRejection(profile.session(), candidate)), false);
            throw fault.get();
        }
        Profile current = profile.withoutCandidate(candidate.session());
        lease.save(current, false);
        noticeLostScope(profile, current);
        return current;
    }

    /**
     * The session after a rejected response. The refresh token of a rejected refresh is kept, since the previous
     * one is spent, but its access token is never used. A rejected login leaves the session unchanged.
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

    /** Reports, once, scopes that the user or the application's owner has withdrawn. */
    private void noticeLostScope(Profile before, Profile now) {
        Session old = before.session();
        Session next = now.session();
        Scope lost = old.scopeGranted().without(next.scopeGranted());
        if (old.id().equals(next.id()) && next.isScopeReported() && !lost.isEmpty()) {
            boolean canReconsent =
                    next.settings().region() != null && next.settings().grant() == Grant.AUTHORIZATION_CODE;
            engine.notice("The provider no longer grants: " + lost
                    + ". To request what is missing, run: fleetauth login -p " + now.name()
                    + (canReconsent ? " --reconsent" : ""));
        }
    }
}
