package dev.fleetauth.flow.transfer;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.host.ShellCommand;
import dev.fleetauth.host.time.Durations;
import dev.fleetauth.key.ExportKeys;
import dev.fleetauth.model.ExportKeySource;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Publishes refreshed tokens from a machine whose store does not persist: a command gets the sealed export on its
 * standard input.
 *
 * <ul>
 *   <li>A mark that publication is pending is saved with the response. If publication fails or is killed, the next
 *       command with {@code --after-refresh} repeats it.
 *   <li>The command runs outside the profile's lock, one at a time under a lock of its own.
 *   <li>It gets the newest state, read under that lock. A state that is saved in the meantime is published too.
 * </ul>
 */
public final class AfterRefresh implements AutoCloseable {

    private final Engine engine;
    private final ProfileName name;
    private final Publisher publisher;
    private final ExportKeys.Seal seal;
    private boolean hasToken;

    private AfterRefresh(Engine engine, ProfileName name, Publisher publisher, ExportKeys.Seal seal) {
        this.engine = engine;
        this.name = name;
        this.publisher = publisher;
        this.seal = seal;
    }

    /**
     * Prepares to publish a profile's tokens. Called before the refresh, because a missing key should be noticed before
     * a token is spent, and a prompt must not keep other processes waiting.
     *
     * @param command a shell command line
     * @param key the source of the exports' key
     */
    public static AfterRefresh begin(Engine engine, ProfileName name, String command, ExportKeySource key) {
        return begin(engine, name, new ShellCommand(engine.environment(), command)::run, key);
    }

    /** Prepares to publish with a given publisher instead of a command line. */
    static AfterRefresh begin(Engine engine, ProfileName name, Publisher publisher, ExportKeySource key) {
        return new AfterRefresh(engine, name, publisher, engine.exportKeys(key).forSealing());
    }

    /** Publishes an export. */
    interface Publisher {

        /**
         * Publishes a sealed export.
         *
         * @return the exit code, 0 for success; empty if it took too long
         */
        OptionalInt run(byte[] export, Duration timeout) throws IOException;
    }

    /** Warns that publication is pending; for commands without {@code --after-refresh}. */
    public static void warnOfPending(Engine engine, ProfileName name) {
        engine.notice("warning: the newest tokens of profile '" + name
                + "' have not been published yet; the next command with --after-refresh publishes them");
    }

    /**
     * Publishes the tokens of a profile that now has a valid access token.
     *
     * @return why they could not be published; null if they were, or need not be
     */
    public @Nullable Failure publish(Profile profile) {
        hasToken = true;
        return profile.isPublishPending() ? publish().orElse(null) : null;
    }

    /** Publishes even without a valid token: a refresh that failed may have spent a refresh token. */
    @Override
    public void close() {
        try (seal) {
            if (!hasToken) {
                publish()
                        .filter(failure -> failure.kind() == Kind.NOT_PUBLISHED)
                        .ifPresent(failure -> engine.notice(
                                "warning: the newest tokens could not be published either; the next command"
                                        + " with --after-refresh tries again"));
            }
        }
    }

    private Optional<Failure> publish() {
        try {
            boolean isPending =
                    engine.store().read(name).filter(Profile::isPublishPending).isPresent();
            while (isPending) {
                isPending = publishNewest();
            }
            return Optional.empty();
        } catch (Failure e) {
            return Optional.of(e);
        }
    }

    /**
     * Publishes the newest state, once no other process is publishing.
     *
     * @return whether there is a newer one now
     */
    private boolean publishNewest() {
        try (Store.PublishLock lock =
                engine.store().publishLock(name, Export.PUBLISH_WAIT).orElse(null)) {
            if (lock == null) {
                throw Failure.of(Kind.NOT_PUBLISHED, name, "another process has been publishing them for too long");
            }
            // Another process may have published it in the meantime, or moved the profile away.
            Optional<Profile> newest = engine.withLockNotMoved(
                    name, (lease, there) -> Optional.of(there).filter(Profile::isPublishPending));
            if (newest.isEmpty()) {
                return false;
            }
            run(seal.seal(Export.content(newest.get())));
            return removeMark(newest.get());
        }
    }

    private void run(String sealed) {
        OptionalInt exitCode;
        try {
            exitCode = publisher.run((sealed + "\n").getBytes(StandardCharsets.US_ASCII), Export.COMMAND_TIMEOUT);
        } catch (IOException e) {
            throw Failure.because(e, Kind.NOT_PUBLISHED, name, "there is no shell to run the command");
        }
        if (exitCode.isEmpty()) {
            throw Failure.of(
                    Kind.NOT_PUBLISHED, name, "the command took longer than " + Durations.text(Export.COMMAND_TIMEOUT));
        }
        if (exitCode.getAsInt() != 0) {
            throw Failure.of(Kind.NOT_PUBLISHED, name, "the command exited with " + exitCode.getAsInt());
        }
    }

    /**
     * Removes the mark of the pending publication, unless there is a newer state, whose mark stays.
     *
     * @return whether that state is pending publication
     */
    private boolean removeMark(Profile published) {
        return engine.withLockNotMoved(name, (lease, now) -> {
            if (now.hasResponsesOf(published)) {
                lease.save(now.published(), false);
                return false;
            }
            return now.isPublishPending();
        });
    }
}
