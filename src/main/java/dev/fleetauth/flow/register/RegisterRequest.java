package dev.fleetauth.flow.register;

import dev.fleetauth.flow.RegionChoice;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Secret;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The request of a {@code register} command.
 *
 * @param profile the profile of the application
 * @param domain the domain as entered
 * @param regions the ids of the regions; empty for the application's own
 * @param publicKey the file of the application's public key; null for none
 * @param newKey the directory of its key pair, which is created if missing; null for none
 * @param check whether to only check, and change nothing
 * @param client supplies the values that the profile lacks, or throws a {@code Failure} if they are invalid
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
     * A client that has no profile yet, or whose profile has no secret. Null stands for a missing value.
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
