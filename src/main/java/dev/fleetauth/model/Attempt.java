package dev.fleetauth.model;

import java.time.Instant;

/**
 * The recorded intention to spend a refresh token, saved before the request is sent. An attempt that is still recorded
 * later means that a response may have been lost.
 *
 * @param refreshTokenHash SHA-256 of the refresh token, base64url without padding
 * @param startedAt when it was recorded
 * @param host the machine that recorded it
 * @param process the process that recorded it
 */
public record Attempt(String refreshTokenHash, Instant startedAt, String host, long process) {}
