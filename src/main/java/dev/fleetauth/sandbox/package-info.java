/**
 * A local authorization server that behaves like Tesla's, including its deviations, for experiments and tests without
 * an account, or, in strict mode, like any standard OpenID provider.
 *
 * <p>{@link dev.fleetauth.sandbox.Sandbox} is the server, which tests control and query. {@link
 * dev.fleetauth.sandbox.Agent} simulates the user.
 */
@NullMarked
package dev.fleetauth.sandbox;

import org.jspecify.annotations.NullMarked;
