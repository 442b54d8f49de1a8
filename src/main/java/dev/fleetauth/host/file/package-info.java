/** File operations: owners, permissions, writing and reading. */
@NullMarked
package dev.fleetauth.host.file;

import org.jspecify.annotations.NullMarked;
