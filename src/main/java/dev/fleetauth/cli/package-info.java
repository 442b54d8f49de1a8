/**
 * The command line: one class a command, each of which turns its options into one call of a flow and prints what came of
 * it. {@link dev.fleetauth.cli.line.Cli} is where a run begins, and where a failure gets its words and its exit code.
 */
@NullMarked
package dev.fleetauth.cli;

import org.jspecify.annotations.NullMarked;
