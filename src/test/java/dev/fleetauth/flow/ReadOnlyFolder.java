package dev.fleetauth.flow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Assumptions;

/** A folder in which nothing can be written for a while; for root, whom no mode stops, by an attribute. */
public final class ReadOnlyFolder {

    private final Path folder;

    private ReadOnlyFolder(Path folder) {
        this.folder = folder;
    }

    /** Does something while nothing can be written in a folder; skips the test where nothing stops this user. */
    public static void during(Path folder, Runnable work) throws IOException {
        var readOnly = new ReadOnlyFolder(folder);
        readOnly.mode("r-x------");
        boolean attribute = Files.isWritable(folder) && readOnly.attribute("+i");
        try {
            Assumptions.assumeTrue(attribute || !Files.isWritable(folder), "nothing stops this user from writing");
            work.run();
        } finally {
            if (attribute) {
                readOnly.attribute("-i");
            }
            readOnly.mode("rwx------");
        }
    }

    private void mode(String mode) throws IOException {
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(mode));
        }
    }

    private boolean attribute(String change) {
        try {
            Process chattr = new ProcessBuilder("chattr", change, folder.toString())
                    .redirectErrorStream(true)
                    .start();
            chattr.getInputStream().readAllBytes();
            return chattr.waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
