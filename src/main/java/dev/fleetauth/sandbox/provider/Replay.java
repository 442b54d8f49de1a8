package dev.fleetauth.sandbox.provider;

import dev.fleetauth.model.Secret;
import java.time.Instant;

/**
 * A second use of a spent refresh token, for which a strict provider ends the session.
 *
 * @param spentAt when the session's last spent refresh token was spent
 * @param successor the session's refresh token at the time of the second use
 */
public record Replay(Instant spentAt, Secret successor) {}
