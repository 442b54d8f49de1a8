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

/** Which client a key belongs to, and what that client has access to. */
final class ClientAccess {

    private static final Duration MAX_AGE = Duration.ofSeconds(Limits.SERVE_CLIENTS_SECONDS);

    private final Supplier<List<RegisteredClient>> registry;
    private final WrongKeys wrongKeys = new WrongKeys();
    private @Nullable List<RegisteredClient> clients;
    private Deadline readAgain = Deadline.in(Duration.ZERO);

    /** @param registry reads the clients of the store */
    ClientAccess(Supplier<List<RegisteredClient>> registry) {
        this.registry = registry;
    }

    /** The client with a key; empty if there is none. The time that this takes does not tell how much of the key is right. */
    Optional<RegisteredClient> client(String key) {
        if (!ClientKey.isKey(key)) {
            return Optional.empty();
        }
        String hash = ClientKey.hash(new Secret(key));
        RegisteredClient found = find(hash, clients(false));
        if (found == null && !wrongKeys.areTooMany()) {
            // It may have been added just now. Wrong keys do not make this read the store any number of times.
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
     * That a key is wrong. After too many of them a client has to wait, which makes no difference to those with a right one.
     *
     * @param status the status as long as there are not too many
     * @param error the error code
     */
    Refusal wrongKey(int status, String error) {
        wrongKeys.add();
        if (!wrongKeys.areTooMany()) {
            return new Refusal(
                    status,
                    error,
                    "the client key is wrong: 'fleetauth client add' issues one, 'client list' shows whose");
        }
        Duration wait = wrongKeys.timeLeft();
        return Refusal.tooMany(
                error, "too many wrong client keys: try again in " + (wait.toSeconds() + 1) + " s", wait);
    }

    /** The profile that a client asks for. A client is not told which profiles there are besides its own. */
    static ProfileName profile(RegisteredClient client, Route route) {
        String name = route.profile();
        if (name != null) {
            return client.profiles().stream()
                    .filter(profile -> profile.value().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new Refusal(403, "access_denied", "the client has no access to this profile"));
        }
        if (client.profiles().size() > 1) {
            throw Refusal.invalid(
                    "the client has access to several profiles: begin the path with " + Route.PREFIX + "NAME");
        }
        return client.profiles().get(0);
    }

    private synchronized List<RegisteredClient> clients(boolean isNew) {
        List<RegisteredClient> known = clients;
        if (known != null && !isNew && !readAgain.hasPassed()) {
            return known;
        }
        try {
            known = registry.get();
        } catch (Failure e) {
            // As long as a shared store cannot be reached, no client can be removed from it either.
            if (known == null || e.kind() != Kind.STORE_UNREACHABLE) {
                throw e;
            }
        }
        clients = known;
        readAgain = Deadline.in(MAX_AGE);
        return known;
    }
}
