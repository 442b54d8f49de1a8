package dev.fleetauth.store.postgres;

import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Session;
import dev.fleetauth.seal.SealedProfile;
import dev.fleetauth.seal.key.SealedKeys;
import dev.fleetauth.store.OpenKeys;
import dev.fleetauth.store.PrivateFiles;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answers of one profile of a shared store. None is let go because somebody else was faster: it is kept on this machine
 * until it is written, and goes over whatever is older. What loses is destroyed, and that is told.
 */
final class ProfileAnswers {

    private final ProfileRow row;
    private final OpenKeys keptKeys;
    private final KeptResponses keptAnswers;
    private final SecureRandom random;

    /** The space for the next answer; null if none is reserved. */
    private @Nullable Path reserved;

    ProfileAnswers(ProfileRow row, OpenKeys keptKeys, KeptResponses keptAnswers, SecureRandom random) {
        this.row = row;
        this.keptKeys = keptKeys;
        this.keptAnswers = keptAnswers;
        this.random = random;
    }

    /** Reserves space on this machine for the answer to what is sent next. */
    void reserve(Profile profile, Session next) {
        release();
        reserved = keptAnswers.reserve(
                keptKeys.keys().store(), row.name(), SealedProfile.mostBytesWithResponse(profile, next));
    }

    /** Gives back what is still reserved. */
    void release() {
        if (reserved != null) {
            keptAnswers.remove(reserved);
            reserved = null;
        }
    }

    /**
     * Writes an answer over whatever is older, as often as it takes. Where there is something newer, it is not needed any
     * more.
     *
     * <p>It is kept here first, and until it is written: a database may take its time to be out of reach, and whoever kills
     * this meanwhile does not wait for it.
     */
    void save(Profile answer) {
        long followed = row.row().version();
        String sealed = seal(answer);
        List<String> refusals = new ArrayList<>();
        List<Path> kept = keep(followed, sealed, refusals);
        // And so it stays whatever goes wrong now, a mistake of ours included.
        row.answerIsKept();
        try {
            while (!row.tryAnswer(answer, sealed)) {
                Row now = row.reread();
                if (now.sealed().equals(sealed)) {
                    // It was written after all, or another command here has put it back.
                    row.goOnWith(now);
                    break;
                }
                if (!keptKeys.isCurrent()) {
                    keptKeys.currentKeys();
                    sealed = seal(answer);
                    refusals.clear();
                    kept = keep(followed, sealed, refusals);
                }
                if (!isNewer(answer, followed, now)) {
                    kept.forEach(keptAnswers::remove);
                    throw Failure.of(Kind.ANSWER_OVERTAKEN, row.name());
                }
                row.goOnWith(now);
            }
        } catch (Failure e) {
            if (e.kind() == Kind.ANSWER_OVERTAKEN) {
                throw e;
            }
            throw unwritten(kept, refusals, e);
        }
        row.answerIsThere(answer);
        kept.forEach(keptAnswers::remove);
    }

    private String seal(Profile answer) {
        return SealedProfile.seal(answer, keptKeys.keys(), random);
    }

    private List<Path> keep(long followed, String sealed, List<String> refusals) {
        Path space = reserved;
        reserved = null;
        return keptAnswers.keep(keptKeys.keys().store(), row.name(), followed, sealed, space, refusals);
    }

    /** That the database did not take an answer, and what became of it. */
    private Failure unwritten(List<Path> kept, List<String> refusals, Failure cause) {
        String why =
                String.valueOf(cause.fields().getOrDefault("why", cause.kind().name()));
        return Failure.because(
                cause,
                Kind.STORE_UNWRITABLE,
                row.place(),
                why,
                kept.isEmpty()
                        ? "a token was spent and its answer is lost: nor could it be kept in "
                                + String.join(", nor in ", refusals)
                        : "a token was spent; its answer is kept in " + PrivateFiles.listed(kept)
                                + " and the next command on this machine puts it back");
    }

    /** Puts back what could not be written before, where there is nothing newer. */
    void putBack() {
        for (KeptResponses.Kept kept : kept()) {
            String sealed = keptAnswers.read(kept);
            if (sealed == null) {
                continue;
            }
            Profile answer;
            try {
                answer = SealedProfile.open(row.name(), sealed, keptKeys.keys());
            } catch (MalformedException e) {
                keptAnswers.setAside(kept, e.why());
                continue;
            }
            if (sealed.equals(row.row().sealed())) {
                // It was written after all.
                keptAnswers.remove(kept.file());
            } else if (isNewer(answer, kept.version(), row.row())) {
                row.putBack(answer, sealed);
                keptAnswers.remove(kept.file());
            } else {
                keptAnswers.destroy(kept, row.name());
            }
        }
    }

    /** Removes what is kept, with the profile. */
    void forget() {
        kept().forEach(kept -> keptAnswers.remove(kept.file()));
    }

    private List<KeptResponses.Kept> kept() {
        SealedKeys sealedKeys = keptKeys.sealed();
        return sealedKeys == null
                ? List.of()
                : keptAnswers.of(sealedKeys.description().store(), row.name());
    }

    /**
     * Whether an answer belongs in the place of what a row holds.
     *
     * @param followed the version of the row that it was to follow
     */
    private boolean isNewer(Profile answer, long followed, Row there) {
        try {
            if (there.isForgottenSince(followed)) {
                return false;
            }
        } catch (MalformedException e) {
            throw row.damaged(e);
        }
        return row.open(there).map(answer::isNewerThan).orElse(true);
    }
}
