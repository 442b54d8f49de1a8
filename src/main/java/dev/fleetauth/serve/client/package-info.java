/** What clients with a key of their own are served with: a token endpoint and a proxy to the Fleet API. */
@NullMarked
package dev.fleetauth.serve.client;

import org.jspecify.annotations.NullMarked;
