package dev.fleetauth.flow.refresh;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.transfer.AfterRefresh;
import dev.fleetauth.host.time.Durations;
import dev.fleetauth.model.Attempt;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Grant;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.store.Store;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Gets a valid access token and never loses a refresh token. In this order:
 *
 * <ol>
 *   <li>a token that is valid enough: it is the answer, without a lock or a request;
 *   <li>an answer that is saved but not checked: it is checked;
 *   <li>an answer that someone else saved while this process waited for the lock: it is the answer;
 *   <li>an earlier attempt that is unresolved: see {@link Renewal#mayPost};
 *   <li>the attempt is saved, the refresh token is posted once, the answer is saved before anything looks at it, then
 *       checked.
 * </ol>
 */
public final class FreshToken {

    /** The default for the least validity a printed token has, where a tenth of its life is not less. */
    public static final Duration DEFAULT_MIN_VALIDITY = Duration.ofSeconds(60);

    private final Engine engine;
    private final boolean handsOut;

    public FreshToken(Engine engine) {
        this(engine, false);
    }

    /** @param handsOut whether rotated tokens have to be handed out, see {@link AfterRefresh} */
    public FreshToken(Engine engine, boolean handsOut) {
        this.engine = engine;
        this.handsOut = handsOut;
    }

    /**
     * The profile with an access token that is valid for a while.
     *
     * @param minValidity for how long at least; null for the default
     * @param mayRefresh whether a new token may be asked for
     */
    public Profile token(ProfileName name, @Nullable Duration minValidity, boolean mayRefresh) {
        Profile seen = engine.open(name);
        Tokens tokens = seen.session().tokens();
        if (!seen.isComingBack()) {
            Engine.requireHere(seen);
            if (tokens != null && isValid(tokens, minValidity)) {
                return seen;
            }
        }
        requireLife(tokens, minValidity);
        if (!mayRefresh) {
            throw tokens == null
                    ? Failure.of(Kind.LOGIN_NEEDED, name, "it has no tokens")
                    : Failure.of(Kind.REFRESH_NEEDED, name);
        }
        Profile renewed = renew(seen, minValidity, false, false, null);
        requireLife(renewed.session().tokens(), minValidity);
        return renewed;
    }

    /**
     * The profile with an access token that is newer than the one it had.
     *
     * @param takeOver whether a refresh token is posted although an earlier answer may be lost
     */
    public Profile refresh(ProfileName name, boolean takeOver) {
        return renew(engine.open(name), null, true, takeOver, null);
    }

    /**
     * The profile with the first access token for a refresh token that was issued to another program.
     *
     * @param undo what is done if the provider refuses it
     */
    public Profile first(ProfileName name, Undo undo) {
        return renew(engine.open(name), null, true, false, undo);
    }

    /**
     * Spends a profile's refresh token to learn whether it is still taken, whatever is open. The answer is kept.
     *
     * @throws Failure of kind {@code LOGIN_NEEDED} if the provider does not take it
     */
    public Profile probe(Store.Lease lease, Profile profile) {
        Profile settled = profile.candidate() == null ? profile : new CandidateCheck(engine).settle(lease, profile);
        Attempt open = settled.session().attempt();
        return new Renewal(engine, lease, handsOut).spend(settled, open, true);
    }

    /** Refuses what no token of this provider can give, by the life of the last one. */
    private static void requireLife(@Nullable Tokens last, @Nullable Duration minValidity) {
        Duration life = last == null ? null : last.expiresIn();
        if (minValidity != null && life != null && minValidity.compareTo(life) >= 0) {
            throw Failure.of(Kind.LIFE_TOO_SHORT, Durations.text(minValidity), Durations.text(life));
        }
    }

    private boolean isValid(Tokens tokens, @Nullable Duration minValidity) {
        Duration atLeast = minValidity != null ? minValidity : defaultMinValidity(tokens.expiresIn());
        return tokens.isValid(engine.environment().clock().instant(), atLeast);
    }

    private static Duration defaultMinValidity(@Nullable Duration life) {
        Duration tenth = life == null ? DEFAULT_MIN_VALIDITY : Duration.ofMillis(life.toMillis() / 10);
        return tenth.compareTo(DEFAULT_MIN_VALIDITY) < 0 ? tenth : DEFAULT_MIN_VALIDITY;
    }

    private Profile renew(
            Profile seen, @Nullable Duration minValidity, boolean always, boolean takeOver, @Nullable Undo undo) {
        return engine.alone(seen.name(), "the refresh", lease -> {
            Profile there = lease.read().orElseThrow(() -> Failure.of(Kind.NO_SUCH_PROFILE, seen.name()));
            if (!there.isComingBack()) {
                Engine.requireHere(there);
            }
            Profile now = there.candidate() == null ? there : new CandidateCheck(engine).settle(lease, there);
            Tokens tokens = now.session().tokens();
            if (tokens == null) {
                throw Failure.of(Kind.LOGIN_NEEDED, now.name(), "it has no tokens");
            }
            if (isNewAnswer(tokens, seen.session().tokens()) || (!always && isValid(tokens, minValidity))) {
                return now;
            }
            if (now.session().settings().grant() == Grant.CLIENT_CREDENTIALS) {
                return new Renewal(engine, lease, handsOut).askAgain(now);
            }
            return new Renewal(engine, lease, handsOut)
                    .undoing(undo)
                    .spend(now, seen.session().attempt(), takeOver);
        });
    }

    /**
     * Whether an answer came since the profile was first looked at, for which nobody has to ask again, however long it
     * lives. One that was rejected leaves the access token that was there; one that was kept elsewhere and adopted only now
     * may have died meanwhile.
     */
    private boolean isNewAnswer(Tokens now, @Nullable Tokens seen) {
        boolean another = seen == null
                || !now.accessToken().equals(seen.accessToken())
                || !now.receivedAt().equals(seen.receivedAt());
        return another && now.isValid(engine.environment().clock().instant(), Duration.ZERO);
    }
}
