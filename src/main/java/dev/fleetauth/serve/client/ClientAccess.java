package dev.fleetauth.serve.client;

import dev.fleetauth.host.Limits;
import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.model.ClientKey;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.RegisteredClient;
import dev.fleetauth.model.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Finds the client that a key belongs to, and the profile that the client requests. */
final class ClientAccess {

    private static final Duration MAX_AGE = Duration.ofSeconds(Limits.SERVE_CLIENTS_SECONDS);

    private final Supplier<List<RegisteredClient>> registry;
    private final WrongKeys wrongKeys = new WrongKeys();
    private @Nullable List<RegisteredClient> clients;
    private Deadline rereadAt = Deadline.in(Duration.ZERO);

    /** @param registry reads the clients of the store */
    ClientAccess(Supplier<List<RegisteredClient>> registry) {
        this.registry = registry;
    }

    /**
     * The client with this key; empty if there is none. The time that this takes does not depend on how much of the key
     * is correct.
     */
    Optional<RegisteredClient> client(String key) {
        if (!ClientKey.isKey(key)) {
            return Optional.empty();
        }
        String hash = ClientKey.hash(new Secret(key));
        RegisteredClient found = find(hash, clients(false));
        if (found == null && !wrongKeys.areTooMany()) {
            // The client may just have been added. The limit keeps wrong keys from causing a read of the store each
            // time.
            found = find(hash, clients(true));
        }
        return Optional.ofNullable(found);
    }

    private static @Nullable RegisteredClient find(String hash, List<RegisteredClient> clients) {
        RegisteredClient found = null;
        for (RegisteredClient client : clients) {
            if (client.hasKeyHash(hash)) {
                found = client;
            }
        }
        return found;
    }

    /**
     * Counts a wrong key, and returns its refusal. After too many wrong keys, the refusal tells clients to wait;
     * requests with a valid key are still served.
     *
     * @param status the HTTP status, unless there were too many wrong keys
     * @param error the error code
     */
    ClientErrorException wrongKey(int status, String error) {
        wrongKeys.add();
        if (!wrongKeys.areTooMany()) {
            return new ClientErrorException(
                    status,
                    error,
                    "the client key is wrong: create a client with 'fleetauth client add',"
                            + " or list the clients with 'fleetauth client list'");
        }
        Duration wait = wrongKeys.timeLeft();
        return ClientErrorException.tooMany(
                error, "too many wrong client keys: try again in " + (wait.toSeconds() + 1) + " s", wait);
    }

    /** The profile that a client requests. A client is not told whether profiles other than its own exist. */
    static ProfileName profile(RegisteredClient client, Route route) {
        String name = route.profile();
        if (name != null) {
            return client.profiles().stream()
                    .filter(profile -> profile.value().equals(name))
                    .findFirst()
                    .orElseThrow(() ->
                            new ClientErrorException(403, "access_denied", "the client has no access to this profile"));
        }
        if (client.profiles().size() > 1) {
            throw ClientErrorException.invalid(
                    "the client has access to several profiles: begin the path with " + Route.PREFIX + "NAME");
        }
        return client.profiles().get(0);
    }

    private synchronized List<RegisteredClient> clients(boolean reread) {
        List<RegisteredClient> known = clients;
        if (known != null && !reread && !rereadAt.hasPassed()) {
            return known;
        }
        try {
            known = registry.get();
        } catch (Failure e) {
            // Known clients are accepted while a shared store cannot be reached: it also contains the tokens, so their
            // requests fail anyway.
            if (known == null || e.kind() != Kind.STORE_UNREACHABLE) {
                throw e;
            }
        }
        clients = known;
        rereadAt = Deadline.in(MAX_AGE);
        return known;
    }
}
