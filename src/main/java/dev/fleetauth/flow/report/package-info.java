/** What is shown and never changed: profiles, tokens, providers, errors. */
@NullMarked
package dev.fleetauth.flow.report;

import org.jspecify.annotations.NullMarked;
