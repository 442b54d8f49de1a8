/** Where the keys of stores and exports come from: the user, a file, a command, a keyring, a variable. */
@NullMarked
package dev.fleetauth.key;

import org.jspecify.annotations.NullMarked;
