package dev.fleetauth.serve;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Secret;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens of the profiles in a store. Each request reads the store, so that changes by other processes, such as a
 * login, take effect at once.
 */
public final class StoreTokens implements AccessTokens {

    private final Engine engine;
    private final Consumer<ProfileName> loginNeeded;
    private final BiConsumer<ProfileName, Throwable> refreshFailed;
    private final Map<ProfileName, ProfileTokens> profiles = new ConcurrentHashMap<>();

    /** The bugs that were reported already, by profile and type. */
    private final Set<String> bugs = new HashSet<>();

    /**
     * The tokens of an engine's store.
     *
     * @param loginNeeded receives each profile that needs a login, once, and again if it needs another login later
     * @param refreshFailed receives the reason why a token could not be refreshed before its expiry, unless the
     *     profile needs a login or was removed: a {@link Failure} each time; anything else, which is a bug, once
     */
    public StoreTokens(
            Engine engine, Consumer<ProfileName> loginNeeded, BiConsumer<ProfileName, Throwable> refreshFailed) {
        this.engine = engine;
        this.loginNeeded = loginNeeded;
        this.refreshFailed = refreshFailed;
    }

    /** Opens the store before the first request, since this may prompt for a passphrase. */
    public void open() {
        engine.store().open();
    }

    @Override
    public Profile valid(ProfileName name, @Nullable Duration minValidity) {
        return of(name).valid(minValidity);
    }

    @Override
    public Profile refreshed(ProfileName name, Secret rejected) {
        return of(name).refreshed(rejected);
    }

    @Override
    public Duration retryAfter(ProfileName name) {
        ProfileTokens tokens = profiles.get(name);
        return tokens == null ? Duration.ZERO : tokens.retryAfter();
    }

    /**
     * The tokens of a profile. Names without a profile are not remembered, since a client may request any number of
     * them.
     */
    private ProfileTokens of(ProfileName name) {
        ProfileTokens known = profiles.get(name);
        if (known != null) {
            return known;
        }
        engine.open(name);
        return profiles.computeIfAbsent(name, unused -> new ProfileTokens(engine, name, loginNeeded));
    }

    /**
     * Refreshes the tokens that clients have requested and that expire soon, so that no client waits. Called by one
     * thread only.
     */
    public void refreshDue() {
        profiles.forEach((name, tokens) -> {
            try {
                tokens.refreshIfDue();
            } catch (Failure e) {
                if (e.kind() == Kind.NO_SUCH_PROFILE) {
                    profiles.remove(name);
                } else if (e.kind() != Kind.LOGIN_NEEDED) {
                    refreshFailed.accept(name, e);
                }
            } catch (RuntimeException | Error e) {
                // A bug must not affect the other profiles. An error may mean that an update has removed a class.
                if (bugs.add(name + " " + e.getClass().getName())) {
                    refreshFailed.accept(name, e);
                }
            }
        });
    }
}
