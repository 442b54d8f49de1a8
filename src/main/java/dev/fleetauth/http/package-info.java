/**
 * Bounded exchanges that know no OAuth: {@link dev.fleetauth.http.Http} sends one request and gives back one
 * {@link dev.fleetauth.http.HttpResponse}, in bounded time and memory, or says whether anything was sent at all.
 */
@NullMarked
package dev.fleetauth.http;

import org.jspecify.annotations.NullMarked;
