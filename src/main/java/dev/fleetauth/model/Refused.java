package dev.fleetauth.model;

import java.time.Instant;

/**
 * The provider's last word on a session's refresh token: it is not taken any more. The tokens stay, since the provider may
 * be mistaken; whoever asks how the session stands is told.
 *
 * @param error the error code it gave, such as {@code invalid_grant}
 * @param at when it said so, by this machine's clock
 */
public record Refused(String error, Instant at) {}
