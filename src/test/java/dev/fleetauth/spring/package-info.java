/** Whole commands against Spring Authorization Server: a provider that is developed independently of fleetauth. */
@NullMarked
package dev.fleetauth.spring;

import org.jspecify.annotations.NullMarked;
