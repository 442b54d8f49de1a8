/** Serves clients that have a client key: the token endpoint, and the proxy to the Fleet API. */
@NullMarked
package dev.fleetauth.serve.client;

import org.jspecify.annotations.NullMarked;
