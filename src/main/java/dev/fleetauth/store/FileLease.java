package dev.fleetauth.store;

import dev.fleetauth.host.Deadline;
import dev.fleetauth.host.Environment;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Session;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A profile under its lock: who holds it puts right what others left behind, and never lets an answer go while there is a
 * place for it.
 */
final class FileLease implements Store.Lease {

    private final Environment env;
    private final Layout layout;
    private final PrivateFiles files;
    private final KeptKeys keptKeys;
    private final ProfileName name;
    private final Locks.Lock lock;
    private final Holder holder;
    private final boolean waited;
    private final Deadline due = Deadline.in(Store.TURN);
    private final Path record;
    private final Path next;
    private final Path copy;
    private final KeptResponses responses;
    private State state = State.NONE;
    private boolean looked;

    /** Whether the newest state is still in a leftover alone. */
    private boolean isUnadopted;
    /** Whether {@link #copy} holds nothing but the space for a response. */
    private boolean reserved;

    private boolean closed;

    FileLease(
            Environment env,
            Layout layout,
            PrivateFiles files,
            KeptKeys keptKeys,
            KeptResponses responses,
            ProfileName name,
            Locks.Lock lock,
            Holder holder,
            boolean waited) {
        this.env = env;
        this.layout = layout;
        this.files = files;
        this.keptKeys = keptKeys;
        this.responses = responses;
        this.name = name;
        this.lock = lock;
        this.holder = holder;
        this.waited = waited;
        this.record = Layout.record(layout.profiles(), name);
        this.next = Layout.next(layout.profiles(), name);
        this.copy = Layout.copy(layout.profiles(), name);
    }

    @Override
    public Deadline turn() {
        return due;
    }

    @Override
    public boolean waited() {
        return waited;
    }

    @Override
    public boolean ranOut() {
        // Whatever was kept is where this lease looks.
        return false;
    }

    @Override
    public Optional<Profile> read() {
        SealedKeys sealedKeys = keptKeys.sealed();
        String sealed = files.read(layout.profiles(), record, Records.MOST_BYTES);
        if (sealedKeys == null && sealed == null) {
            looked = true;
            return Optional.empty();
        }
        StoreKeys keys = keptKeys.keys();
        try {
            state = sealed == null ? State.NONE : Records.openState(name, sealed, keys);
        } catch (Unusable e) {
            throw PrivateFiles.damaged(record, e);
        }
        isUnadopted = false;
        for (Path leftover : leftovers(keys)) {
            restore(leftover, keys);
        }
        // An adoption that was killed leaves it, and the leftover it was made of; so does a refresh, which reserved
        // space.
        files.removeQuietly(copy);
        reserved = false;
        looked = true;
        return Optional.ofNullable(state.profile());
    }

    /** Deals with a leftover, if it is there. */
    private void restore(Path leftover, StoreKeys keys) {
        Profile found;
        try {
            String sealed = responses.read(leftover);
            if (sealed == null) {
                return;
            }
            found = Records.open(name, sealed, keys);
        } catch (Unusable e) {
            files.setAside(leftover, Layout.asideName(name), e.why());
            return;
        }
        if (state.isReplacedBy(found)) {
            // In the profiles' folder it is what a killed command was about to put there, be it an import over the mark.
            Profile older = state.profile();
            adopt(leftover, older == null || leftover.equals(next) ? found : found.inPlaceOf(older), keys);
        } else if (!isUnadopted) {
            drop(leftover, found);
        }
    }

    /** Deals with a leftover that does not belong in the place of the current state. */
    private void drop(Path leftover, Profile found) {
        Profile current = state.profile();
        if (current != null && !found.isOfSameSession(current) && found.generation() > current.generation()) {
            files.setAside(leftover, Layout.asideName(name), "it belongs to another session");
        } else if (state.includes(found)) {
            files.removeQuietly(leftover);
        } else {
            files.destroy(leftover, name);
        }
    }

    /**
     * Puts a leftover in the profile's place. It may never have reached the disk, so it is written anew, and it stays until
     * that is done.
     */
    private void adopt(Path leftover, Profile found, StoreKeys keys) {
        state = State.of(found);
        try {
            files.makeFolder(layout.profiles());
            files.disk().delete(copy);
            files.write(copy, Records.seal(found, keys, env.random()));
            files.disk().replace(copy, record);
        } catch (IOException e) {
            stillIn(leftover, Disk.reason(e));
            return;
        } catch (Failure e) {
            stillIn(leftover, why(e));
            return;
        }
        isUnadopted = false;
        files.forceFolder(layout.profiles());
        // Its folder stays, where another process may be about to keep a response.
        files.removeQuietly(leftover);
    }

    private void stillIn(Path leftover, String why) {
        isUnadopted = true;
        files.removeQuietly(copy);
        files.warn("the newest state of the profile " + name + " is still in " + leftover + ": " + why);
    }

    /**
     * Seals the profile with the store's current key, if it was sealed with another, and adopts first what was left behind.
     *
     * @return why there may still be a state of it somewhere that is sealed with another key; empty if there is none
     */
    Optional<String> sealAnew() {
        read();
        StoreKeys keys = keptKeys.keys();
        List<Path> leftovers = leftovers(keys);
        if (!leftovers.isEmpty()) {
            return Optional.of(leftovers.get(0) + " could not be put in its place");
        }
        String sealed = files.read(layout.profiles(), record, Records.MOST_BYTES);
        if (sealed != null && !keys.current().getKeyID().equals(Envelope.keyId(sealed))) {
            if (state.profile() != null) {
                save(state.profile(), false);
            } else {
                try {
                    bury(state);
                } catch (IOException e) {
                    throw PrivateFiles.unwritable(record, e);
                }
            }
        }
        return state.profile() == null || state.profile().session().attempt() == null
                ? Optional.empty()
                : Optional.of("a refresh had no answer yet, which may be kept where this command does not see it");
    }

