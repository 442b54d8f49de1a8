/** Tests of the flows, mostly through whole commands against the sandbox. */
@NullMarked
package dev.fleetauth.flow;

import org.jspecify.annotations.NullMarked;
