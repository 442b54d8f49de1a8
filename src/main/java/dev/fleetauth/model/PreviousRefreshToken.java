package dev.fleetauth.model;

import java.time.Instant;

/**
 * The refresh token before the current one, kept where the provider still takes it for a while in case its answer was
 * lost. It is tried at most once, and only while the current one was never accepted.
 *
 * @param token the token
 * @param replacedAt when the answer came that replaced it
 * @param tried whether it was tried
 */
public record PreviousRefreshToken(Secret token, Instant replacedAt, boolean tried) {}
