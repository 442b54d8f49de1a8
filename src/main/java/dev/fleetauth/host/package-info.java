/**
 * The world outside: {@link dev.fleetauth.host.Environment} and its seams. Only this package and {@code Main} touch the
 * process, its variables, its clock, its terminal and its child processes; it uses the JDK alone.
 */
@NullMarked
package dev.fleetauth.host;

import org.jspecify.annotations.NullMarked;
