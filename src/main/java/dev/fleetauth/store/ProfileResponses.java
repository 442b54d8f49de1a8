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
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The responses of a held profile. A response is lost only if no place accepts it. A response that is newer than the
 * current state replaces it; any other is obsolete, and is deleted or quarantined.
 */
final class ProfileResponses {

    private final ProfileEntry entry;
    private final OpenKeys keys;
    private final KeptResponses responses;
    private final StoreFiles files;

    /** Reserved space for the next response if the entry has none; null if none is reserved. */
    private @Nullable Path reserved;

    private @Nullable Path unrestored;

    ProfileResponses(ProfileEntry entry, OpenKeys keys, KeptResponses responses, StoreFiles files) {
        this.entry = entry;
        this.keys = keys;
        this.responses = responses;
        this.files = files;
    }

    /** Reserves space for the response to the next request. */
    void reserve(Profile profile, Session next) {
        int bytes = SealedProfile.maxBytesWithResponse(profile, next);
        if (!entry.hold().reserve(bytes)) {
            release();
            reserved = responses.reserve(keys.keys().store(), entry.name(), bytes);
        }
    }

    /** Releases unused reserved space. */
    void release() {
        if (reserved != null) {
            responses.remove(reserved);
            reserved = null;
        }
    }

    /** Where the newest state is, if it could not be restored; null if it is in place. */
    @Nullable
    Path unrestored() {
        return unrestored;
    }

    /**
     * Restores kept responses that are newer than the current state.
     *
     * @param found the current state
     * @return the state after that
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
                state = StoredState.of(older == null ? response : response.replacing(older));
                restore(kept, state);
            } else if (unrestored == null) {
                drop(kept, response, state);
            }
        }
        return state;
    }

    /** The kept responses of the profile. */
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
            quarantine(kept, e.why());
            return null;
        }
    }

    private void quarantine(Path kept, String why) {
        try {
            files.quarantine(kept, entry.name() + ".next", why);
        } catch (IOException e) {
            throw StoreFiles.unwritable(kept, e);
        }
    }

    /** Restores a response. It may never have reached the disk, so it is written again, and kept until that is done. */
    private void restore(Path kept, StoredState next) {
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

    /** Handles a response that does not replace the current state. */
    private void drop(Path kept, Profile response, StoredState state) {
        Profile current = state.profile();
        if (current != null && !response.isOfSameSession(current) && response.generation() > current.generation()) {
            quarantine(kept, "it belongs to another session");
        } else {
            if (!state.makesUnneeded(response)) {
                files.warn("a response for the profile " + entry.name() + " that was kept in " + kept
                        + " was deleted: there is a newer one");
            }
            responses.remove(kept);
        }
    }

    /** Removes the kept responses of a removed profile: they can no longer be restored, and contain tokens. */
    void removeKept() {
        for (Path kept : kept()) {
            try {
                files.disk().delete(kept);
                files.forceDirectory(kept.getParent());
            } catch (IOException e) {
                throw StoreFiles.unwritable(kept, e);
            }
        }
    }

    /**
     * Writes a response over any older state, with as many tries as needed. If there is a newer state, the response is
     * obsolete, and this fails.
     *
     * <p>A database may be unreachable for a long time, and the process may be killed meanwhile. A response for a
     * database is therefore kept on this machine until it is written there.
     *
     * @return the state in the entry after that
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
                if (!entry.areKeysCurrent()) {
                    keys.current(keys.parse(entry.hold().keys()));
                    kept.forEach(responses::remove);
                    refusals.clear();
                    sealed = entry.seal(next);
                    kept = keep(sealed, refusals);
                }
                StoredState current = entry.reread();
                entry.hold().rebase();
                if (current.contains(response)) {
                    // It was written after all, or another command has restored it.
                    next = current;
                    break;
                }
                if (!current.isReplacedBy(response)) {
                    kept.forEach(responses::remove);
                    throw Failure.of(Kind.RESPONSE_OVERTAKEN, entry.name());
                }
                Profile older = current.profile();
                if (older != null) {
                    next = StoredState.of(response.replacing(older));
                    sealed = entry.seal(next);
                }
            }
        } catch (Failure e) {
            throw e.kind() == Kind.RESPONSE_OVERTAKEN ? e : unsaved(response, kept, refusals, e);
        }
        entry.markResponseSaved(next);
        kept.forEach(responses::remove);
        requireStillHere(response, next);
        return next;
    }

    private List<Path> keep(String sealed, List<String> refusals) {
        Path space = reserved;
        reserved = null;
        // Marked first, so that the turn does not end even if an error follows, including a bug.
        entry.markResponseKept();
        return responses.keep(keys.keys().store(), entry.name(), sealed, space, refusals);
    }

    /** Fails if the profile was moved away in the meantime: the response is saved, but must not be used here. */
    private void requireStillHere(Profile response, StoredState saved) {
        Moved moved = saved.profile() == null ? null : saved.profile().session().moved();
        if (moved != null && response.session().moved() == null) {
            throw Failure.of(Kind.MOVED, entry.name(), moved.host(), moved.at());
        }
    }

    /** The failure to save a response. It says where the response is kept, or that it is lost. */
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
            spent = "a token was spent; its response is kept in "
                    + kept.stream().map(Path::toString).collect(Collectors.joining(" and in "))
                    + ", and the next command on this machine restores it";
        } else if (refusals.isEmpty()) {
            spent = "a token was spent and its response is lost: XDG_RUNTIME_DIR does not name a directory that only"
                    + " you can access, and there is no safe directory for temporary files";
        } else {
            spent = "a token was spent and its response is lost: it could not be kept in "
                    + String.join(", or in ", refusals);
        }
        return Failure.because(cause, Kind.STORE_UNWRITABLE, entry.place(), why(cause), spent);
    }

    private static String why(Failure failure) {
        return failure.kind() == Kind.STORE_EXPOSED
                ? "other users can write to its location"
                : failure.fields().getOrDefault("why", "an unexpected failure");
    }
}
