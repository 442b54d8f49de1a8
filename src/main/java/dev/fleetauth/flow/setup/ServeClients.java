package dev.fleetauth.flow.setup;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.host.Limits;
import dev.fleetauth.model.ClientKey;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.RegisteredClient;
import dev.fleetauth.model.Secret;
import java.util.ArrayList;
import java.util.List;

/** Manages the clients of {@code serve} that have a key of their own. */
public final class ServeClients {

    private final Engine engine;

    public ServeClients(Engine engine) {
        this.engine = engine;
    }

    /** The clients, sorted by name. */
    public List<RegisteredClient> list() {
        return engine.store().clients().list();
    }

    /**
     * Adds a client.
     *
     * @param profiles the profiles that it has access to
     * @param isProxyOnly whether it never receives an access token
     * @param isReadOnly whether only its GET and HEAD requests are forwarded; then it must be proxy-only
     * @return its key, which cannot be recovered later
     * @throws Failure of kind {@code NO_SUCH_PROFILE}, {@code CLIENT_EXISTS} or {@code TOO_MANY_CLIENTS}
     */
    public Secret add(String name, List<ProfileName> profiles, boolean isProxyOnly, boolean isReadOnly) {
        List<ProfileName> known = engine.store().names();
        for (ProfileName profile : profiles) {
            if (!known.contains(profile)) {
                throw Failure.of(Kind.NO_SUCH_PROFILE, profile);
            }
        }
        Secret key = ClientKey.create(engine.environment().random());
        RegisteredClient client = new RegisteredClient(
                name,
                ClientKey.hash(key),
                profiles,
                isProxyOnly,
                isReadOnly,
                engine.environment().clock().instant());
        engine.store().clients().change(clients -> with(clients, client));
        return key;
    }

    private static List<RegisteredClient> with(List<RegisteredClient> clients, RegisteredClient client) {
        if (clients.stream().anyMatch(other -> other.name().equals(client.name()))) {
            throw Failure.of(Kind.CLIENT_EXISTS, client.name());
        }
        if (clients.size() >= Limits.CLIENTS) {
            throw Failure.of(Kind.TOO_MANY_CLIENTS, Limits.CLIENTS);
        }
        List<RegisteredClient> next = new ArrayList<>(clients);
        next.add(client);
        return next;
    }

    /**
     * Removes a client. A running server refuses the client's key within a second.
     *
     * @throws Failure of kind {@code NO_SUCH_CLIENT}
     */
    public void remove(String name) {
        if (list().stream().noneMatch(client -> client.name().equals(name))) {
            // Checked here, since without a store the change would fail with NO_STORE.
            throw Failure.of(Kind.NO_SUCH_CLIENT, name);
        }
        engine.store()
                .clients()
                .change(clients -> clients.stream()
                        .filter(client -> !client.name().equals(name))
                        .toList());
    }
}
