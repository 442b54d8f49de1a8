package dev.fleetauth.flow.refresh;

import dev.fleetauth.oauth.TokenResponse;
import dev.fleetauth.store.Store;

/** Puts back what was in the place of a refresh token that the provider refuses, in the space kept for the response. */
public interface Undo {

    /**
     * Changes the profile while it is this process's alone.
     *
     * @param refused the provider's verdict
     */
    void run(Store.Lease lease, TokenResponse.Refused refused);
}
