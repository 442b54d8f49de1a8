package dev.fleetauth.flow.refresh;

import dev.fleetauth.oauth.TokenResponse;
import dev.fleetauth.store.Store;

/** Restores what was in the place of a refresh token that the provider refuses, in the space reserved for the response. */
public interface Undo {

    /** Restores it under the lock. */
    void run(Store.Lease lease, TokenResponse.Refused refused);
}
