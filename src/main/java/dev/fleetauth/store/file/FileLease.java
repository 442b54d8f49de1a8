package dev.fleetauth.store.file;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.file.Disk;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Session;
import dev.fleetauth.seal.Envelope;
import dev.fleetauth.seal.Jwe;
import dev.fleetauth.seal.SealedProfile;
import dev.fleetauth.seal.StoreKeys;
import dev.fleetauth.seal.key.SealedKeys;
import dev.fleetauth.store.Forgotten;
import dev.fleetauth.store.OpenKeys;
import dev.fleetauth.store.PrivateFiles;
import dev.fleetauth.store.Store;
import dev.fleetauth.store.StorePaths;
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
    private final StorePaths layout;
    private final PrivateFiles files;
    private final OpenKeys keptKeys;
    private final ProfileName name;
    private final Locks.Lock lock;
    private final LockHolder holder;
    private final boolean waited;
    private final Deadline due = Deadline.in(Store.TURN);
    private final Path record;
    private final Path next;
    private final Path copy;
    private final Forgotten forgotten;
    private boolean looked;

    /** Whether the newest state is still in a leftover alone. */
    private boolean isUnadopted;
    /** Whether {@link #copy} holds nothing but the space for a response. */
    private boolean reserved;

    private String reservedFor = "";

    private boolean closed;

    FileLease(
            Environment env,
            StorePaths layout,
            PrivateFiles files,
            OpenKeys keptKeys,
            ProfileName name,
            Locks.Lock lock,
            LockHolder holder,
            boolean waited) {
        this.env = env;
        this.layout = layout;
        this.files = files;
        this.keptKeys = keptKeys;
        this.name = name;
        this.lock = lock;
        this.holder = holder;
        this.waited = waited;
        this.record = StorePaths.record(layout.profiles(), name);
        this.next = StorePaths.next(layout.profiles(), name);
        this.copy = StorePaths.copy(layout.profiles(), name);
        this.forgotten = new Forgotten(files, layout.forgotten(name));
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
        String sealed = files.read(layout.profiles(), record, SealedProfile.MOST_BYTES);
        if (sealedKeys == null && sealed == null) {
            looked = true;
            return Optional.empty();
        }
        StoreKeys keys = keptKeys.keys();
        Profile current = null;
        if (sealed != null) {
            try {
                current = SealedProfile.open(name, sealed, keys);
            } catch (MalformedException e) {
                throw PrivateFiles.damaged(record, e);
            }
        }
        isUnadopted = false;
        for (Path leftover : layout.leftovers(name, keys.store())) {
            current = newest(current, leftover, keys);
        }
        // An adoption that was killed leaves it, and the leftover it was made of; so does a refresh, which reserved
        // space.
        if (!reserved) {
            files.removeQuietly(copy);
        }
        looked = true;
        return Optional.ofNullable(current);
    }

    /** Deals with a leftover, if it is there; what comes back is the newest state, null if there is none at all. */
    private @Nullable Profile newest(@Nullable Profile current, Path leftover, StoreKeys keys) {
        Profile found;
        try {
            byte[] content = files.disk().read(leftover, SealedProfile.MOST_BYTES);
            if (content == null) {
                return current;
            }
            String sealed = Jwe.written(PrivateFiles.text(content));
            if (Jwe.isCutOff(sealed)) {
                files.removeQuietly(leftover);
                return current;
            }
            found = SealedProfile.open(name, sealed, keys);
        } catch (IOException e) {
            throw PrivateFiles.unreadable(leftover, e);
        } catch (MalformedException e) {
            files.setAside(leftover, StorePaths.asideName(name), e.why());
            return current;
        }
        if ((current == null || !found.isOfSameSession(current))
                && (forgotten.contains(found.session().id()) || forgotten.contains(found.newestSession()))) {
            files.removeQuietly(leftover);
            return current;
        }
        if (current != null && !found.isNewerThan(current)) {
            if (!isUnadopted) {
                dropOlder(leftover, found, current);
            }
            return current;
        }
        // In the profiles' folder it is what a killed command was about to put there, be it an import over the mark.
        Profile adopted = current == null || leftover.equals(next) ? found : found.inPlaceOf(current);
        adopt(leftover, adopted, keys);
        return adopted;
    }

    /** Deals with a leftover that does not belong in the place of the current state. */
    private void dropOlder(Path leftover, Profile found, Profile current) {
        if (!found.isOfSameSession(current) && found.generation() > current.generation()) {
            files.setAside(leftover, StorePaths.asideName(name), "it belongs to another session");
        } else if (found.newestSession().equals(current.newestSession())
                || found.newestSession().equals(current.session().id())) {
            // Each of its responses is in the current state.
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
        try {
            files.makeFolder(layout.profiles());
            reserved = false;
            files.disk().delete(copy);
            files.write(copy, SealedProfile.seal(found, keys, env.random()));
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
        Optional<Profile> profile = read();
        StoreKeys keys = keptKeys.keys();
        for (Path leftover : layout.leftovers(name, keys.store())) {
            if (PrivateFiles.exists(leftover)) {
                return Optional.of(leftover + " could not be put in its place");
            }
        }
        String sealed = profile.isPresent() ? files.read(layout.profiles(), record, SealedProfile.MOST_BYTES) : null;
        if (sealed == null) {
            return Optional.empty();
        }
        if (!keys.currentId().equals(Envelope.keyId(sealed))) {
            save(profile.get(), false);
        }
        return profile.get().session().attempt() == null
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
            files.disk().writeNew(copy, new byte[SealedProfile.mostBytesWithResponse(profile, next)]);
            reserved = true;
            reservedFor = next.id();
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
        String sealed = SealedProfile.seal(profile, keys, env.random());
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
        files.forceFolder(layout.profiles());
    }

    /** A new attempt takes space of its own: what is reserved is for its response. */
    private void write(Profile profile, String sealed, boolean afterAnswer) throws IOException {
        boolean isAttempt =
                profile.session().attempt() != null && profile.session().id().equals(reservedFor);
        if (reserved && (afterAnswer || !isAttempt)) {
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
        List<Path> kept = new ArrayList<>();
        List<String> refusals = new ArrayList<>();
        for (Path folder : layout.recovery(keys.store())) {
            try {
                kept.add(rescue(sealed, folder));
            } catch (IOException e) {
                refusals.add(folder + " (" + Disk.reason(e) + ")");
            }
        }
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

    private Path rescue(String sealed, Path folder) throws IOException {
        Path rescued = StorePaths.record(folder, name);
        Path rescuedNext = StorePaths.next(folder, name);
        files.makeOwnFolder(folder);
        files.disk().delete(rescuedNext);
        files.write(rescuedNext, sealed);
        try {
            files.disk().replace(rescuedNext, rescued);
        } catch (IOException e) {
            // It is looked for under this name too.
            rescued = rescuedNext;
        }
        files.forceFolder(folder);
        return rescued;
    }

    private Failure unsaved(String why, Exception cause, String spent) {
        return Failure.because(cause, Kind.STORE_UNWRITABLE, record, why, spent);
    }

    private static String kept(List<Path> where) {
        return "a token was spent; its answer is kept in " + PrivateFiles.listed(where)
                + " and the next command puts it back";
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
        SealedKeys sealedKeys = keptKeys.sealed();
        try {
            rememberForgotten();
            if (sealedKeys != null) {
                for (Path leftover :
                        layout.leftovers(name, sealedKeys.description().store())) {
                    if (PrivateFiles.exists(leftover)) {
                        files.disk().delete(leftover);
                        files.forceFolder(leftover.getParent());
                    }
                }
            }
            files.disk().delete(copy);
            // Last: as long as it is there, nothing that is older can come back in its place.
            files.disk().delete(record);
        } catch (IOException e) {
            throw PrivateFiles.unwritable(record, e);
        }
        files.forceFolder(layout.profiles());
    }

    /** First of all: what waits where it is not seen from here must not come back. */
    private void rememberForgotten() throws IOException {
        try {
            byte[] content = files.disk().read(record, SealedProfile.MOST_BYTES);
            if (content != null) {
                forgotten.add(Jwe.parse(PrivateFiles.text(content)).text("session"));
            }
        } catch (MalformedException e) {
            // What does not say of which session it is has no answer that could be known again.
        }
    }

    @Override
    public boolean mayHaveHad(String session) {
        return forgotten.contains(session);
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
