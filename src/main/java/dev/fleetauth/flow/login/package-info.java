/** Getting a profile its first tokens. */
@NullMarked
package dev.fleetauth.flow.login;

import org.jspecify.annotations.NullMarked;
