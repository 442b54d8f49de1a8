/**
 * A local authorization server that behaves like Tesla's, oddities included, for trying and testing without an account.
 *
 * <p>{@link dev.fleetauth.sandbox.Sandbox} is all that others use.
 */
@NullMarked
package dev.fleetauth.sandbox;

import org.jspecify.annotations.NullMarked;
