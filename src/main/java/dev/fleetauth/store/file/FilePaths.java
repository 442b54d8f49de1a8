package dev.fleetauth.store.file;

import dev.fleetauth.model.ProfileName;
import dev.fleetauth.store.Backend;
import dev.fleetauth.store.PrivateFiles;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Which file of a store is where. */
final class FilePaths {

    private static final String RECORD = ".jwe";
    private static final String NEXT = ".next";
    private static final String PROBE = ".probe";
    private static final String LOCK = ".lock";

    private final Path home;

    FilePaths(Path home) {
        this.home = home;
    }

    Path home() {
        return home;
    }

    Path profiles() {
        return home.resolve("profiles");
    }

    Path locks() {
        return home.resolve("locks");
    }

    /** The file of the store's keys. */
    Path keys() {
        return home.resolve("keys.jwe");
    }

    /** What a move of the home to another file system makes of {@link #keys}, so that they open nothing here any more. */
    Path keysMoved() {
        return home.resolve("keys.moved");
    }

    /** Whether such a move was killed, and not finished since. */
    boolean isMoveUnfinished() {
        return PrivateFiles.exists(keysMoved());
    }

    /** What such a move makes of {@link #profiles}. */
    Path profilesMoved() {
        return home.resolve("profiles.moved");
    }

    /** The file of a profile's entry. */
    Path record(String entry) {
        return profiles().resolve(profile(entry) + RECORD);
    }

    /** Where a response to a profile is on its way to {@link #record}. */
    Path next(String entry) {
        return profiles().resolve(profile(entry) + NEXT);
    }

    /** The profile of an entry. */
    static ProfileName profile(String entry) {
        return new ProfileName(entry.substring(entry.indexOf('/') + 1));
    }

    /** The files of an entry. */
    FilePlace place(String entry) {
        if (entry.equals(Backend.KEYS)) {
            Path next = home.resolve("keys.next");
            return new FilePlace(
                    home, keys(), next, next, next, home.resolve("keys.lock"), home.resolve("keys.holder"));
        }
        String name = profile(entry).value();
        // A process that publishes has a lock beside the profile's own, and never within it.
        String lock = entry.startsWith(Backend.PUBLISH) ? ".publish" : LOCK;
        return new FilePlace(
                profiles(),
                record(entry),
                next(entry),
                profiles().resolve(name + ".new"),
                profiles().resolve(name + ".space"),
                locks().resolve(name + lock),
                locks().resolve(name + ".holder"));
    }

    /** A file that tells whether the profiles' folder takes one. */
    Path probe(String id) {
        return profiles().resolve(id + PROBE);
    }

    /** What is there of such files; none where that cannot be told. */
    List<Path> probes() {
        List<Path> probes = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(profiles(), "*" + PROBE)) {
            files.forEach(probes::add);
        } catch (IOException | DirectoryIteratorException e) {
            // Nothing depends on them.
        }
        return probes;
    }

    /** The profiles that are in their places, sorted. */
    List<ProfileName> names() throws IOException {
        return names(profiles(), RECORD);
    }

    /** Every profile that there may be anything of: in its place, left behind, or about to be written by someone. */
    Set<ProfileName> everyName() throws IOException {
        Set<ProfileName> names = new TreeSet<>();
        // Last the profiles: who takes a lock has made its file before, and saves after.
        names.addAll(names(locks(), LOCK));
        names.addAll(names(profiles(), NEXT));
        names.addAll(names(profiles(), RECORD));
        return names;
    }

    private static List<ProfileName> names(Path folder, String suffix) throws IOException {
        List<ProfileName> names = new ArrayList<>();
        if (!PrivateFiles.exists(folder)) {
            return names;
        }
        // Looked at first, because opening a named pipe would wait for its writer.
        if (!Files.isDirectory(folder)) {
            throw new NotDirectoryException(folder.toString());
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path path : files) {
                String file = String.valueOf(path.getFileName());
                String name = file.endsWith(suffix) ? file.substring(0, file.length() - suffix.length()) : "";
                if (ProfileName.isName(name)) {
                    names.add(new ProfileName(name));
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        Collections.sort(names);
        return names;
    }
}
