package dev.fleetauth.serve;

import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Secret;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Valid access tokens for many clients at once. However many threads wait for a profile's next token, one request gets it.
 * {@link #valid} and {@link #refreshed} may wait for a refresh, and throw {@link dev.fleetauth.model.Failure} as the command
 * {@code token} does.
 */
public interface AccessTokens {

    /**
     * The profile with a valid access token.
     *
     * @param minValidity for how long it must be valid at least; null for the default
     */
    Profile valid(ProfileName name, @Nullable Duration minValidity);

    /**
     * The profile with a valid access token other than one that a resource server has rejected. A token that came less than
     * a minute ago is not replaced: the caller compares.
     */
    Profile refreshed(ProfileName name, Secret rejected);

    /** After how long it is worth trying again what failed. */
    Duration retryAfter(ProfileName name);
}
