package dev.fleetauth.store;

import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Moved;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Session;
import dev.fleetauth.seal.SealedProfile;
import dev.fleetauth.seal.StoredState;
import dev.fleetauth.store.Hold.Write;
import java.io.IOException;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The responses of a profile that is held. None is lost while there is a place for it, or because another process was faster:
 * it goes over whatever is older, and what loses is destroyed, and that is told.
 */
final class ProfileResponses {

    private final ProfileEntry entry;
    private final OpenKeys keys;
    private final KeptResponses responses;
    private final PrivateFiles files;

    /** Space for the next response, where the entry has none; null if none is reserved. */
    private @Nullable Path reserved;

    /** Where the newest state is that could not be put in its place; null if it is there. */
    private @Nullable Path unrestored;

    ProfileResponses(ProfileEntry entry, OpenKeys keys, KeptResponses responses, PrivateFiles files) {
        this.entry = entry;
        this.keys = keys;
        this.responses = responses;
        this.files = files;
    }

    /** Reserves space for the response to what is sent next. */
    void reserve(Profile profile, Session next) {
        int bytes = SealedProfile.mostBytesWithResponse(profile, next);
        if (!entry.hold().reserve(bytes)) {
            release();
            reserved = responses.reserve(keys.keys().store(), entry.name(), bytes);
        }
    }

    /** Gives back what is still reserved. */
    void release() {
        if (reserved != null) {
            responses.remove(reserved);
            reserved = null;
        }
    }

    /** Where the newest state is that could not be put in its place; null if it is there. */
    @Nullable
    Path unrestored() {
        return unrestored;
    }

    /**
     * Puts responses back that were kept, where there is nothing newer.
     *
     * @param found the state that is there
     * @return the state that is in force then
     */
    StoredState restore(StoredState found) {
        StoredState state = found;
        for (Path kept : kept()) {
            Profile response = read(kept);
            if (response == null) {
                continue;
            }
            if (state.isReplacedBy(response)) {
                Profile older = state.profile();
                state = StoredState.of(older == null ? response : response.inPlaceOf(older));
                putBack(kept, state);
            } else if (unrestored == null) {
                drop(kept, response, state);
            }
        }
        return state;
    }

    /** What is kept of the profile. */
    private List<Path> kept() {
        List<Path> kept = new ArrayList<>();
        Path leftover = entry.hold().leftover();
        if (leftover != null) {
            kept.add(leftover);
        }
        kept.addAll(responses.of(keys.keys().store(), entry.name()));
        return kept;
    }

    private @Nullable Profile read(Path kept) {
        try {
            String sealed = responses.read(kept);
            return sealed == null ? null : SealedProfile.open(entry.name(), sealed, keys.keys());
        } catch (MalformedException e) {
            files.quarantine(kept, quarantineName(), e.why());
            return null;
        }
    }

    /** The beginning of the name of what is set aside. */
    private String quarantineName() {
        return entry.name() + ".next";
    }

    /** Puts a response back. It may never have reached the disk, so it is written again, and stays until that is done. */
    private void putBack(Path kept, StoredState next) {
        try {
            entry.put(next, Write.CHANGE);
            unrestored = null;
            responses.remove(kept);
        } catch (Failure e) {
            if (entry.isShared()) {
                throw e;
            }
            unrestored = kept;
            files.warn("the newest state of the profile " + entry.name() + " is still in " + kept + ": " + why(e));
        }
    }

    /** Deals with a response that does not belong in the place of the current state. */
    private void drop(Path kept, Profile response, StoredState state) {
        Profile current = state.profile();
        if (current != null && !response.isOfSameSession(current) && response.generation() > current.generation()) {
            files.quarantine(kept, quarantineName(), "it belongs to another session");
        } else if (state.includes(response)) {
            responses.remove(kept);
        } else {
            files.destroy(kept, entry.name());
        }
    }

