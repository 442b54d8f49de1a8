package dev.fleetauth.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The list of sessions that a person had removed, by their ids. An answer of one of them may still wait in a recovery folder
 * that was not seen from where this was asked for, and must not bring the profile back.
 */
final class Forgotten {

    /** Forty thousand of them. */
    private static final int MOST_BYTES = 1024 * 1024;

    private final PrivateFiles files;
    private final Path file;

    Forgotten(PrivateFiles files, Path file) {
        this.files = files;
        this.file = file;
    }

    boolean contains(String session) {
        try {
            byte[] content = files.disk().read(file, MOST_BYTES);
            return content != null && PrivateFiles.text(content).lines().anyMatch(session::equals);
        } catch (IOException e) {
            throw PrivateFiles.unreadable(file, e);
        } catch (Unusable e) {
            throw PrivateFiles.damaged(file, e);
        }
    }

    /** Adds a line, and one before it, should the last have been cut off. */
    void add(String session) throws IOException {
        files.disk().append(file, ("\n" + session + "\n").getBytes(StandardCharsets.US_ASCII));
    }
}
