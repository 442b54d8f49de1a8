package dev.fleetauth.flow;

import dev.fleetauth.host.BusyLine;
import dev.fleetauth.host.Environment;
import dev.fleetauth.http.Addresses;
import dev.fleetauth.http.Http;
import dev.fleetauth.http.HttpResponse;
import java.net.URI;
import java.util.Map;

/**
 * Shows a user at a terminal which server a request is waiting for.
 *
 * @param environment the environment with the terminal
 * @param http the client that sends the requests
 */
record BusyLineHttp(Environment environment, Http http) implements Http {

    @Override
    public HttpResponse get(URI uri, Map<String, String> headers, int maxBytes) {
        BusyLine busy = waitingFor(uri);
        try (busy) {
            return http.get(uri, headers, maxBytes);
        }
    }

    @Override
    public HttpResponse post(URI uri, Map<String, String> headers, String form, int maxBytes) {
        BusyLine busy = waitingFor(uri);
        try (busy) {
            return http.post(uri, headers, form, maxBytes);
        }
    }

    private BusyLine waitingFor(URI uri) {
        return environment.busy("Waiting for " + Addresses.host(uri));
    }
}
