package dev.fleetauth.store.file;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.ThisProcess;
import dev.fleetauth.host.file.Disk;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The file that records which process holds a lock: its id, its machine, and when it took the lock, separated by
 * spaces. It is used only in messages, so errors that concern it are ignored.
 */
final class LockHolder {

    private static final int MAX_BYTES = 4 * 1024;

    private final Disk disk;
    private final Path file;

    LockHolder(Disk disk, Path file) {
        this.disk = disk;
        this.file = file;
    }

    /** Records this process. */
    void write(Environment env) {
        Instant since = env.clock().instant();
        String text = ThisProcess.id() + " " + env.host() + " " + since.truncatedTo(ChronoUnit.SECONDS) + "\n";
        try {
            disk.delete(file);
            disk.writeUnflushed(file, text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // Only messages depend on it.
        }
    }

    /**
     * The failure for a lock that is held, with what is known about its holder.
     *
     * @param kind a kind with the fields of {@code LOCK_HELD}
     * @param what what is locked
     */
    Failure failure(Kind kind, Object what) {
        String[] parts = read().split(" ", -1);
        return parts.length == 3
                ? Failure.of(kind, what, "process " + parts[0] + " on " + parts[1], parts[2])
                : Failure.of(kind, what, "another process", "unknown");
    }

    private String read() {
        try {
            byte[] content = disk.read(file, MAX_BYTES);
            return content == null ? "" : new String(content, StandardCharsets.UTF_8).trim();
        } catch (IOException | MalformedException e) {
            return "";
        }
    }
}
