/**
 * The engine, and what else several use cases need. The use cases, such as {@link dev.fleetauth.flow.refresh.Refresh},
 * are in the subpackages.
 */
@NullMarked
package dev.fleetauth.flow;

import org.jspecify.annotations.NullMarked;
