package dev.fleetauth.store.file;

import dev.fleetauth.host.file.PrivateFiles;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.store.Backend;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The paths of a store's files. */
public final class FilePaths {

    private static final String PROBE = ".probe";
    private static final String LOCK = ".lock";

    private final Path home;

    public FilePaths(Path home) {
        this.home = home;
    }

    Path home() {
        return home;
    }

    public Path profiles() {
        return home.resolve("profiles");
    }

    Path locks() {
        return home.resolve("locks");
    }

    /** The file of the store's keys. */
    public Path keys() {
        return place(Backend.KEYS).file();
    }

    /** The path to which a move to another file system renames {@link #keys}, so that nothing can be opened here. */
    public Path keysMoved() {
        return home.resolve("keys.moved");
    }

    /** Whether a move to another file system was started but not finished. */
    public boolean isMoveUnfinished() {
        return PrivateFiles.exists(keysMoved());
    }

    /** The path to which a move to another file system renames {@link #profiles}. */
    public Path profilesMoved() {
        return home.resolve("profiles.moved");
    }

    /** The profile of an entry. */
    static ProfileName profile(String entry) {
        return new ProfileName(entry.substring(entry.indexOf('/') + 1));
    }

    /** The files of an entry. */
    FilePlace place(String entry) {
        if (entry.equals(Backend.KEYS) || entry.equals(Backend.CLIENTS)) {
            return new FilePlace(home, home, entry, LOCK);
        }
        // A process that publishes takes a separate lock, but never while it holds the lock of the profile.
        String lock = entry.startsWith(Backend.PUBLISH) ? ".publish" : LOCK;
        return new FilePlace(profiles(), locks(), profile(entry).value(), lock);
    }

    /** A file for testing whether the directory of the profiles is writable. */
    Path probe(String id) {
        return profiles().resolve(id + PROBE);
    }

    /** The existing files of {@link #probe}; empty if they cannot be listed. */
    List<Path> probes() {
        List<Path> probes = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(profiles(), "*" + PROBE)) {
            files.forEach(probes::add);
        } catch (IOException | DirectoryIteratorException e) {
            // Nothing depends on them.
        }
        return probes;
    }

    /** The profiles that are in place, sorted. */
    Set<ProfileName> names() throws IOException {
        return names(profiles(), FilePlace.RECORD);
    }

    /** Every profile that may have a file: saved, left by a killed process, or about to be written. */
    Set<ProfileName> allNames() throws IOException {
        // The profiles are listed last: a process creates the lock's file first, and saves the profile later.
        Set<ProfileName> names = names(locks(), LOCK);
        names.addAll(names(profiles(), FilePlace.NEXT));
        names.addAll(names(profiles(), FilePlace.RECORD));
        return names;
    }

    private static Set<ProfileName> names(Path directory, String suffix) throws IOException {
        Set<ProfileName> names = new TreeSet<>();
        // Checked first, because opening a named pipe would block until it has a writer.
        if (PrivateFiles.exists(directory) && !Files.isDirectory(directory)) {
            throw new NotDirectoryException(directory.toString());
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path path : files) {
                String file = String.valueOf(path.getFileName());
                String name = file.endsWith(suffix) ? file.substring(0, file.length() - suffix.length()) : "";
                if (ProfileName.isName(name)) {
                    names.add(new ProfileName(name));
                }
            }
        } catch (NoSuchFileException e) {
            // Nothing was stored yet.
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return names;
    }
}
