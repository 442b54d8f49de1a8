/** Runs real commands against the sandbox in a temporary directory, for {@code demo} and for the class caches. */
@NullMarked
package dev.fleetauth.demo;

import org.jspecify.annotations.NullMarked;
