package dev.fleetauth.sandbox.provider;

import com.nimbusds.jose.jwk.JWK;
import dev.fleetauth.model.Secret;
import dev.fleetauth.sandbox.server.Parameters;
import dev.fleetauth.sandbox.server.Request;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The registered applications, and their authentication (RFC 6749 2.3). */
public final class RegisteredClients {

    private final ProviderBehavior behavior;
    private final List<Client> registered;
    private final Assertions assertions;
    private final Map<String, JWK> keys = new ConcurrentHashMap<>();

    public RegisteredClients(ProviderBehavior behavior, List<Client> registered, Clock clock) {
        this.behavior = behavior;
        this.registered = List.copyOf(registered);
        this.assertions = new Assertions(behavior.base(), clock);
    }

    /** Registers a client's public key, so that it can authenticate with an assertion instead of its secret. */
    public void register(String clientId, JWK key) {
        keys.put(clientId, key.toPublicJWK());
    }

    public Optional<Client> find(String id) {
        return registered.stream().filter(client -> client.id().equals(id)).findFirst();
    }

    /** The client that a form names, without authentication. */
    Client identified(Parameters form) {
        return form.value("client_id")
                .flatMap(this::find)
                .orElseThrow(() -> new ProviderErrorException(behavior.badClient()));
    }

    /** The client that sent a request, authenticated unless it is public. */
    Client authenticated(Request request) {
        if (request.header("authorization").isPresent()) {
            return byBasic(request);
        }
        Client client = identified(request.form());
        if (behavior.acceptsAssertions()
                && request.form().value("client_assertion").isPresent()) {
            if (!assertions.isValid(client.id(), keys.get(client.id()), request.form())) {
                throw new ProviderErrorException(behavior.badClient());
            }
            return client;
        }
        if (!client.isPublic() && !hasSecret(client, request.form().value("client_secret"))) {
            throw new ProviderErrorException(behavior.badClient());
        }
        return client;
    }

    private Client byBasic(Request request) {
        try {
            String pair = new String(
                    Base64.getDecoder().decode(request.credentials("Basic").orElse("")), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            if (behavior.acceptsBasic() && colon >= 0) {
                Optional<Client> client = find(Parameters.decode(pair.substring(0, colon)));
                Optional<String> secret = Optional.of(Parameters.decode(pair.substring(colon + 1)));
                if (client.isPresent() && hasSecret(client.get(), secret)) {
                    return client.get();
                }
            }
        } catch (IllegalArgumentException e) {
            // Not Base64, or not form-urlencoded: treated like a wrong secret.
            throw new ProviderErrorException(behavior.badClient());
        }
        throw new ProviderErrorException(behavior.badClient());
    }

    private static boolean hasSecret(Client client, Optional<String> secret) {
        return secret.isPresent() && new Secret(secret.get()).equals(client.secret());
    }
}
