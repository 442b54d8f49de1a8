/**
 * The engine: a class a story. {@link dev.fleetauth.flow.refresh.Refresh} keeps the first promise, that a rotating refresh
 * token is never lost.
 */
@NullMarked
package dev.fleetauth.flow;

import org.jspecify.annotations.NullMarked;
