package dev.fleetauth.sandbox;

import dev.fleetauth.model.Secret;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.sandbox.server.BoundedMap;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.sandbox.server.JsonObjects;
import dev.fleetauth.sandbox.server.Parameters;
import dev.fleetauth.sandbox.server.Reply;
import dev.fleetauth.sandbox.server.Request;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Records the requests, and the secrets in them and in the responses; queues the faults for later requests. */
final class Journal {

    private static final Set<String> SECRET_PARAMETERS = Set.of(
            "code",
            "code_verifier",
            "client_secret",
            "client_assertion",
            "refresh_token",
            "token",
            "auth_code",
            "device_code");

    /** The secret members of a response's JSON. */
    private static final List<String> SECRET_MEMBERS =
            List.of("access_token", "refresh_token", "id_token", "device_code");

    private final Deque<SandboxRequest> received = new ArrayDeque<>();
    private final Set<String> secrets = Collections.newSetFromMap(new BoundedMap<>());
    private final Map<Endpoint, Deque<Fault>> faults = new EnumMap<>(Endpoint.class);

    synchronized void enqueue(Endpoint endpoint, Fault fault) {
        faults.computeIfAbsent(endpoint, key -> new ArrayDeque<>()).add(fault);
    }

    synchronized List<SandboxRequest> received() {
        return List.copyOf(received);
    }

    synchronized List<Secret> secrets() {
        return secrets.stream().map(Secret::new).toList();
    }

    /** Records a request and takes the next fault for it, if any. */
    synchronized Optional<Fault> note(Endpoint endpoint, Request request) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (Parameters part : List.of(request.query(), request.form())) {
            part.all().forEach((name, values) -> {
                boolean isSecret = SECRET_PARAMETERS.contains(name);
                parameters.put(name, isSecret ? "(secret)" : String.join(", ", values));
                if (isSecret) {
                    secrets.addAll(values);
                }
            });
        }
        String authorization = request.header("authorization").orElse("");
        secrets.add(authorization.substring(authorization.indexOf(' ') + 1));
        if (received.size() == BoundedMap.MAX_ENTRIES) {
            received.removeFirst();
        }
        received.add(new SandboxRequest(
                endpoint,
                request.method(),
                request.path(),
                authorization.substring(0, Math.max(0, authorization.indexOf(' '))),
                parameters));
        Deque<Fault> waiting = faults.get(endpoint);
        return waiting == null ? Optional.empty() : Optional.ofNullable(waiting.poll());
    }

    /** Records the secrets in a response, and returns it. */
    synchronized Reply note(Reply reply) {
        String location = reply.headers().getOrDefault("Location", "");
        secrets.addAll(
                Parameters.parse(location.substring(location.indexOf('?') + 1)).values("code"));
        for (String member : SECRET_MEMBERS) {
            JsonObjects.text(reply.body(), member).ifPresent(secrets::add);
        }
        secrets.remove("");
        return reply;
    }
}
