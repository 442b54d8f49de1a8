/** Whole commands against Spring Authorization Server: a provider that nobody here wrote. */
@NullMarked
package dev.fleetauth.spring;

import org.jspecify.annotations.NullMarked;
