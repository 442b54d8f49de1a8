/** Output of the commands: messages, tables and JSON. */
@NullMarked
package dev.fleetauth.cli.print;

import org.jspecify.annotations.NullMarked;
