package dev.fleetauth.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Another user, with a user id but no name, as whom root runs the program. Without root, such tests are skipped. */
public final class OtherUser {

    /** The user id and the group id. */
    public static final int ID = 12_345;

    private final String classPath;

    private OtherUser(String classPath) {
        this.classPath = classPath;
    }

    /** Skips the test unless root runs it on Linux: only root can give files to another user. */
    public static void requireRoot() {
        Assumptions.assumeTrue(
                "root".equals(System.getProperty("user.name")) && Files.exists(Path.of("/proc/self")),
                "needs root on Linux");
        Programs.require("setpriv");
    }

    /**
     * Creates the user, with a copy of the class path that the user can read.
     *
     * @param folder a directory for the copy, which every user can read
     */
    public static OtherUser in(Path folder) throws IOException {
        requireRoot();
        Path libraries = Files.createDirectory(folder.resolve("libraries"));
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> copies = new ArrayList<>();
        for (String entry : classPath.split(File.pathSeparator, -1)) {
            if (!entry.isEmpty() && Files.exists(Path.of(entry))) {
                Path copy =
                        libraries.resolve(copies.size() + "-" + Path.of(entry).getFileName());
                copy(Path.of(entry), copy);
                copies.add(copy.toString());
            }
        }
        open(libraries);
        return new OtherUser(String.join(File.pathSeparator, copies));
    }

    /** Copies a file, or a directory with everything in it. */
    public static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(
                        file,
                        file.equals(from)
                                ? to
                                : to.resolve(from.relativize(file).toString()));
            }
        }
    }

    /** A command line that runs fleetauth as this user. */
    public List<String> commandLine(String... args) {
        List<String> words = new ArrayList<>(setpriv());
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(Program.LAUNCHER_OPTIONS);
        words.addAll(List.of("-cp", classPath, "dev.fleetauth.Main"));
        words.addAll(List.of(args));
        return words;
    }

    /** The beginning of a command line that runs another program as this user. */
    public static List<String> setpriv() {
        return List.of("setpriv", "--reuid=" + ID, "--regid=" + ID, "--clear-groups", "--");
    }

    /** Gives a directory and everything in it to this user. */
    public static void give(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                Files.setAttribute(file, "unix:gid", ID, LinkOption.NOFOLLOW_LINKS);
                Files.setAttribute(file, "unix:uid", ID, LinkOption.NOFOLLOW_LINKS);
            }
        }
    }

    /** Lets every user read a directory and everything in it. */
    public static void open(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                Files.setPosixFilePermissions(
                        file, PosixFilePermissions.fromString(Files.isDirectory(file) ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }
    }

    /** The user id of a file's owner. */
    public static int owner(Path file) {
        try {
            return (int) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
