/**
 * The world outside the process: {@link dev.fleetauth.host.Environment} and what it consists of. Only this package and
 * {@code Main} access the process, its variables, clock, terminal and child processes. It depends only on the JDK.
 */
@NullMarked
package dev.fleetauth.host;

import org.jspecify.annotations.NullMarked;
