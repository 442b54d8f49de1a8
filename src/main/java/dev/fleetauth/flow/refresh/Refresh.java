package dev.fleetauth.flow.refresh;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.store.Store;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Provides a valid access token without ever losing a refresh token. A stored token that is valid for long enough is
 * returned without a lock or a request; otherwise {@link RefreshSequence} obtains a new one under the profile's lock.
 */
public final class Refresh {

    private final Engine engine;
    private final boolean publishes;

    public Refresh(Engine engine) {
        this(engine, false);
    }

    /** @param publishes whether the tokens of a response are marked as pending publication */
    public Refresh(Engine engine, boolean publishes) {
        this.engine = engine;
        this.publishes = publishes;
    }

    /**
     * The profile with a valid access token.
     *
     * @param validity the minimum remaining validity; null for the default
     * @param mayRefresh whether a new token may be requested
     */
    public Profile token(ProfileName name, @Nullable Duration validity, boolean mayRefresh) {
        MinValidity minValidity = new MinValidity(validity);
        Profile seen = engine.open(name);
        Tokens tokens = seen.session().tokens();
        if (!seen.isRestoredByLogin()) {
            Engine.requireNotMoved(seen);
            if (tokens != null
                    && minValidity.isMetBy(tokens, engine.environment().clock().instant())) {
                return seen;
            }
        }
        minValidity.requirePossible(tokens);
        if (!mayRefresh) {
            throw tokens == null
                    ? Failure.of(Kind.LOGIN_NEEDED, name, "it has no tokens", "")
                    : Failure.of(Kind.REFRESH_NEEDED, name);
        }
        Profile refreshed =
                engine.withLock(name, "the refresh", lease -> sequence(lease).run(seen, minValidity, false));
        minValidity.requirePossible(refreshed.session().tokens());
        return refreshed;
    }

    /**
     * The profile with a new access token.
     *
     * @param takeOver whether to post the refresh token even if the response to an earlier attempt may be lost
     */
    public Profile refresh(ProfileName name, boolean takeOver) {
        Profile seen = engine.open(name);
        return engine.withLock(name, "the refresh", lease -> sequence(lease).run(seen, null, takeOver));
    }

    /**
     * The profile with the first access token for a refresh token that was issued to another program.
     *
     * @param undo restores the previous state if the provider refuses the token
     */
    public Profile refreshImported(ProfileName name, Undo undo) {
        Profile seen = engine.open(name);
        return engine.withLock(
                name, "the refresh", lease -> sequence(lease).undoing(undo).run(seen, null, false));
    }

    /**
     * Spends a profile's refresh token to find out whether it is still accepted, even if an attempt is unresolved. The
     * response is saved.
     *
     * @throws Failure of kind {@code LOGIN_NEEDED} if the provider refuses it
     */
    public Profile probe(Store.Lease lease, Profile profile) {
        return sequence(lease).probe(profile);
    }

    private RefreshSequence sequence(Store.Lease lease) {
        return new RefreshSequence(engine, lease, publishes);
    }
}
