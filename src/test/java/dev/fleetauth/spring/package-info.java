/** Whole commands against Spring Authorization Server, a provider by other developers. */
@NullMarked
package dev.fleetauth.spring;

import org.jspecify.annotations.NullMarked;
