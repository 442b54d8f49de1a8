/** Programs that provide secrets: the keyrings of operating systems, and commands that print a key or a passphrase. */
@NullMarked
package dev.fleetauth.host.keyring;

import org.jspecify.annotations.NullMarked;
