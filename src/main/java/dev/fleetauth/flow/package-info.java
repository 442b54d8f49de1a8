/**
 * The engine, and other classes that several use cases share. The use cases, such as {@link
 * dev.fleetauth.flow.refresh.Refresh}, are in the subpackages.
 */
@NullMarked
package dev.fleetauth.flow;

import org.jspecify.annotations.NullMarked;
