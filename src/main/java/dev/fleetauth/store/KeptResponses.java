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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Responses that a store has not saved, sealed in recovery directories of this machine as {@code NAME.RANDOM.jwe}. The
 * next command that opens the profile restores them.
 */
final class KeptResponses {

    private static final String SUFFIX = ".jwe";

    /** The suffix of files that only reserve space. */
    private static final String RESERVED = ".new";

    private static final int ID_CHARACTERS = 22;

    /** Longer than it takes to receive and write a response. */
    private static final Duration WRITING_TIME = Duration.ofMinutes(1);

    private final Clock clock;
    private final SecureRandom random;
    private final StoreFiles files;
    private final boolean isShared;

    /**
     * @param isShared whether the store is a database: then several processes may keep responses at the same time, and
     * the home is the preferred place for them
     */
    KeptResponses(Clock clock, SecureRandom random, StoreFiles files, boolean isShared) {
        this.clock = clock;
        this.random = random;
        this.files = files;
        this.isShared = isShared;
    }

    private List<Path> directories(String store) {
        List<Path> directories = new ArrayList<>();
        if (isShared) {
            directories.add(files.home().resolve("recovery").resolve(store));
        }
        files.runtime(store).ifPresent(directories::add);
        files.temporary(store).ifPresent(directories::add);
        return directories;
    }

    /**
     * Reserves space for a response, in the first directory that has it.
     *
     * @return a file of that size
     * @throws Failure of kind {@code STORE_UNWRITABLE} if no directory has it
     */
    Path reserve(String store, ProfileName name, int bytes) {
        List<String> refusals = new ArrayList<>();
        for (Path directory : directories(store)) {
            try {
                files.makeOwnDirectory(directory);
                Path file = directory.resolve(newName(name, RESERVED));
                files.disk().writeNew(file, new byte[bytes]);
                removeAbandoned(directory, name, Files.getLastModifiedTime(file).toInstant());
                return file;
            } catch (IOException e) {
                refusals.add(refusal(directory, e));
            }
        }
        throw StoreFiles.nothingSent(
                files.home(), new IOException("no space for a response in " + String.join(", nor in ", refusals)));
    }

    /** Removes space that killed processes reserved. {@code now} is from the file system's clock, as file times are. */
    private void removeAbandoned(Path directory, ProfileName name, Instant now) throws IOException {
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(directory, name + ".*" + RESERVED)) {
            for (Path path : paths) {
                if (isAbandoned(path, now)) {
                    remove(path);
                }
            }
        } catch (DirectoryIteratorException | NoSuchFileException e) {
            // Another process has removed the file.
        }
    }

    private String newName(ProfileName name, String suffix) {
        return name + "." + StoreKeys.randomId(random) + suffix;
    }

    private static String refusal(Path directory, IOException e) {
        return directory + " (" + FileReason.of(e) + ")";
    }

    /**
     * Keeps a response in its reserved space and, unless it is kept in the home, in every other recovery directory that
     * accepts it, since the next process may find only one of them.
     *
     * @param reserved the space; null for none
     * @param refusals receives the reasons why directories did not accept it
     * @return where it is kept; empty if nowhere
     */
    List<Path> keep(String store, ProfileName name, String sealed, @Nullable Path reserved, List<String> refusals) {
        List<Path> kept = new ArrayList<>();
        List<Path> directories = directories(store);
        if (reserved != null) {
            keep(reserved.resolveSibling(newName(name, SUFFIX)), reserved, sealed, refusals, kept);
        }
        for (Path directory : directories) {
            Path place = directory.resolve(newName(name, SUFFIX));
            if (!isIn(directory, kept) && !(isShared && isIn(directories.get(0), kept))) {
                keep(place, null, sealed, refusals, kept);
            }
        }
        return kept;
    }

    private static boolean isIn(Path directory, List<Path> kept) {
        return kept.stream().anyMatch(file -> directory.equals(file.getParent()));
    }

    private void keep(Path place, @Nullable Path reserved, String sealed, List<String> refusals, List<Path> kept) {
        Path directory = Objects.requireNonNull(place.getParent());
        try {
            if (reserved == null) {
                files.makeOwnDirectory(directory);
                files.write(place, sealed);
            } else {
                files.writeReserved(reserved, place, sealed);
            }
            files.forceDirectory(directory);
            kept.add(place);
        } catch (IOException e) {
            refusals.add(refusal(directory, e));
        }
    }

    /** The responses of a profile. */
    List<Path> of(String store, ProfileName name) {
        return all(store).stream()
                .filter(file -> profile(file).equals(Optional.of(name)))
                .toList();
    }

    /** The profiles with responses. */
    Set<ProfileName> names(String store) {
        return all(store).stream()
                .flatMap(file -> profile(file).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private List<Path> all(String store) {
        List<Path> found = new ArrayList<>();
        for (Path directory : directories(store)) {
            if (files.isOwn(directory)) {
                try (DirectoryStream<Path> paths = Files.newDirectoryStream(directory)) {
                    paths.forEach(found::add);
                } catch (IOException | DirectoryIteratorException e) {
                    // The responses in the other directories can still be restored.
                }
            }
        }
        Collections.sort(found);
        return found;
    }

    /** The profile whose response a file contains; empty if it contains none. */
    private static Optional<ProfileName> profile(Path file) {
        String text = String.valueOf(file.getFileName());
        int end = text.length() - SUFFIX.length() - ID_CHARACTERS - 1;
        return text.matches(".+\\.[^.]{" + ID_CHARACTERS + "}\\.jwe") && ProfileName.isName(text.substring(0, end))
                ? Optional.of(new ProfileName(text.substring(0, end)))
                : Optional.empty();
    }

    /** The sealed text of a response; null if the file is gone or only partly written. */
    @Nullable
    String read(Path file) throws MalformedException {
        try {
            String content = files.readUnchecked(file, SealedProfile.MAX_BYTES);
            String sealed = content == null ? null : Jwe.written(content);
            if (sealed != null && Jwe.isTruncated(sealed)) {
                // In a shared store, the process that created it may still be writing.
                if (!isShared || isAbandoned(file, clock.instant())) {
                    remove(file);
                }
                return null;
            }
            return sealed;
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw StoreFiles.unreadable(file, e);
        }
    }

    /** Removes a response. Its directory stays, since another process may be about to keep a response there. */
    void remove(Path file) {
        files.removeQuietly(file);
    }

    private static boolean isAbandoned(Path file, Instant now) throws IOException {
        Instant modified = Files.getLastModifiedTime(file).toInstant();
        return modified.plus(WRITING_TIME).isBefore(now);
    }
}
