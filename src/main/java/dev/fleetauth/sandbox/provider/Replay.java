package dev.fleetauth.sandbox.provider;

import dev.fleetauth.model.Secret;
import java.time.Instant;

/**
 * A spent refresh token that was sent again, on which a strict provider ends the session.
 *
 * @param spentAt when it was spent
 * @param successor the session's current refresh token at the time
 */
public record Replay(Instant spentAt, Secret successor) {}
