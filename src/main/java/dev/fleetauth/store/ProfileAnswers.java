package dev.fleetauth.store;

import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Moved;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Session;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answers of one profile of a shared store. None is let go because somebody else was faster: it is kept on this machine
 * until it is written, and goes over whatever is older. What loses is destroyed, and that is told.
 */
final class ProfileAnswers {

    private final ProfileRow row;
    private final KeptKeys keptKeys;
    private final KeptResponses responses;
    private final PrivateFiles files;
    private final SecureRandom random;

    /** The space for the next answer; null if none is reserved. */
    private @Nullable Path reserved;

    ProfileAnswers(ProfileRow row, KeptKeys keptKeys, KeptResponses responses, PrivateFiles files, SecureRandom random) {
        this.row = row;
        this.keptKeys = keptKeys;
        this.responses = responses;
        this.files = files;
        this.random = random;
    }

    /** Reserves space on this machine for the answer to what is sent next. */
    void reserve(Profile profile, Session next) {
        release();
        reserved =
                responses.reserve(keptKeys.keys().store(), row.name(), Records.mostBytesWithResponse(profile, next));
    }

    /** Gives back what is still reserved. */
    void release() {
        if (reserved != null) {
            responses.remove(reserved);
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
        Profile next = answer;
        String sealed = seal(next);
        List<String> refusals = new ArrayList<>();
        List<Path> kept = keep(sealed, refusals);
        // And so it stays whatever goes wrong now, a mistake of ours included.
        row.answerIsKept();
        try {
            while (!row.tryAnswer(next, sealed)) {
                Row now = row.reread();
                if (!keptKeys.isCurrent()) {
                    keptKeys.currentKeys();
                    sealed = seal(next);
                    refusals.clear();
                    kept.forEach(responses::remove);
                    kept = keep(sealed, refusals);
                }
                State there = row.open(now);
                if (there.holds(next)) {
                    // It was written after all, or another command here has put it back.
                    row.goOnWith(now);
                    next = there.profile();
                    break;
                }
                if (!there.isReplacedBy(next)) {
                    kept.forEach(responses::remove);
                    throw Failure.of(Kind.ANSWER_OVERTAKEN, row.name());
                }
                if (there.profile() != null && there.profile().session().moved() != null) {
                    next = next.inPlaceOf(there.profile());
                    sealed = seal(next);
                }
                row.goOnWith(now);
            }
        } catch (Failure e) {
            if (e.kind() == Kind.ANSWER_OVERTAKEN) {
                throw e;
            }
            throw unwritten(kept, refusals, e);
        }
        row.answerIsThere(next);
        kept.forEach(responses::remove);
        Moved moved = next.session().moved();
        if (moved != null && answer.session().moved() == null) {
            // Nothing is lost, and it is not used here any more.
            throw Failure.of(Kind.MOVED, row.name(), moved.host(), moved.at().truncatedTo(ChronoUnit.SECONDS));
        }
    }

    private String seal(Profile answer) {
        return Records.seal(answer, keptKeys.keys(), random);
    }

    private List<Path> keep(String sealed, List<String> refusals) {
        Path space = reserved;
        reserved = null;
        return responses.keep(keptKeys.keys().store(), row.name(), sealed, space, refusals);
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
        for (Path kept : kept()) {
            Profile answer;
            try {
                String sealed = responses.read(kept);
                if (sealed == null) {
                    continue;
                }
                answer = Records.open(row.name(), sealed, keptKeys.keys());
            } catch (Unusable e) {
                files.setAside(kept, Layout.asideName(row.name()), e.why());
                continue;
            }
            State there = row.open(row.row());
            if (there.isReplacedBy(answer)) {
                Profile older = there.profile();
                Profile next = older == null ? answer : answer.inPlaceOf(older);
                row.putBack(next, seal(next));
                responses.remove(kept);
            } else if (there.includes(answer)) {
                responses.remove(kept);
            } else {
                files.destroy(kept, row.name());
            }
        }
    }

    /** Removes what is kept, with the profile. */
    void forget() {
        kept().forEach(responses::remove);
    }

    private List<Path> kept() {
        SealedKeys sealedKeys = keptKeys.sealed();
        return sealedKeys == null
                ? List.of()
                : responses.of(sealedKeys.description().store(), row.name());
    }
}
