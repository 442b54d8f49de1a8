/** Real commands in a directory of their own against the sandbox, for {@code demo} and for the class caches. */
@NullMarked
package dev.fleetauth.demo;

import org.jspecify.annotations.NullMarked;
