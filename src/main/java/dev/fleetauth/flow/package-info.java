/**
 * The engine and the use cases, one class each. {@link dev.fleetauth.flow.refresh.Refresh} guards the first promise: a
 * rotating refresh token is never lost.
 */
@NullMarked
package dev.fleetauth.flow;

import org.jspecify.annotations.NullMarked;
