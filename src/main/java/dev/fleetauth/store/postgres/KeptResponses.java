package dev.fleetauth.store.postgres;

import dev.fleetauth.host.file.Disk;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.seal.Jwe;
import dev.fleetauth.seal.SealedProfile;
import dev.fleetauth.seal.StoreKeys;
import dev.fleetauth.store.PrivateFiles;
import dev.fleetauth.store.StorePaths;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers that the shared store did not take, sealed, in a folder of this machine: {@code NAME.VERSION.jwe}, with the version
 * of the row that they were to follow. The home is tried first, and then the recovery folders of a file store.
 */
final class KeptResponses {

    private static final String SUFFIX = ".jwe";

    /** What the names end with of files that are nothing but space. */
    private static final String RESERVED = ".new";

    /** Longer than it takes to get and write one. */
    private static final Duration WRITING_TIME = Duration.ofMinutes(1);

    private final Clock clock;
    private final StorePaths layout;
    private final PrivateFiles files;
    private final SecureRandom random;

    KeptResponses(Clock clock, SecureRandom random, StorePaths layout, PrivateFiles files) {
        this.clock = clock;
        this.random = random;
        this.layout = layout;
        this.files = files;
    }

    /** An answer that is kept. */
    record Kept(Path file, long version) {}

    private List<Path> folders(String store) {
        List<Path> folders = new ArrayList<>();
        folders.add(layout.home().resolve("recovery").resolve(store));
        folders.addAll(layout.recovery(store));
        return folders;
    }

    /**
     * Reserves space for an answer, in the first folder that has it.
     *
     * @return a file of that size
     * @throws Failure of kind {@code STORE_UNWRITABLE} if there is no such folder
     */
    Path reserve(String store, ProfileName name, int bytes) {
        List<String> refusals = new ArrayList<>();
        for (Path folder : folders(store)) {
            try {
                files.makeOwnFolder(folder);
                // Others may be about to refresh it too.
                Path file = folder.resolve(name + "." + StoreKeys.randomId(random) + RESERVED);
                files.disk().writeNew(file, new byte[bytes]);
                removeAbandoned(folder, name, Files.getLastModifiedTime(file).toInstant());
                return file;
            } catch (IOException e) {
                refusals.add(folder + " (" + Disk.reason(e) + ")");
            }
        }
        throw PrivateFiles.nothingSent(
                layout.home(),
                new IOException("there is no space for an answer in " + String.join(", nor in ", refusals)));
    }

    /** Removes the space that killed processes left reserved, by the clock of the file system, which wrote all these times. */
    private void removeAbandoned(Path folder, ProfileName name, Instant now) throws IOException {
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(folder, name + ".*" + RESERVED)) {
            for (Path path : paths) {
                if (isAbandoned(path, now)) {
                    remove(path);
                }
            }
        } catch (DirectoryIteratorException | NoSuchFileException e) {
            // Another process is at it.
        }
    }

    /**
     * Keeps an answer, in the space that was reserved for it, and in the home or else in every recovery folder that takes it.
     *
     * @param reserved what was reserved; null for nothing
     * @param refusals filled with why a folder did not take it
     * @return where it is kept; empty if it is nowhere
     */
    List<Path> keep(
            String store,
            ProfileName name,
            long version,
            String sealed,
            @Nullable Path reserved,
            List<String> refusals) {
        String file = name + "." + version + SUFFIX;
        List<Path> kept = new ArrayList<>();
        if (reserved != null) {
            Path place = reserved.resolveSibling(file);
            keep(place, refusals, () -> files.writeReserved(reserved, place, sealed), kept);
        }
        List<Path> folders = folders(store);
        Path inHome = folders.get(0).resolve(file);
        for (Path folder : folders) {
            Path place = folder.resolve(file);
            if (!kept.contains(inHome) && !kept.contains(place)) {
                keep(place, refusals, () -> writeIn(folder, place, sealed), kept);
            }
        }
        return kept;
    }

    private interface Writing {
        void write() throws IOException;
    }

    private void keep(Path place, List<String> refusals, Writing writing, List<Path> kept) {
        try {
            writing.write();
            files.forceFolder(place.getParent());
            kept.add(place);
        } catch (IOException e) {
            refusals.add(place.getParent() + " (" + Disk.reason(e) + ")");
        }
    }

    private void writeIn(Path folder, Path place, String sealed) throws IOException {
        files.makeOwnFolder(folder);
        files.disk().delete(place);
        files.write(place, sealed);
    }

    /** What is kept of a profile, the oldest first. */
    List<Kept> of(String store, ProfileName name) {
        List<Kept> found = new ArrayList<>();
        for (Path folder : folders(store)) {
            if (PrivateFiles.isOwn(folder, layout.home())) {
                find(folder, name, found);
            }
        }
        Collections.sort(found, Comparator.comparingLong(Kept::version));
        return found;
    }

    private void find(Path folder, ProfileName name, List<Kept> found) {
        String start = name + ".";
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(folder)) {
            for (Path path : paths) {
                String file = String.valueOf(path.getFileName());
                if (file.startsWith(start)
                        && file.endsWith(SUFFIX)
                        && file.length() > start.length() + SUFFIX.length()) {
                    String version = file.substring(start.length(), file.length() - SUFFIX.length());
                    if (version.matches("[0-9]{1,18}")) {
                        found.add(new Kept(path, Long.parseLong(version)));
                    }
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // Who cannot look has nothing to put back.
        }
    }

    /** What is sealed in it; null if it is gone, or no more than the beginning of it is written. */
    @Nullable
    String read(Kept kept) {
        try {
            byte[] content = files.disk().read(kept.file(), SealedProfile.MOST_BYTES);
            String sealed = content == null ? null : Jwe.written(PrivateFiles.text(content));
            if (sealed != null && Jwe.isCutOff(sealed)) {
                if (isAbandoned(kept.file(), clock.instant())) {
                    remove(kept.file());
                }
                return null;
            }
            return sealed;
        } catch (NoSuchFileException e) {
            // Its writer is done with it.
            return null;
        } catch (IOException e) {
            throw PrivateFiles.unreadable(kept.file(), e);
        } catch (MalformedException e) {
            throw PrivateFiles.damaged(kept.file(), e);
        }
    }

    /** Removes what is in the store, or has lost. Its folder stays: another process may be about to keep an answer there. */
    void remove(Path kept) {
        files.removeQuietly(kept);
    }

    /** Whether the process that began a file is done with it. Nobody waits for another here. */
    private static boolean isAbandoned(Path file, Instant now) throws IOException {
        Instant begun = Files.getLastModifiedTime(file).toInstant();
        return begun.plus(WRITING_TIME).isBefore(now);
    }

    /** Removes what has lost against what is in the store, which is told. */
    void destroy(Kept kept, ProfileName name) {
        files.destroy(kept.file(), name);
    }

    /** Takes out of the way what is not understood, and so must not be lost either. */
    void setAside(Kept kept, String why) {
        files.setAside(kept.file(), kept.file().getFileName() + ".aside", why);
    }
}
