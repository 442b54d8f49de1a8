/**
 * The command line: one class per command, which turns its options into one call of a flow and prints the result.
 * {@link dev.fleetauth.cli.line.Cli} starts a command and reports its failure.
 */
@NullMarked
package dev.fleetauth.cli;

import org.jspecify.annotations.NullMarked;