    /** Removes what is kept of a profile that is removed: it could not come back any more, and holds tokens. */
    void removeKept() {
        for (Path kept : kept()) {
            try {
                files.disk().delete(kept);
                files.forceFolder(kept.getParent());
            } catch (IOException e) {
                throw PrivateFiles.unwritable(kept, e);
            }
        }
    }

    /**
     * Writes a response over whatever is older, as often as it takes. Where there is something newer, it is not needed any
     * more.
     *
     * <p>A database may be out of reach for long, and a kill meanwhile does not wait for it: a response to it is kept on this
     * machine first, until it is written.
     *
     * @return the state that is there then
     */
    StoredState save(Profile response) {
        List<String> refusals = new ArrayList<>();
        List<Path> kept = List.of();
        StoredState next = StoredState.of(response);
        try {
            String sealed = entry.seal(next);
            if (entry.isShared()) {
                kept = keep(sealed, refusals);
            }
            while (!entry.tryResponse(next, sealed)) {
                if (!keys.isCurrent()) {
                    keys.currentKeys();
                    kept.forEach(responses::remove);
                    refusals.clear();
                    sealed = entry.seal(next);
                    kept = keep(sealed, refusals);
                }
                StoredState there = entry.look();
                entry.hold().rebase();
                if (there.holds(response)) {
                    // It was written after all, or another command here has put it back.
                    next = there;
                    break;
                }
                if (!there.isReplacedBy(response)) {
                    kept.forEach(responses::remove);
                    throw Failure.of(Kind.ANSWER_OVERTAKEN, entry.name());
                }
                Profile older = there.profile();
                if (older != null) {
                    next = StoredState.of(response.inPlaceOf(older));
                    sealed = entry.seal(next);
                }
            }
        } catch (Failure e) {
            throw e.kind() == Kind.ANSWER_OVERTAKEN ? e : unsaved(response, kept, refusals, e);
        }
        entry.responseIsThere(next);
        kept.forEach(responses::remove);
        requireStillHere(response, next);
        return next;
    }

    private List<Path> keep(String sealed, List<String> refusals) {
        Path space = reserved;
        reserved = null;
        // And so it stays whatever goes wrong now, a mistake of ours included.
        entry.responseIsKept();
        return responses.keep(keys.keys().store(), entry.name(), sealed, space, refusals);
    }

    /** A response that came after the profile was moved away is saved, and not used here any more. */
    private void requireStillHere(Profile response, StoredState saved) {
        Moved moved = saved.profile() == null ? null : saved.profile().session().moved();
        if (moved != null && response.session().moved() == null) {
            throw Failure.of(Kind.MOVED, entry.name(), moved.host(), moved.at().truncatedTo(ChronoUnit.SECONDS));
        }
    }

    /** That a response could not be saved, and what became of it. */
    Failure unsaved(Profile response, Failure cause) {
        return unsaved(response, List.of(), new ArrayList<>(), cause);
    }

    private Failure unsaved(Profile response, List<Path> keptFirst, List<String> refusals, Failure cause) {
        List<Path> kept = keptFirst;
        if (kept.isEmpty() && refusals.isEmpty()) {
            Path here = entry.hold().kept();
            kept = here == null ? keep(entry.seal(StoredState.of(response)), refusals) : List.of(here);
        }
        String spent;
        if (!kept.isEmpty()) {
            spent = "a token was spent; its answer is kept in " + PrivateFiles.listed(kept)
                    + " and the next command on this machine puts it back";
        } else if (refusals.isEmpty()) {
            spent =
                    "a token was spent and its answer is lost: XDG_RUNTIME_DIR names no folder of yours alone, and there is"
                            + " none for temporary files";
        } else {
            spent = "a token was spent and its answer is lost: nor could it be kept in "
                    + String.join(", nor in ", refusals);
        }
        return Failure.because(cause, Kind.STORE_UNWRITABLE, entry.place(), why(cause), spent);
    }

    private static String why(Failure failure) {
        String why = failure.fields().get("why");
        if (why != null) {
            return why;
        }
        return failure.kind() == Kind.STORE_EXPOSED
                ? "others can write in its place"
                : failure.kind().name();
    }
}
