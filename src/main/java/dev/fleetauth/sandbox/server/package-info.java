/** HTTP and HTML for the sandbox. */
@NullMarked
package dev.fleetauth.sandbox.server;

import org.jspecify.annotations.NullMarked;
