package dev.fleetauth.store;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.file.FileOwner;
import dev.fleetauth.model.ProfileName;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Which file of a store lies where. */
public final class StorePaths {

    /** Why there is no folder that {@link #runtime} could be in. */
    public static final String NO_RUNTIME_FOLDER = "XDG_RUNTIME_DIR names no folder that ends with your session";

    private static final String RECORD = ".jwe";
    private static final String NEXT = ".next";
    private static final String COPY = ".new";
    private static final String PROBE = ".probe";
    private static final String LOCK = ".lock";

    private final Path home;
    private final String runtimeFolder;
    private final Path temporaryFolder;

    public StorePaths(Environment env, Path home) {
        this.home = home.toAbsolutePath().normalize();
        this.runtimeFolder = env.variable("XDG_RUNTIME_DIR").orElse("");
        this.temporaryFolder = env.temporaryFolder();
    }

    public Path home() {
        return home;
    }

    public Path keys() {
        return home.resolve("keys" + RECORD);
    }

    public Path nextKeys() {
        return home.resolve("keys" + NEXT);
    }

    public Path keysLock() {
        return home.resolve("keys.lock");
    }

    public Path keysHolder() {
        return home.resolve("keys.holder");
    }

    public Path profiles() {
        return home.resolve("profiles");
    }

    public Path locks() {
        return home.resolve("locks");
    }

    public Path lock(ProfileName name) {
        return locks().resolve(name + LOCK);
    }

    /** What whoever hands a profile's tokens out holds, beside the profile's own lock and never within it. */
    public Path handOutLock(ProfileName name) {
        return locks().resolve(name + ".handout");
    }

    public Path holder(ProfileName name) {
        return locks().resolve(name + ".holder");
    }

    /** The sessions of a profile of this name that were removed. */
    public Path forgotten(ProfileName name) {
        return locks().resolve(name + ".forgotten");
    }

    /** What the names begin with of leftovers that were set aside. */
    public static String asideName(ProfileName name) {
        return name + NEXT;
    }

    /** A profile's place in the profiles' or the recovery folder. */
    public static Path record(Path folder, ProfileName name) {
        return folder.resolve(name + RECORD);
    }

    /** A newer state on its way to {@link #record}. */
    public static Path next(Path folder, ProfileName name) {
        return folder.resolve(name + NEXT);
    }

    /** A leftover's state, written anew on its way to {@link #record}, or the space for a response. */
    public static Path copy(Path folder, ProfileName name) {
        return folder.resolve(name + COPY);
    }

    /** A file that tells whether the profiles' folder takes one. */
    public Path probe(String id) {
        return profiles().resolve(id + PROBE);
    }

    /** What is there of such files; none where that cannot be told. */
    public List<Path> probes() {
        List<Path> probes = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(profiles(), "*" + PROBE)) {
            files.forEach(probes::add);
        } catch (IOException | DirectoryIteratorException e) {
            // Nothing depends on them.
        }
        return probes;
    }

    /** The folders where answers of a store go that its home does not take; none if there are none. */
    public List<Path> recovery(String store) {
        List<Path> folders = new ArrayList<>();
        runtime(store).ifPresent(folders::add);
        if (isSafe(temporaryFolder)) {
            folders.add(temporaryFolder.resolve("fleetauth-" + store));
        }
        return folders;
    }

    /**
     * A folder that ends with the user's session; empty if there is none that is the user's alone.
     *
     * @param name its name, such as the id of the store it is for
     */
    public Optional<Path> runtime(String name) {
        try {
            Path runtime = Path.of(runtimeFolder);
            Path ours = runtime.resolve("fleetauth");
            // The XDG base directory specification: a relative path is invalid and to be ignored.
            return runtime.isAbsolute()
                            && PrivateFiles.isOwn(runtime, home)
                            && (!PrivateFiles.exists(ours) || PrivateFiles.isOwn(ours, home))
                    ? Optional.of(ours.resolve(name))
                    : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** Whether a folder for temporary files is there, in which no other user can take away what is kept. */
    private boolean isSafe(Path folder) {
        try {
            return folder.isAbsolute()
                    && Files.isDirectory(folder)
                    && !FileOwner.isOfAnother(folder.toRealPath(), home)
                    && FileOwner.protectsEntries(folder);
        } catch (IOException e) {
            return false;
        }
    }

    /** Where a state of a profile may lie that is newer than the one in its place. */
    public List<Path> leftovers(ProfileName name, String store) {
        List<Path> leftovers = new ArrayList<>();
        leftovers.add(next(profiles(), name));
        for (Path folder : recovery(store)) {
            if (PrivateFiles.isOwn(folder, home)) {
                leftovers.add(record(folder, name));
                leftovers.add(next(folder, name));
            }
        }
        return leftovers;
    }

    /** The profiles that are in their places, sorted. */
    public List<ProfileName> names() throws IOException {
        return names(profiles(), RECORD);
    }

    /** Every profile that there may be anything of: in its place, left behind, or about to be written by someone. */
    public Set<ProfileName> everyName(String store) throws IOException {
        Set<ProfileName> names = new TreeSet<>();
        // Last the profiles: who takes a lock has made its file before, and saves after.
        names.addAll(names(locks(), LOCK));
        for (Path folder : recovery(store)) {
            if (PrivateFiles.isOwn(folder, home)) {
                names.addAll(names(folder, RECORD));
                names.addAll(names(folder, NEXT));
            }
        }
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
