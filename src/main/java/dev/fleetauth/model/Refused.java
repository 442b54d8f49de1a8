package dev.fleetauth.model;

import java.time.Instant;

/**
 * The provider's final refusal of a session's refresh token. The tokens are kept, since the provider may be mistaken;
 * the refusal is shown in the session's status.
 *
 * @param error the error code, such as {@code invalid_grant}
 * @param at when it was refused, by this machine's clock
 */
public record Refused(String error, Instant at) {}
