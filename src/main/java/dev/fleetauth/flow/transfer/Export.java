package dev.fleetauth.flow.transfer;

import dev.fleetauth.flow.Dialects;
import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.refresh.Candidates;
import dev.fleetauth.key.ExportKeys;
import dev.fleetauth.model.Attempt;
import dev.fleetauth.model.Candidate;
import dev.fleetauth.model.Dialect;
import dev.fleetauth.model.ExportKeySource;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Grant;
import dev.fleetauth.model.Moved;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Settings;
import dev.fleetauth.store.Store;
import java.time.Duration;
import java.util.Objects;

/**
 * Moves a profile to another machine, or copies it. A move is marked here before the copy is output, so that two
 * machines never spend the same refresh token. The tokens stay with the mark, so that a lost copy can be made again.
 */
public final class Export {

    /** The time limit for the command of {@code --after-refresh}: storing a secret takes a few requests. */
    static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(60);

    /** The time to wait for one command of another process. */
    static final Duration PUBLISH_WAIT = COMMAND_TIMEOUT.plusSeconds(5);

    private final Engine engine;
    private final ExportKeys keys;

    /** @param key the source of the copy's key; prompts only when it is needed */
    public Export(Engine engine, ExportKeySource key) {
        this.engine = engine;
        this.keys = engine.exportKeys(key);
    }

    /**
     * The result of an export.
     *
     * @param profile the profile as it is here now
     * @param sealed the copy, a line without its terminator
     * @param wasMoved whether the profile was already marked as moved
     * @param doubleUse what happens if both copies are used
     */
    public record Result(Profile profile, String sealed, boolean wasMoved, DoubleUse doubleUse) {}

    /** What happens if two copies of a session are both used. */
    public enum DoubleUse {
        /** Nothing happens: each copy requests tokens of its own. */
        NONE,
        /** There is no refresh token to spend. */
        NO_REFRESH_TOKEN,
        /** The provider accepts a spent refresh token for a grace period. */
        GRACE,
        /** The provider may end the session when a spent refresh token is used. */
        STRICT
    }

    /**
     * Marks a profile as moved and makes the copy. If it is marked already, the same copy is made again.
     *
     * @throws Failure of kind {@code NO_SUCH_PROFILE}, {@code LOGIN_NEEDED} if it has no tokens, or
     *     {@code MOVE_UNFINISHED} if a move to another store is not finished
     */
    public Result move(ProfileName name) {
        return export(name, false);
    }

    /**
     * Makes a copy and leaves the profile in use here.
     *
     * @throws Failure of kind {@code MOVED} or {@code MOVE_UNFINISHED} if it was moved away
     */
    public Result copy(ProfileName name) {
        return export(name, true);
    }

    private Result export(ProfileName name, boolean copy) {
        requireTokens(engine.open(name));
        // May prompt for a passphrase, so it is done before the lock is taken.
        try (ExportKeys.Seal seal = keys.forSealing()) {
            Profile before = copy ? prepare(name, true) : markWithPublishLock(name);
            boolean wasMoved = before.session().moved() != null;
            Profile profile = copy || wasMoved ? before : moved(before);
            return new Result(profile, seal.seal(content(profile)), wasMoved, doubleUse(profile));
        }
    }

    /** Marks the profile once no command is publishing it: publishing would create a second copy of its tokens. */
    private Profile markWithPublishLock(ProfileName name) {
        Store.PublishLock lock = publishLock(name);
        try (lock) {
            return prepare(name, false);
        }
    }

    /** Checks a profile and marks it as moved, unless it is to be copied; returns it as it was before the mark. */
    private Profile prepare(ProfileName name, boolean copy) {
        return engine.withLock(name, "the export", lease -> {
            Profile there = requireTokens(engine.require(lease.read(), name));
            if (there.isRestoredByLogin()) {
                there = new Candidates(engine, lease).verify(there);
            }
            Attempt open = there.session().attempt();
            if (open != null && lease.isPreviousTurnUnfinished()) {
                // Another machine may still save the response, and then this copy's token is spent.
                throw Failure.of(Kind.RESPONSE_ON_OTHER_HOST, name, open.host(), open.startedAt());
            }
            if (copy) {
                Engine.requireNotMoved(there);
            } else if (Engine.requireNoStoreMove(there).session().moved() == null) {
                lease.save(moved(there), false);
            }
            return there;
        });
    }

    private Store.PublishLock publishLock(ProfileName name) {
        Store store = engine.store();
        return store.publishLock(name, Store.QUIET_WAIT)
                .or(() -> {
                    engine.notice("Waiting for the --after-refresh command that publishes the tokens of profile"
                            + " '" + name
                            + "'");
                    return store.publishLock(name, PUBLISH_WAIT);
                })
                .orElseThrow(() -> Failure.of(Kind.LOCK_HELD, name, "an --after-refresh command", "unknown"));
    }

    private static DoubleUse doubleUse(Profile profile) {
        Candidate candidate = profile.candidate();
        Session session = candidate == null ? profile.session() : candidate.session();
        if (session.settings().grant() == Grant.CLIENT_CREDENTIALS) {
            return DoubleUse.NONE;
        }
        if (Objects.requireNonNull(session.tokens()).refreshToken() == null) {
            return DoubleUse.NO_REFRESH_TOKEN;
        }
        return Dialects.of(session.settings()).refreshGrace() == null ? DoubleUse.STRICT : DoubleUse.GRACE;
    }

    /**
     * Undoes a move whose copy is lost or was never used.
     *
     * @return whether there was a move
     * @throws Failure of kind {@code MOVE_UNFINISHED} if it is a move to another store
     */
    public static boolean undo(Engine engine, ProfileName name) {
        return engine.withLock(name, "the export", lease -> {
            Profile profile = Engine.requireNoStoreMove(engine.require(lease.read(), name));
            boolean moved = profile.session().moved() != null;
            if (moved) {
                lease.save(profile.withSession(profile.session().withMoved(null)), false);
            }
            return moved;
        });
    }

    private Profile moved(Profile profile) {
        Moved mark = new Moved(
                engine.environment().clock().instant(), engine.environment().host(), null);
        return profile.withSession(profile.session().withMoved(mark));
    }

    private static Profile requireTokens(Profile profile) {
        if (profile.session().tokens() == null && profile.candidate() == null) {
            throw Failure.of(Kind.LOGIN_NEEDED, profile.name(), "it has no tokens to export", "");
        }
        return profile;
    }

    /**
     * The content of an export: the profile without its marks, and without a client secret that refreshes do not need.
     */
    static Profile content(Profile profile) {
        Candidate candidate = profile.candidate();
        return new Profile(
                profile.name(),
                profile.generation(),
                content(profile.session()),
                candidate == null ? null : candidate.withSession(content(candidate.session())));
    }

    private static Session content(Session session) {
        Settings settings = session.settings();
        return session.withMoved(null)
                .withPublishPending(false)
                .withSettings(needsSecret(settings) ? settings : settings.withoutClientSecret());
    }

    private static boolean needsSecret(Settings settings) {
        return settings.grant() == Grant.CLIENT_CREDENTIALS
                || Dialects.of(settings).refresh() == Dialect.Refresh.AUTHENTICATED;
    }
}
