package dev.fleetauth.store;

import dev.fleetauth.host.file.MalformedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The removed sessions of one profile name, by hashes of their ids. A response to one of them may still wait in a recovery
 * folder that was not visible at the removal, and must not bring the profile back. Used under the profile's lock.
 */
public final class Forgotten {

    /** Each folder keeps one response of a profile, so that the older ones are long gone. */
    private static final int MOST_SESSIONS = 1000;

    private static final int MOST_BYTES = 64 * 1024;

    private final PrivateFiles files;
    private final Path file;
    private final Path next;

    public Forgotten(PrivateFiles files, Path file) {
        this.files = files;
        this.file = file;
        this.next = file.resolveSibling(file.getFileName() + ".new");
    }

    public boolean contains(String session) {
        return sessions().contains(hash(session));
    }

    /** Adds a session, in the place of the oldest one if there are many. */
    public void add(String session) throws IOException {
        List<String> sessions = new ArrayList<>(sessions());
        sessions.remove(hash(session));
        sessions.add(hash(session));
        List<String> kept = sessions.subList(Math.max(0, sessions.size() - MOST_SESSIONS), sessions.size());
        files.disk().delete(next);
        files.write(next, String.join("\n", kept) + "\n");
        files.disk().replace(next, file);
        files.disk().flushFolder(file.getParent());
    }

    /** An imported session's id may be of any length and have line ends in it. */
    private static String hash(String session) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(session.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private List<String> sessions() {
        try {
            byte[] content = files.disk().read(file, MOST_BYTES);
            return content == null
                    ? List.of()
                    : PrivateFiles.text(content).lines().toList();
        } catch (IOException e) {
            throw PrivateFiles.unreadable(file, e);
        } catch (MalformedException e) {
            throw PrivateFiles.damaged(file, e);
        }
    }
}
