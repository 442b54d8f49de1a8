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
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Moves a profile from one store to another. It is first marked here as moved, with its destination, then copied there,
 * and only then removed here. So it is never usable in both, and an interrupted move is resumed by running it again. If
 * the copy was made but has since left the destination, it is not made again: the profile here is outdated, and its
 * token may be spent.
 */
public final class StoreMove {

    private static final String KEEP_THE_OTHER =
            "use the profile in the other store; --replace would discard its tokens";

    private final Engine from;
    private final Engine to;

    /**
     * Creates a move.
     *
     * @param from the engine of the source store
     * @param to the engine of the destination store
     */
    public StoreMove(Engine from, Engine to) {
        this.from = from;
        this.to = to;
    }

    /**
     * Moves a profile.
     *
     * @param replace whether to replace another session or a newer state of this one at the destination, and to copy
     *     the profile again if an earlier copy has left the destination
     * @throws Failure of kind {@code PROFILE_EXISTS}; {@code MOVED} or {@code MOVE_UNFINISHED} if the profile was moved
     *     elsewhere; {@code MOVED_AGAIN} if an earlier copy has left the destination; {@code RESPONSE_ON_OTHER_HOST} if
     *     a response for the profile may still arrive; then nothing has changed
     */
    public void move(ProfileName name, boolean replace) {
        to.store().checkWritable(name);
        Moved.Destination destination = new Moved.Destination(
                to.store().keyDescription().orElseThrow().store(), to.store().location(name));
        boolean[] isResumed = {false};
        Profile marked = from.withLock(name, lease -> {
            Profile profile = from.require(lease.read(), name);
            Session session = profile.session();
            if (isMarkedFor(session.moved(), destination)) {
                isResumed[0] = true;
                return profile;
            }
            Engine.requireNotMoved(profile);
            requireNoAttempt(name, session.attempt());
            // Checked before the profile becomes unusable here.
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
            // Skipped if an earlier run has made the copy.
            if (there.filter(other -> isCopied(other, copy)).isEmpty()) {
                if (isResumed[0] && !replace && wasRemoved(lease, there, copy)) {
                    throw Failure.of(Kind.MOVED_AGAIN, name, destination.location());
                }
                there.filter(other -> !replace).ifPresent(other -> requireOlder(other, copy));
                lease.save(copy, false);
            }
            return copy;
        });
        from.withLock(name, lease -> {
            // Does not remove a profile that was saved here in the meantime.
            if (lease.read().filter(now -> isStillMarked(now, marked)).isPresent()) {
                lease.remove(destination.location());
            }
            return name;
        });
    }

    /** Whether an earlier run has marked a profile for this destination, even if its address has changed. */
    private static boolean isMarkedFor(@Nullable Moved moved, Moved.Destination destination) {
        return moved != null
                && moved.destination() != null
                && moved.destination().store().equals(destination.store());
    }

    private static boolean isStillMarked(Profile now, Profile marked) {
        return now.hasResponsesOf(marked)
                && Objects.equals(now.session().moved(), marked.session().moved());
    }

    /** Requires that no attempt is open: if its response was kept elsewhere, it would be restored to this store. */
    private static void requireNoAttempt(ProfileName name, @Nullable Attempt open) {
        if (open != null) {
            throw Failure.of(Kind.RESPONSE_ON_OTHER_HOST, name, open.host(), open.startedAt());
        }
    }

    private static boolean isCopied(Profile other, Profile copy) {
        return other.isOfSameSession(copy) && other.session().moved() == null && !copy.isNewerThan(other);
    }

    /** Whether an earlier run made the copy, and it has since been moved, exported or removed. */
    private static boolean wasRemoved(Store.Lease lease, Optional<Profile> there, Profile copy) {
        return there.map(other -> other.isOfSameSession(copy) && other.session().moved() != null)
                .orElseGet(() -> lease.newProfile(copy.session()).generation() > copy.generation());
    }

    private static void requireOlder(Profile other, Profile copy) {
        if (!other.isOfSameSession(copy)) {
            throw Failure.of(
                    Kind.PROFILE_EXISTS,
                    other.name(),
                    "the other store has a different login under that name",
                    "use --replace to replace it there");
        }
        if (other.isNewerThan(copy)) {
            throw Failure.of(
                    Kind.PROFILE_EXISTS, other.name(), "the other store has a newer state of it", KEEP_THE_OTHER);
        }
        if (copy.session().tokens() == null && other.session().tokens() != null) {
            throw Failure.of(
                    Kind.PROFILE_EXISTS,
                    other.name(),
                    "the other store has its tokens, which were deleted here",
                    KEEP_THE_OTHER);
        }
    }
}
