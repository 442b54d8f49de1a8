package dev.fleetauth.flow.refresh;

import dev.fleetauth.oauth.endpoint.TokenResponse;
import dev.fleetauth.store.Store;

/**
 * Undoes an import after the provider has refused the imported refresh token. The undo may use the space reserved for
 * the response.
 */
public interface Undo {

    /** Restores the previous state of the profile, under its lock; may throw the failure to report. */
    void run(Store.Lease lease, TokenResponse.Refused refused);
}
