/**
 * HTTP exchanges, independent of OAuth: {@link dev.fleetauth.http.Http} sends one request and returns one {@link
 * dev.fleetauth.http.HttpResponse}, in limited time and memory, or reports whether anything was sent.
 */
@NullMarked
package dev.fleetauth.http;

import org.jspecify.annotations.NullMarked;
