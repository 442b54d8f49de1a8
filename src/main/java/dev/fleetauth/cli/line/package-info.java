/** Command-line parsing, completion, help and manual pages. */
@NullMarked
package dev.fleetauth.cli.line;

import org.jspecify.annotations.NullMarked;
