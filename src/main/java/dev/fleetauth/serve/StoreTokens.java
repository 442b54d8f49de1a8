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
 * Access tokens of the profiles in a store. Each request reads the store, so that what another process does with a profile,
 * such as a login, holds at once.
 */
public final class StoreTokens implements AccessTokens {

    private final Engine engine;
    private final Consumer<ProfileName> loginNeeded;
    private final BiConsumer<ProfileName, Throwable> renewalFailed;
    private final Map<ProfileName, ProfileTokens> profiles = new ConcurrentHashMap<>();

    /** The bugs that were told already, by profile and type. */
    private final Set<String> bugs = new HashSet<>();

    /**
     * The tokens of an engine's store.
     *
     * @param loginNeeded told once of each profile that needs a login, and again when it needs another one
     * @param renewalFailed told why a token could not be refreshed ahead of its expiry, unless that takes a login: a {@link
     *     Failure} each time, and anything else, which is a bug, once
     */
    public StoreTokens(
            Engine engine, Consumer<ProfileName> loginNeeded, BiConsumer<ProfileName, Throwable> renewalFailed) {
        this.engine = engine;
        this.loginNeeded = loginNeeded;
        this.renewalFailed = renewalFailed;
    }

    /** Opens the store, before any client comes: it may take asking for a passphrase. */
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

    /** Names that no profile has are not remembered: a client may ask for any number of them. */
    private ProfileTokens of(ProfileName name) {
        ProfileTokens known = profiles.get(name);
        if (known != null) {
            return known;
        }
        engine.open(name);
        return profiles.computeIfAbsent(name, unused -> new ProfileTokens(engine, name, loginNeeded));
    }

    /** Refreshes the tokens that clients have asked for and that end soon, so that no client has to wait. For one thread. */
    public void renewDue() {
        profiles.forEach((name, tokens) -> {
            try {
                tokens.renewIfDue();
            } catch (Failure e) {
                if (e.kind() == Kind.NO_SUCH_PROFILE) {
                    profiles.remove(name);
                } else if (e.kind() != Kind.LOGIN_NEEDED) {
                    renewalFailed.accept(name, e);
                }
            } catch (RuntimeException | Error e) {
                // The other profiles have nothing to do with it. An error may be a class that is gone since an update.
                if (bugs.add(name + " " + e.getClass().getName())) {
                    renewalFailed.accept(name, e);
                }
            }
        });
    }
}
