package dev.fleetauth.serve;

import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Secret;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Valid access tokens for many clients at once. All threads that wait for a profile's next token share one refresh.
 * {@link #valid} and {@link #refreshed} may wait for a refresh, and throw {@link dev.fleetauth.model.Failure} as the
 * command {@code token} does.
 */
public interface AccessTokens {

    /**
     * The profile with a valid access token.
     *
     * @param minValidity the minimum validity of the token; null for the default
     */
    Profile valid(ProfileName name, @Nullable Duration minValidity);

    /**
     * The profile with a valid access token other than one that a resource server has rejected. A token that was
     * received less than a minute ago is not replaced, so the result may be the rejected one: the caller has to check.
     */
    Profile refreshed(ProfileName name, Secret rejected);

    /** How long a client should wait before it retries after a failure; zero if unknown. */
    Duration retryAfter(ProfileName name);
}
