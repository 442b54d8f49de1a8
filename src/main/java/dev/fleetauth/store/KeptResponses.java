package dev.fleetauth.store;

import dev.fleetauth.host.file.FileReason;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.seal.Jwe;
import dev.fleetauth.seal.SealedProfile;
import dev.fleetauth.seal.StoreKeys;
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
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Responses that a store did not take, sealed, in recovery directories of this machine: {@code NAME.RANDOM.jwe}. The next
 * command that opens the profile puts them back.
 */
final class KeptResponses {

    private static final String SUFFIX = ".jwe";

    /** The end of the names of files that only reserve space. */
    private static final String RESERVED = ".new";

    private static final int ID_CHARACTERS = 22;

    /** Longer than it takes to get and write a response. */
    private static final Duration WRITING_TIME = Duration.ofMinutes(1);

    private final Clock clock;
    private final SecureRandom random;
    private final StorePaths paths;
    private final PrivateFiles files;
    private final boolean isShared;

    /**
     * @param isShared whether the store is a database: then several processes keep responses at once, and the home is the
     *     first place for them
     */
    KeptResponses(Clock clock, SecureRandom random, StorePaths paths, PrivateFiles files, boolean isShared) {
        this.clock = clock;
        this.random = random;
        this.paths = paths;
        this.files = files;
        this.isShared = isShared;
    }

    private List<Path> folders(String store) {
        List<Path> folders = new ArrayList<>();
        if (isShared) {
            folders.add(paths.home().resolve("recovery").resolve(store));
        }
        folders.addAll(paths.recovery(store));
        return folders;
    }

    /**
     * Reserves space for a response, in the first directory that has it.
     *
     * @return a file of that size
     * @throws Failure of kind {@code STORE_UNWRITABLE} if there is no such directory
     */
    Path reserve(String store, ProfileName name, int bytes) {
        List<String> refusals = new ArrayList<>();
        for (Path folder : folders(store)) {
            try {
                files.makeOwnFolder(folder);
                Path file = folder.resolve(newName(name, RESERVED));
                files.disk().writeNew(file, new byte[bytes]);
                removeAbandoned(folder, name, Files.getLastModifiedTime(file).toInstant());
                return file;
            } catch (IOException e) {
                refusals.add(refusal(folder, e));
            }
        }
        throw PrivateFiles.nothingSent(
                paths.home(),
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
            // Another process removes them.
        }
    }

    private String newName(ProfileName name, String suffix) {
        return name + "." + StoreKeys.randomId(random) + suffix;
    }

    private static String refusal(@Nullable Path folder, IOException e) {
        return folder + " (" + FileReason.of(e) + ")";
    }

    /**
     * Keeps a response, in the space that was reserved for it: in the home, or else in every recovery directory that takes
     * it, since the next process may see only one of them.
     *
     * @param reserved the space; null for none
     * @param refusals filled with why a directory did not take it
     * @return where it is kept; empty if it is nowhere
     */
    List<Path> keep(String store, ProfileName name, String sealed, @Nullable Path reserved, List<String> refusals) {
        List<Path> kept = new ArrayList<>();
        List<Path> folders = folders(store);
        if (reserved != null) {
            Path place = reserved.resolveSibling(newName(name, SUFFIX));
            keep(place, refusals, () -> files.writeReserved(reserved, place, sealed), kept);
        }
        for (Path folder : folders) {
            Path place = folder.resolve(newName(name, SUFFIX));
            if (!isIn(folder, kept) && !(isShared && isIn(folders.get(0), kept))) {
                keep(place, refusals, () -> writeIn(folder, place, sealed), kept);
            }
        }
        return kept;
    }

    private static boolean isIn(Path folder, List<Path> kept) {
        return kept.stream().anyMatch(file -> folder.equals(file.getParent()));
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
            refusals.add(refusal(place.getParent(), e));
        }
    }

    private void writeIn(Path folder, Path place, String sealed) throws IOException {
        files.makeOwnFolder(folder);
        files.write(place, sealed);
    }

    /** The responses of a profile. */
    List<Path> of(String store, ProfileName name) {
        List<Path> found = new ArrayList<>();
        for (Path file : all(store)) {
            if (name.value().equals(profile(file))) {
                found.add(file);
            }
        }
        return found;
    }

    /** The profiles of which there are responses. */
    Set<ProfileName> names(String store) {
        Set<ProfileName> names = new TreeSet<>();
        for (Path file : all(store)) {
            String name = profile(file);
            if (name != null) {
                names.add(new ProfileName(name));
            }
        }
        return names;
    }

    private List<Path> all(String store) {
        List<Path> found = new ArrayList<>();
        for (Path folder : folders(store)) {
            if (PrivateFiles.isOwn(folder, paths.home())) {
                try (DirectoryStream<Path> paths = Files.newDirectoryStream(folder)) {
                    paths.forEach(found::add);
                } catch (IOException | DirectoryIteratorException e) {
                    // What cannot be seen cannot be put back.
                }
            }
        }
        Collections.sort(found);
        return found;
    }

    /** The name of the profile whose response a file holds; null if it holds none. */
    private static @Nullable String profile(Path file) {
        String text = String.valueOf(file.getFileName());
        int end = text.length() - SUFFIX.length() - ID_CHARACTERS - 1;
        return text.endsWith(SUFFIX)
                        && end > 0
                        && text.charAt(end) == '.'
                        && text.indexOf('.', end + 1) == text.length() - SUFFIX.length()
                        && ProfileName.isName(text.substring(0, end))
                ? text.substring(0, end)
                : null;
    }

    /** The sealed text of a response; null if it is gone, or no more than the beginning of it is written. */
    @Nullable
    String read(Path file) throws MalformedException {
        try {
            byte[] content = files.disk().read(file, SealedProfile.MAX_BYTES);
            String sealed = content == null ? null : Jwe.written(PrivateFiles.text(content));
            if (sealed != null && Jwe.isCutOff(sealed)) {
                // The process that began it may still be writing.
                if (!isShared || isAbandoned(file, clock.instant())) {
                    remove(file);
                }
                return null;
            }
            return sealed;
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw PrivateFiles.unreadable(file, e);
        }
    }

    /** Removes a response. Its directory stays: another process may be about to keep one there. */
    void remove(Path file) {
        files.removeQuietly(file);
    }

    private static boolean isAbandoned(Path file, Instant now) throws IOException {
        Instant begun = Files.getLastModifiedTime(file).toInstant();
        return begun.plus(WRITING_TIME).isBefore(now);
    }
}
