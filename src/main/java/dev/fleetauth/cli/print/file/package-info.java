/** Output files. */
@NullMarked
package dev.fleetauth.cli.print.file;

import org.jspecify.annotations.NullMarked;
