package dev.fleetauth.model;

import java.time.Instant;

/**
 * The refresh token before the current one, kept if the provider has a grace period for it. It is tried at most once,
 * and only while the current one has never been accepted.
 *
 * @param token the token
 * @param replacedAt when the response that replaced it arrived
 * @param tried whether it was tried
 */
public record PreviousRefreshToken(Secret token, Instant replacedAt, boolean tried) {}
