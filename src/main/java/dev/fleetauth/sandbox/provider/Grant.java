package dev.fleetauth.sandbox.provider;

import dev.fleetauth.model.Scope;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was allowed once, and of which all tokens of a family are made.
 *
 * @param client the application
 * @param subject who allowed it: a person, or the application itself
 * @param scope what was allowed
 * @param audience for which servers
 * @param nonce the nonce of the authorization request; null if there was none
 * @param startedAt when it was allowed
 */
record Grant(
        Client client,
        String subject,
        Scope scope,
        List<String> audience,
        @Nullable String nonce,
        Instant startedAt) {

    boolean isOfUser() {
        return !subject.equals(client.id());
    }
}
