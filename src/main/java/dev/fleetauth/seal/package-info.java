/**
 * Sealing: records and keys as JWEs (RFC 7516), and their content. It depends on neither directories nor a database.
 */
@NullMarked
package dev.fleetauth.seal;

import org.jspecify.annotations.NullMarked;
