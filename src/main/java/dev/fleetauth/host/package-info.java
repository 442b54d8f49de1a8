/**
 * The world outside the process: {@link dev.fleetauth.host.Environment} and what it consists of. Only this package, its
 * subpackages, {@code Main} and {@code CacheTraining} access the process's own variables, clock, terminal and child
 * processes. This package and its subpackages depend only on the JDK.
 */
@NullMarked
package dev.fleetauth.host;

import org.jspecify.annotations.NullMarked;
