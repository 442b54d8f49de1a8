package dev.fleetauth.store;

import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Session;
import dev.fleetauth.seal.Envelope;
import dev.fleetauth.seal.StoreKeys;
import dev.fleetauth.seal.StoredState;
import java.security.SecureRandom;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A profile that this process holds. Reading it restores the responses that other processes had to keep. */
final class HeldProfile implements Store.Lease {

    private final ProfileEntry entry;
    private final ProfileResponses responses;
    private final SecureRandom random;
    private final boolean waited;
    private final boolean isPreviousTurnUnfinished;
    private StoredState state = StoredState.NONE;
    private boolean wasRead;
    private boolean isClosed;

    HeldProfile(ProfileEntry entry, ProfileResponses responses, SecureRandom random, boolean waited) {
        this.entry = entry;
        this.responses = responses;
        this.random = random;
        this.waited = waited;
        this.isPreviousTurnUnfinished = entry.isUnfinished();
    }

    @Override
    public boolean waited() {
        return waited;
    }

    @Override
    public boolean isPreviousTurnUnfinished() {
        return isPreviousTurnUnfinished;
    }

    @Override
    public Deadline turn() {
        return entry.turn();
    }

    @Override
    public Optional<Profile> read() {
        if (!wasRead) {
            readFirst();
        } else if (responses.unrestored() == null) {
            // This includes changes that another process has saved in the meantime.
            state = entry.reread();
        }
        return Optional.ofNullable(state.profile());
    }

    private void readFirst() {
        // If there are neither keys nor an entry, no keys are created.
        if (entry.hasKeys() || !entry.hold().entry().isEmpty()) {
            state = responses.restore(entry.open());
            entry.setBase(state);
        }
        wasRead = true;
    }

    @Override
    public void reserve(Profile profile, Session next) {
        if (!wasRead) {
            readFirst();
        }
        responses.reserve(profile, next);
    }

    @Override
    public void save(Profile profile, boolean isResponse) {
        // Compares strings: comparing records would make the JVM generate code first.
        if (!profile.name().value().equals(entry.name().value())) {
            throw new IllegalArgumentException("not the profile that is held");
        }
        if (!wasRead) {
            try {
                readFirst();
            } catch (Failure e) {
                throw isResponse ? responses.unsaved(profile, e) : e;
            }
        }
        if (isResponse) {
            state = responses.save(profile);
        } else {
            StoredState next = StoredState.of(profile);
            entry.save(next);
            state = next;
        }
    }

    @Override
    public Profile newProfile(Session next) {
        Session blank = next.withoutTokens();
        return state.session().isEmpty()
                ? new Profile(entry.name(), 0, blank, null)
                : new Profile(entry.name(), state.generation(), blank.withId(state.session()), null);
    }

    @Override
    public void remove(@Nullable String movedTo) {
        StoredState tombstone = new StoredState(StoreKeys.randomId(random), generation() + 1, null, movedTo);
        entry.writeTombstone(tombstone);
        state = tombstone;
        if (entry.hasKeys()) {
            responses.removeKept();
        }
    }

    /** The current generation, even of a profile that cannot be opened. */
    private long generation() {
        try {
            String sealed = entry.hold().entry().sealed();
            return sealed == null ? 0 : Envelope.generation(sealed);
        } catch (Failure e) {
            if (e.kind() != Kind.STORE_DAMAGED) {
                throw e;
            }
            return 0;
        }
    }

    /**
     * Seals the profile with the store's current key if it is sealed with another one, after restoring kept responses.
     *
     * @return why a state of the profile may still be sealed with another key; empty if none is
     */
    Optional<String> reseal() {
        readFirst();
        if (responses.unrestored() != null) {
            return Optional.of(responses.unrestored() + " could not be restored");
        }
        entry.reseal(state);
        return entry.hadAttempt() || entry.isUnfinished()
                ? Optional.of(
                        "a refresh or login was not finished, and its response may be kept on the machine that sent"
                                + " the request, or where this command cannot find it")
                : Optional.empty();
    }

    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            responses.release();
            entry.close();
        }
    }
}
