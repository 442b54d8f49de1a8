package dev.fleetauth.flow.transfer;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.model.Attempt;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Moved;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Session;
import dev.fleetauth.store.Store;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes a profile from one store to another. It is marked as moved here, with where to, before the copy is made there; only
 * then it is removed here. So at no moment it can be used in both, and whoever is killed in between goes on by doing the same
 * again. What was there by then and has left since is not copied once more: what is here is old, and its token may be spent.
 */
public final class StoreMove {

    private final Engine from;
    private final Engine to;

    /**
     * A move.
     *
     * @param from where profiles are
     * @param to where they shall be
     */
    public StoreMove(Engine from, Engine to) {
        this.from = from;
        this.to = to;
    }

    /**
     * Moves a profile.
     *
     * @param replace whether it may go there in the place of another session, of a newer state of this one, or of this one
     *     that was there before and is gone
     * @throws Failure of kind {@code PROFILE_EXISTS}, {@code MOVED} or {@code MOVE_UNFINISHED} if it was moved elsewhere,
     *     {@code MOVED_AGAIN} if it was moved there before and is not there any more, {@code ANSWER_ON_OTHER_HOST} while an answer
     *     to it may be on its way; then nothing has changed
     */
    public void move(ProfileName name, boolean replace) {
        to.store().checkWritable(name);
        Moved.Destination destination = new Moved.Destination(
                to.store().keyDescription().orElseThrow().store(), to.store().location(name));
        boolean[] again = {false};
        Profile marked = from.withLock(name, lease -> {
            Profile profile = lease.read().orElseThrow(() -> from.absent(name));
            Session session = profile.session();
            if (isOnItsWay(session.moved(), destination)) {
                again[0] = true;
                return profile;
            }
            Engine.requireNotMoved(profile);
            requireNoAttempt(name, session.attempt());
            // Found out before it cannot be used here any more.
            to.store().read(name).filter(other -> !replace).ifPresent(other -> requireOlder(other, profile));
            Moved mark = new Moved(
                    from.environment().clock().instant(), from.environment().host(), destination);
            Profile moved = profile.withSession(session.withMoved(mark));
            lease.save(moved, false);
            return moved;
        });
        Profile copy = marked.withSession(marked.session().withMoved(null));
        to.withLock(name, lease -> {
            Optional<Profile> there = lease.read();
            // Else an earlier run came as far as this.
            if (there.filter(other -> isInUseThere(other, copy)).isEmpty()) {
                if (again[0] && !replace && hasLeft(lease, there, copy)) {
                    throw Failure.of(Kind.MOVED_AGAIN, name, destination.location());
                }
                there.filter(other -> !replace).ifPresent(other -> requireOlder(other, copy));
                lease.save(copy, false);
            }
            return copy;
        });
        from.withLock(name, lease -> {
            // Not what was put here meanwhile.
            if (lease.read().filter(now -> isStillMarked(now, marked)).isPresent()) {
                lease.remove(destination.location());
            }
            return name;
        });
    }

    /** Whether an earlier run has marked a profile for this destination, whatever address names it now. */
    private static boolean isOnItsWay(@Nullable Moved moved, Moved.Destination destination) {
        return moved != null
                && moved.destination() != null
                && moved.destination().store().equals(destination.store());
    }

    private static boolean isStillMarked(Profile now, Profile marked) {
        return now.hasResponsesOf(marked)
                && Objects.equals(now.session().moved(), marked.session().moved());
    }

    /** An answer that is kept somewhere is put back into the store that it was asked for with. */
    private static void requireNoAttempt(ProfileName name, @Nullable Attempt open) {
        if (open != null) {
            throw Failure.of(
                    Kind.ANSWER_ON_OTHER_HOST,
                    name,
                    open.host(),
                    open.startedAt().truncatedTo(ChronoUnit.SECONDS));
        }
    }

    private static boolean isInUseThere(Profile other, Profile copy) {
        return other.isOfSameSession(copy) && other.session().moved() == null && !copy.isNewerThan(other);
    }

    /** Whether the copy of an earlier run was there, and was moved on, exported or removed since. */
    private static boolean hasLeft(Store.Lease lease, Optional<Profile> there, Profile copy) {
        return there.map(other -> other.isOfSameSession(copy) && other.session().moved() != null)
                .orElseGet(() -> lease.start(copy.session()).generation() > copy.generation());
    }

    private static void requireOlder(Profile other, Profile copy) {
        if (!other.isOfSameSession(copy)) {
            throw Failure.of(Kind.PROFILE_EXISTS, other.name(), "the other store has another login of that name");
        }
        if (other.isNewerThan(copy)) {
            throw Failure.of(Kind.PROFILE_EXISTS, other.name(), "the other store has a newer state of it");
        }
        if (copy.session().tokens() == null && other.session().tokens() != null) {
            throw Failure.of(
                    Kind.PROFILE_EXISTS, other.name(), "the other store has its tokens, which were wiped here");
        }
    }
}
