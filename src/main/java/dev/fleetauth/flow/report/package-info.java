/** Reports on profiles, tokens, providers and errors. */
@NullMarked
package dev.fleetauth.flow.report;

import org.jspecify.annotations.NullMarked;
