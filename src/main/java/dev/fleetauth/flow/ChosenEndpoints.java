package dev.fleetauth.flow;

import dev.fleetauth.http.Addresses;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.ProviderMetadata;
import dev.fleetauth.model.ProviderMetadata.Member;
import dev.fleetauth.model.ProviderMetadata.Source;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Addresses that a person says in the place of those of the provider's document or of a correction: for the day on which
 * both are wrong.
 */
public final class ChosenEndpoints {

    private static final List<String> NAMES =
            List.of("authorization_endpoint", "token_endpoint", "jwks_uri", "revocation_endpoint");

    private ChosenEndpoints() {}

    /**
     * Refuses what is no endpoint, or no address that a secret may be sent to.
     *
     * @param chosen addresses by the members' registered names
     * @throws Failure of kind {@code BAD_VALUE}
     */
    public static void requireGood(Map<String, String> chosen) {
        chosen.forEach((name, address) -> {
            if (!NAMES.contains(name)) {
                throw Failure.of(Kind.BAD_VALUE, "--endpoint", name, "one of " + String.join(", ", NAMES));
            }
            if (Addresses.whyUnusable(address, true) != null) {
                throw Failure.of(
                        Kind.BAD_VALUE,
                        "--endpoint " + name,
                        Addresses.withoutCredentials(address),
                        "an https address without credentials and fragment");
            }
        });
    }

    /** The metadata with what was chosen. */
    public static ProviderMetadata apply(ProviderMetadata metadata, Map<String, String> chosen) {
        requireGood(chosen);
        ProviderMetadata next = metadata;
        for (Map.Entry<String, String> one : chosen.entrySet()) {
            Member otherwise = metadata.members().get(one.getKey());
            next = next.with(
                    one.getKey(),
                    new Member(List.of(one.getValue()), Source.OPTION, documentSays(otherwise), null, null));
        }
        return next;
    }

    private static @Nullable List<String> documentSays(@Nullable Member otherwise) {
        if (otherwise == null) {
            return null;
        }
        return otherwise.source() == Source.DOCUMENT ? otherwise.values() : otherwise.documentSays();
    }
}
