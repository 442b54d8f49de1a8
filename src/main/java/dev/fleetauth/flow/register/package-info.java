/** The registration of an application with the Fleet API, including its key pair and the hosted key. */
@NullMarked
package dev.fleetauth.flow.register;

import org.jspecify.annotations.NullMarked;
