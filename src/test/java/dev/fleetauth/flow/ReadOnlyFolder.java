package dev.fleetauth.flow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Assumptions;

/** Makes a folder read-only for a while. For root, who may ignore its mode, it gets the attribute {@code immutable}. */
public final class ReadOnlyFolder {

    private final Path folder;

    private ReadOnlyFolder(Path folder) {
        this.folder = folder;
    }

    /** Does some work while a folder is read-only. Skips the test if this user can write to it anyway. */
    public static void during(Path folder, Runnable work) throws IOException {
        var readOnly = new ReadOnlyFolder(folder);
        readOnly.mode("r-x------");
        boolean attribute = Files.isWritable(folder) && readOnly.attribute("+i");
        try {
            Assumptions.assumeTrue(attribute || !Files.isWritable(folder), "this user can write to a read-only folder");
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
