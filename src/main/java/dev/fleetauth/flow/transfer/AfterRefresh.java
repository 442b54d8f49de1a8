package dev.fleetauth.flow.transfer;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.refresh.FreshToken;
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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gets rotated tokens out of a machine that will be thrown away: a command gets the sealed export on its standard input.
 *
 * <ul>
 *   <li>That it has to run is saved with the answer. What fails or is killed is run again by the next command.
 *   <li>It runs outside the profile's lock, and one at a time, which a lock of its own sees to.
 *   <li>It gets the newest state, read when its turn has come. A state that comes meanwhile is handed out too.
 * </ul>
 */
public final class AfterRefresh {

    private final Engine engine;
    private final @Nullable Command command;

    /**
     * What is run.
     *
     * @param line a command line for the shell
     * @param key what the exports are sealed with
     */
    public record Command(String line, ExportKeySource key) {}

    /** @param command what is run; null for nothing */
    public AfterRefresh(Engine engine, @Nullable Command command) {
        this.engine = engine;
        this.command = command;
    }

    /**
     * A profile with a token, and whether it is only here.
     *
     * @param profile the profile
     * @param failure why its newest tokens are not handed out; null if they are, or need not be
     */
    public record Result(Profile profile, @Nullable Failure failure) {}

    /**
     * Gets a token and hands out what has to be, also where there is no token but something was spent for it.
     *
     * @throws Failure if there is no token, or no key for the exports; then nothing was spent
     */
    public Result after(ProfileName name, Function<FreshToken, Profile> get) {
        if (command == null) {
            Profile profile = get.apply(new FreshToken(engine));
            if (profile.isHandOutPending()) {
                engine.tell("warning: the newest tokens of profile '" + name
                        + "' are not handed out yet; the next command with --after-refresh does it");
            }
            return new Result(profile, null);
        }
        // First: a missing key is better found out before a token is spent, and nobody is to wait for a prompt.
        try (ExportKeys.Seal seal = engine.exportKeys(command.key()).forSealing()) {
            Profile profile;
            try {
                profile = get.apply(new FreshToken(engine, true));
            } catch (Failure e) {
                handOut(name, seal, command.line())
                        .filter(AfterRefresh::isOwn)
                        .ifPresent(
                                failure -> engine.tell(
                                        "warning: what was spent nevertheless is not handed out yet either; the next command tries again"));
                throw e;
            }
            return new Result(
                    profile,
                    profile.isHandOutPending()
                            ? handOut(name, seal, command.line()).orElse(null)
                            : null);
        }
    }

    private static boolean isOwn(Failure failure) {
        return failure.kind() == Kind.NOT_HANDED_OUT;
    }

    /** Hands out all there is; what comes back is why it could not be done. */
    private Optional<Failure> handOut(ProfileName name, ExportKeys.Seal seal, String line) {
        try {
            boolean isMore = pending(name).isPresent();
            // Each takes a turn of its own, which lasts for one command.
            while (isMore) {
                try (Store.Turn turn =
                        engine.store().handOutTurn(name, Export.TURN_WAIT).orElse(null)) {
                    if (turn == null) {
                        throw Failure.of(Kind.NOT_HANDED_OUT, name, "another process has been at it for too long");
                    }
                    // Another process may have done it by now, or moved the profile away.
                    Optional<Profile> next = engine.aloneHere(
                            name, (lease, there) -> Optional.of(there).filter(Profile::isHandOutPending));
                    if (next.isPresent()) {
                        run(name, line, seal.seal(Export.content(next.get())));
                    }
                    isMore = next.isPresent() && settle(next.get());
                }
            }
            return Optional.empty();
        } catch (Failure e) {
            return Optional.of(e);
        }
    }

    private Optional<Profile> pending(ProfileName name) {
        return engine.store().read(name).filter(Profile::isHandOutPending);
    }

    private void run(ProfileName name, String line, String sealed) {
        OptionalInt exitCode;
        try {
            exitCode = new ShellCommand(engine.environment(), line)
                    .run((sealed + "\n").getBytes(StandardCharsets.US_ASCII), Export.COMMAND_TIMEOUT);
        } catch (IOException e) {
            throw Failure.because(e, Kind.NOT_HANDED_OUT, name, "there is no shell to run the command");
        }
        if (exitCode.isEmpty()) {
            throw Failure.of(
                    Kind.NOT_HANDED_OUT,
                    name,
                    "the command took longer than " + Durations.text(Export.COMMAND_TIMEOUT));
        }
        if (exitCode.getAsInt() != 0) {
            throw Failure.of(Kind.NOT_HANDED_OUT, name, "the command ended with " + exitCode.getAsInt());
        }
    }

    /**
     * Takes the mark away, unless there is a newer state by now, which has its own.
     *
     * @return whether that is to be handed out too
     */
    private boolean settle(Profile handedOut) {
        return engine.aloneHere(handedOut.name(), (lease, now) -> {
            if (now.hasResponsesOf(handedOut)) {
                lease.save(now.handedOut(), false);
                return false;
            }
            return now.isHandOutPending();
        });
    }
}
