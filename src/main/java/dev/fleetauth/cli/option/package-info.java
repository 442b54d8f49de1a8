/** Groups of options that several commands take. */
@NullMarked
package dev.fleetauth.cli.option;

import org.jspecify.annotations.NullMarked;
