/** The registration of an application with the Fleet API, and what goes before it. */
@NullMarked
package dev.fleetauth.flow.register;

import org.jspecify.annotations.NullMarked;
