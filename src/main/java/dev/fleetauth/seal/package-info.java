/** What is sealed: records and keys as JWEs (RFC 7516), and what is in them. Knows no directory and no database. */
@NullMarked
package dev.fleetauth.seal;

import org.jspecify.annotations.NullMarked;
