package dev.fleetauth.flow.refresh;

import dev.fleetauth.oauth.endpoint.TokenResponse;
import dev.fleetauth.store.Store;

/** Restores the state before a refresh token that the provider refuses, using the space reserved for the response. */
public interface Undo {

    /** Restores the state under the lock. */
    void run(Store.Lease lease, TokenResponse.Refused refused);
}
