/** From arguments to a command: reading the line, completion, help and manual pages. */
@NullMarked
package dev.fleetauth.cli.line;

import org.jspecify.annotations.NullMarked;
