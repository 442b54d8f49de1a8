/**
 * A local authorization server that behaves like Tesla's, oddities included, for trying and testing without an account;
 * or, when asked to be strict, like any standard OpenID provider.
 *
 * <p>{@link dev.fleetauth.sandbox.Sandbox} is the server: script it, run against it, verify.
 * {@link dev.fleetauth.sandbox.Agent} plays the person at its pages.
 */
@NullMarked
package dev.fleetauth.sandbox;

import org.jspecify.annotations.NullMarked;
