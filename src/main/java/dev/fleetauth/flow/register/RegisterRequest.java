package dev.fleetauth.flow.register;

import dev.fleetauth.flow.RegionChoice;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Secret;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What {@code register} was asked for.
 *
 * @param profile whose application it is
 * @param domain the domain as it was typed
 * @param regions the ids of the regions; empty for the application's own
 * @param publicKey the file of the application's public key; null for none
 * @param newKey the directory of its key pair, which is made if there is none; null for none
 * @param check whether to look only, and change nothing
 * @param client the client before its first login; it may fail, for values that are not valid
 */
public record RegisterRequest(
        ProfileName profile,
        String domain,
        List<String> regions,
        @Nullable Path publicKey,
        @Nullable Path newKey,
        boolean check,
        Supplier<Client> client) {

    public RegisterRequest {
        regions = List.copyOf(regions);
    }

    /**
     * A client that has no profile yet, or whose profile came without its secret. What is null was not given.
     *
     * @param issuer the issuer of a server that stands in for Tesla's
     * @param region Tesla's region
     * @param id the client's id
     * @param secret the client's secret
     * @param certificates PEM certificates to trust in addition to the system's
     */
    public record Client(
            @Nullable String issuer,
            @Nullable RegionChoice region,
            @Nullable String id,
            @Nullable Secret secret,
            @Nullable String certificates) {}
}
