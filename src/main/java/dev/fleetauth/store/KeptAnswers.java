package dev.fleetauth.store;

import dev.fleetauth.model.ProfileName;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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
final class KeptAnswers {

    private static final String SUFFIX = ".jwe";

    /** Longer than it takes to write one. */
    private static final Duration WRITING = Duration.ofMinutes(1);

    private final Clock clock;
    private final Layout layout;
    private final PrivateFiles files;

    KeptAnswers(Clock clock, Layout layout, PrivateFiles files) {
        this.clock = clock;
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
     * Keeps an answer in the home, or in every recovery folder that takes it.
     *
     * @param refusals filled with why a folder did not take it
     * @return where it is kept; empty if it is nowhere
     */
    List<Path> keep(String store, ProfileName name, long version, String sealed, List<String> refusals) {
        Path inHome = layout.home().resolve("recovery").resolve(store);
        List<Path> kept = keep(List.of(inHome), name, version, sealed, refusals);
        return kept.isEmpty() ? keep(layout.recovery(store), name, version, sealed, refusals) : kept;
    }

    private List<Path> keep(List<Path> folders, ProfileName name, long version, String sealed, List<String> refusals) {
        List<Path> kept = new ArrayList<>();
        for (Path folder : folders) {
            try {
                files.makeOwnFolder(folder);
                Path file = folder.resolve(name + "." + version + SUFFIX);
                files.disk().delete(file);
                files.write(file, sealed);
                files.forceFolder(folder);
                kept.add(file);
            } catch (IOException e) {
                refusals.add(folder + " (" + Disk.reason(e) + ")");
            }
        }
        return kept;
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

    private static void find(Path folder, ProfileName name, List<Kept> found) {
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
            byte[] content = files.disk().read(kept.file(), Records.MOST_BYTES);
            String sealed = content == null ? null : PrivateFiles.text(content);
            if (sealed != null && Compact.isCutOff(sealed)) {
                // Nobody waits for another here: it may be about to have the rest of it.
                Instant begun = Files.getLastModifiedTime(kept.file()).toInstant();
                if (begun.plus(WRITING).isBefore(clock.instant())) {
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
        } catch (Unusable e) {
            throw PrivateFiles.damaged(kept.file(), e);
        }
    }

    /** Removes what is in the store, or has lost. */
    void remove(Path kept) {
        files.removeQuietly(kept);
        Path folder = kept.getParent();
        if (folder != null) {
            // Only if it is empty.
            files.removeQuietly(folder);
        }
    }

    /** Removes what has lost against what is in the store, which is told. */
    void destroy(Kept kept, ProfileName name) {
        files.warn("an answer for the profile " + name + " that was kept in " + kept.file()
                + " is destroyed: there is a newer one, or the profile was removed since");
        remove(kept.file());
    }

    /** Takes out of the way what is not understood, and so must not be lost either. */
    void setAside(Kept kept, String why) {
        Path aside = kept.file().resolveSibling(kept.file().getFileName() + ".aside");
        files.warn(
                "setting " + kept.file() + " aside as " + aside.getFileName() + ", since it is not understood: " + why);
        try {
            files.disk().replace(kept.file(), aside);
        } catch (IOException e) {
            throw PrivateFiles.unwritable(kept.file(), e);
        }
    }
}
