package dev.fleetauth.store.postgres;

import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Session;
import dev.fleetauth.seal.Envelope;
import dev.fleetauth.store.OpenKeys;
import dev.fleetauth.store.SealedProfiles;
import dev.fleetauth.store.Store;
import java.util.Optional;

/** A profile of a shared store while one process is at it: its row, and the answers that this machine keeps for it. */
final class PostgresLease implements Store.Lease {

    private final ProfileRow row;
    private final ProfileAnswers answers;
    private final OpenKeys keptKeys;
    private final boolean waited;
    private final boolean ranOut;
    private boolean looked;

    PostgresLease(ProfileRow row, ProfileAnswers answers, OpenKeys keptKeys, boolean waited) {
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
            return row.open(row.reread());
        }
        answers.putBack();
        looked = true;
        return row.open();
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
        Optional<Profile> profile = read();
        if (profile.isEmpty()) {
            return Optional.empty();
        }
        if (!keptKeys.keys().currentId().equals(Envelope.keyId(row.row().sealed()))) {
            row.sealAnew(profile.get());
        }
        return row.isUnfinished()
                ? Optional.of(
                        "a refresh or a login was not finished, and its answer may be kept on the machine that asked"
                                + " for it")
                : Optional.empty();
    }

    @Override
    public void remove() {
        row.remove();
        answers.forget();
    }

    @Override
    public boolean mayHaveHad(String session) {
        return row.row().isForgotten();
    }

    @Override
    public void close() {
        answers.release();
        row.close();
    }
}
