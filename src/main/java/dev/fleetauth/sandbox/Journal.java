package dev.fleetauth.sandbox;

import dev.fleetauth.sandbox.Sandbox.Endpoint;
import dev.fleetauth.sandbox.Sandbox.Received;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What was received, and what is still to go wrong. */
final class Journal {

    private static final Set<String> SECRETS =
            Set.of("code", "code_verifier", "client_secret", "refresh_token", "token");

    private final List<Received> received = new ArrayList<>();
    private final Map<Endpoint, Deque<Mishap>> mishaps = new EnumMap<>(Endpoint.class);

    synchronized void enqueue(Endpoint endpoint, Mishap mishap) {
        mishaps.computeIfAbsent(endpoint, key -> new ArrayDeque<>()).add(mishap);
    }

    synchronized List<Received> received() {
        return List.copyOf(received);
    }

    /** Notes a request and takes the mishap that befalls it, if any. */
    synchronized Optional<Mishap> note(Endpoint endpoint, Request request) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (Parameters part : List.of(request.query(), request.form())) {
            part.all()
                    .forEach((name, values) ->
                            parameters.put(name, SECRETS.contains(name) ? "(secret)" : String.join(", ", values)));
        }
        String authorization = request.header("authorization").orElse("");
        received.add(new Received(
                endpoint,
                request.method(),
                request.path(),
                authorization.substring(0, Math.max(0, authorization.indexOf(' '))),
                parameters));
        Deque<Mishap> waiting = mishaps.get(endpoint);
        return waiting == null ? Optional.empty() : Optional.ofNullable(waiting.poll());
    }
}
