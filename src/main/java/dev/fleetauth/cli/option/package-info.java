/** Groups of options, types of option values, and input files. */
@NullMarked
package dev.fleetauth.cli.option;

import org.jspecify.annotations.NullMarked;