    @Override
    public void reserve(Profile profile, Session next) {
        try {
            files.makeFolder(layout.profiles());
            if (!looked) {
                read();
            }
            files.disk().delete(copy);
            // Zeros are written, since a file that is only long has no space of its own.
            files.disk().writeNew(copy, new byte[Records.mostBytesWithResponse(profile, next)]);
            reserved = true;
        } catch (IOException e) {
            throw PrivateFiles.nothingSent(record, e);
        }
    }

    @Override
    public void save(Profile profile, boolean afterAnswer) {
        // Not the records themselves, for which the JVM would first have to make a way to compare them.
        if (!profile.name().value().equals(name.value())) {
            throw new IllegalArgumentException("another profile than the one that is locked");
        }
        StoreKeys keys = keptKeys.keys();
        String sealed = Records.seal(profile, keys, env.random());
        try {
            files.makeFolder(layout.profiles());
            if (!looked) {
                read();
            }
            write(profile, sealed, afterAnswer);
        } catch (IOException e) {
            throw afterAnswer ? rescued(sealed, keys, Disk.reason(e), e) : PrivateFiles.unwritable(record, e);
        } catch (Failure e) {
            throw afterAnswer ? rescued(sealed, keys, why(e), e) : e;
        }
        try {
            files.disk().replace(next, record);
        } catch (IOException e) {
            if (afterAnswer) {
                throw unsaved(Disk.reason(e), e, kept(List.of(next)));
            }
            files.removeQuietly(next);
            throw PrivateFiles.unwritable(record, e);
        }
        state = State.of(profile);
        files.forceFolder(layout.profiles());
    }

    /** A new attempt takes space of its own: what is reserved is for its response. */
    private void write(Profile profile, String sealed, boolean afterAnswer) throws IOException {
        if (reserved && (afterAnswer || profile.session().attempt() == null)) {
            reserved = false;
            files.writeReserved(copy, next, sealed);
        } else {
            files.write(next, sealed);
        }
    }

    /**
     * Puts an answer that the home did not take into every recovery folder, since the next process may see only one of them,
     * and says what became of it.
     */
    private Failure rescued(String sealed, StoreKeys keys, String why, Exception cause) {
        List<String> refusals = new ArrayList<>();
        List<Path> kept = responses.keep(keys.store(), name, sealed, null, refusals);
        if (!kept.isEmpty()) {
            return unsaved(why, cause, kept(kept));
        }
        return unsaved(
                why,
                cause,
                refusals.isEmpty()
                        ? lost("XDG_RUNTIME_DIR names no folder of yours alone, and there is none for temporary files")
                        : lost("nor could it be kept in " + String.join(", nor in ", refusals)));
    }

    private Failure unsaved(String why, Exception cause, String spent) {
        return Failure.because(cause, Kind.STORE_UNWRITABLE, record, why, spent);
    }

    private static String kept(List<Path> where) {
        return "a token was spent; its answer is kept in " + PrivateFiles.listed(where)
                + " and the next command on this machine puts it back";
    }

    private static String lost(String why) {
        return "a token was spent and its answer is lost: " + why;
    }

    private static String why(Failure failure) {
        String why = failure.fields().get("why");
        return why == null ? "others can write in its place" : why;
    }

    @Override
    public void remove() {
        try {
            if (keptKeys.sealed() == null) {
                // There is nothing to seal a tombstone with, nor a response that could come back.
                files.disk().delete(record);
                return;
            }
            StoreKeys keys = keptKeys.keys();
            String sealed = files.read(layout.profiles(), record, Records.MOST_BYTES);
            // Also of a profile that does not open.
            long generation = sealed == null ? 0 : Envelope.generation(sealed);
            bury(new State(StoreKeys.randomId(env.random()), generation + 1, null));
            // They could not come back any more, and hold tokens.
            for (Path leftover : leftovers(keys)) {
                files.disk().delete(leftover);
                files.forceFolder(leftover.getParent());
            }
        } catch (IOException e) {
            throw PrivateFiles.unwritable(record, e);
        }
    }

    /** Puts a tombstone in the profile's place. */
    private void bury(State tombstone) throws IOException {
        files.makeFolder(layout.profiles());
        files.disk().delete(copy);
        files.write(copy, Records.seal(name, tombstone, keptKeys.keys(), env.random()));
        files.disk().replace(copy, record);
        state = tombstone;
        files.forceFolder(layout.profiles());
    }

    private List<Path> leftovers(StoreKeys keys) {
        List<Path> leftovers = new ArrayList<>();
        if (PrivateFiles.exists(next)) {
            leftovers.add(next);
        }
        leftovers.addAll(responses.of(keys.store(), name));
        return leftovers;
    }

    @Override
    public Profile start(Session first) {
        Session blank = first.withoutTokens();
        return state.session().isEmpty()
                ? new Profile(name, 0, blank, null)
                : new Profile(name, state.generation(), blank.withId(state.session()), null);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (reserved) {
            files.removeQuietly(copy);
        }
        holder.remove();
        try {
            lock.close();
        } catch (IOException e) {
            // The end of the process releases it.
        }
    }
}
