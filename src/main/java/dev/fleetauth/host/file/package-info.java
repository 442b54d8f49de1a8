/** Files as the operating system has them: owners, permissions, and how they are written and read. */
@NullMarked
package dev.fleetauth.host.file;

import org.jspecify.annotations.NullMarked;
