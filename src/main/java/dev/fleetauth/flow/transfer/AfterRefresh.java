package dev.fleetauth.flow.transfer;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.host.ShellCommand;
import dev.fleetauth.host.time.Durations;
import dev.fleetauth.model.ExportKeySource;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.seal.key.ExportKeys;
import dev.fleetauth.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Publishes refreshed tokens from a machine that will be thrown away: a command gets the sealed export on its standard input.
 *
 * <ul>
 *   <li>That it has to run is saved with the response. What fails or is killed is run again by the next command.
 *   <li>It runs outside the profile's lock, and one at a time, under a lock of its own.
 *   <li>It gets the newest state, read when its turn has come. A state that comes meanwhile is published too.
 * </ul>
 */
public final class AfterRefresh implements AutoCloseable {

    private final Engine engine;
    private final ProfileName name;
    private final String command;
    private final ExportKeys.Seal seal;
    private boolean hasToken;

    private AfterRefresh(Engine engine, ProfileName name, String command, ExportKeys.Seal seal) {
        this.engine = engine;
        this.name = name;
        this.command = command;
        this.seal = seal;
    }

    /**
     * Gets ready to publish a profile's tokens. This comes before the refresh: a missing key is better noticed before a token
     * is spent, and a prompt must not keep others waiting.
     *
     * @param command a command line for the shell
     * @param key what the exports are sealed with
     */
    public static AfterRefresh begin(Engine engine, ProfileName name, String command, ExportKeySource key) {
        return new AfterRefresh(engine, name, command, engine.exportKeys(key).forSealing());
    }

    /** Warns of tokens that are still to be published, by a command that is not given one to do it with. */
    public static void warnOfPending(Engine engine, ProfileName name) {
        engine.notice("warning: the newest tokens of profile '" + name
                + "' are not published yet; the next command with --after-refresh publishes them");
    }

    /**
     * Publishes the tokens of a profile that has a valid one now.
     *
     * @return why they could not be published; null if they are, or need not be
     */
    public @Nullable Failure publish(Profile profile) {
        hasToken = true;
        return profile.isPublishPending() ? publish().orElse(null) : null;
    }

    /** Where there is no token, something may have been spent for it all the same. */
    @Override
    public void close() {
        try (seal) {
            if (!hasToken) {
                publish()
                        .filter(failure -> failure.kind() == Kind.NOT_PUBLISHED)
                        .ifPresent(
                                failure -> engine.notice(
                                        "warning: the tokens of that refresh are not published yet either; the next command tries again"));
            }
        }
    }

    private Optional<Failure> publish() {
        try {
            boolean isMore =
                    engine.store().read(name).filter(Profile::isPublishPending).isPresent();
            while (isMore) {
                isMore = publishNewest();
            }
            return Optional.empty();
        } catch (Failure e) {
            return Optional.of(e);
        }
    }

    /**
     * Publishes the newest state, in a turn of its own.
     *
     * @return whether there is a newer one by now
     */
    private boolean publishNewest() {
        try (Store.Turn turn =
                engine.store().publishTurn(name, Export.TURN_WAIT).orElse(null)) {
            if (turn == null) {
                throw Failure.of(Kind.NOT_PUBLISHED, name, "another process has been at it for too long");
            }
            // Another process may have done it by now, or moved the profile away.
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
            exitCode = new ShellCommand(engine.environment(), command)
                    .run((sealed + "\n").getBytes(StandardCharsets.US_ASCII), Export.COMMAND_TIMEOUT);
        } catch (IOException e) {
            throw Failure.because(e, Kind.NOT_PUBLISHED, name, "there is no shell to run the command");
        }
        if (exitCode.isEmpty()) {
            throw Failure.of(
                    Kind.NOT_PUBLISHED, name, "the command took longer than " + Durations.text(Export.COMMAND_TIMEOUT));
        }
        if (exitCode.getAsInt() != 0) {
            throw Failure.of(Kind.NOT_PUBLISHED, name, "the command ended with " + exitCode.getAsInt());
        }
    }

    /**
     * Removes the mark, unless there is a newer state by now, which has its own.
     *
     * @return whether that one is still to be published
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
