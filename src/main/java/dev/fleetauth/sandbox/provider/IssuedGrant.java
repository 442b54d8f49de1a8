package dev.fleetauth.sandbox.provider;

import dev.fleetauth.model.Scope;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The grant that tokens are issued for.
 *
 * @param client the application
 * @param subject who granted it: a user, or the application itself
 * @param scope the granted scope
 * @param audience the servers that the tokens are for
 * @param nonce the nonce of the authorization request; null if there was none
 * @param startedAt when it was granted
 */
record IssuedGrant(
        Client client,
        String subject,
        Scope scope,
        List<String> audience,
        @Nullable String nonce,
        Instant startedAt) {

    boolean isUserGrant() {
        return !subject.equals(client.id());
    }
}
