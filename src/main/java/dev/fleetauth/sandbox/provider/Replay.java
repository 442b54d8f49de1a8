package dev.fleetauth.sandbox.provider;

import dev.fleetauth.model.Secret;
import java.time.Instant;

/**
 * A spent refresh token that came again, on which a strict provider ends the session.
 *
 * @param spentAt when it was spent
 * @param successor the refresh token that was the session's by then
 */
public record Replay(Instant spentAt, Secret successor) {}
