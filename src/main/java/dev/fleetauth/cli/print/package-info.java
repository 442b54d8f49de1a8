/** Output of the commands: messages, tables, JSON and files. */
@NullMarked
package dev.fleetauth.cli.print;

import org.jspecify.annotations.NullMarked;
