package dev.fleetauth.store;

import dev.fleetauth.host.Deadline;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Session;
import java.util.Optional;

/** A profile of a shared store while one process is at it: its row, and the answers that this machine keeps for it. */
final class PostgresLease implements Store.Lease {

    private final ProfileRow row;
    private final ProfileAnswers answers;
    private final KeptKeys keptKeys;
    private final boolean waited;
    private final boolean ranOut;
    private State state = State.NONE;
    private boolean looked;

    PostgresLease(ProfileRow row, ProfileAnswers answers, KeptKeys keptKeys, boolean waited) {
        this.row = row;
        this.answers = answers;
        this.keptKeys = keptKeys;
        this.waited = waited;
        this.ranOut = row.row().hasRunOut();
    }

    @Override
    public boolean waited() {
        return waited;
    }

    @Override
    public boolean ranOut() {
        return ranOut;
    }

    @Override
    public Deadline turn() {
        return row.turn();
    }

    @Override
    public Optional<Profile> read() {
        if (looked) {
            // What someone else saved meanwhile is told.
            state = row.open(row.reread());
        } else {
            answers.putBack();
            looked = true;
            state = row.open();
        }
        return Optional.ofNullable(state.profile());
    }

    @Override
    public void reserve(Profile profile, Session next) {
        answers.reserve(profile, next);
    }

    @Override
    public void save(Profile profile, boolean afterAnswer) {
        if (!profile.name().equals(row.name())) {
            throw new IllegalArgumentException("another profile than the one that was asked for");
        }
        if (!looked) {
            read();
        }
        if (afterAnswer) {
            answers.save(profile);
        } else {
            row.save(profile);
        }
    }

    /** Seals the profile with the store's current key, if it was sealed with another: see {@link SealedProfiles}. */
    Optional<String> sealAnew() {
        read();
        if (!row.row().isFilled()) {
            return Optional.empty();
        }
        if (!keptKeys.keys()
                .current()
                .getKeyID()
                .equals(Envelope.keyId(row.row().sealed()))) {
            row.sealAnew(state);
        }
        return row.isUnfinished()
                ? Optional.of(
                        "a refresh or a login was not finished, and its answer may be kept on the machine that asked"
                                + " for it")
                : Optional.empty();
    }

    @Override
    public void remove() {
        state = row.remove();
        answers.forget();
    }

    @Override
    public Profile start(Session first) {
        Session blank = first.withoutTokens();
        return state.session().isEmpty()
                ? new Profile(row.name(), 0, blank, null)
                : new Profile(row.name(), state.generation(), blank.withId(state.session()), null);
    }

    @Override
    public void close() {
        answers.release();
        row.close();
    }
}
