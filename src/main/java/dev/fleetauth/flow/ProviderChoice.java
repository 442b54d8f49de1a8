package dev.fleetauth.flow;

import dev.fleetauth.http.Addresses;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.ProviderMetadata;
import dev.fleetauth.model.ProviderMetadata.Member;
import dev.fleetauth.model.ProviderMetadata.Source;
import dev.fleetauth.model.Settings;
import dev.fleetauth.oauth.Discovery;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The provider that the user chose. Null selects the profile's value or, without one, the default.
 *
 * @param type Tesla's token type
 * @param issuer the provider's issuer as entered; together with a type, a server that stands in for Tesla
 * @param region Tesla's region
 * @param endpoints addresses that replace the provider's, by their registered metadata names, in case both the document
 *     and its correction are wrong
 * @param certificates PEM certificates to trust in addition to the system's
 */
public record ProviderChoice(
        @Nullable String type,
        @Nullable String issuer,
        @Nullable RegionChoice region,
        Map<String, String> endpoints,
        @Nullable String certificates) {

    /** The empty choice. */
    public static final ProviderChoice NONE = new ProviderChoice(null, null, null, Map.of(), null);

    private static final List<String> ENDPOINTS = List.of(
            "authorization_endpoint",
            "token_endpoint",
            "jwks_uri",
            "revocation_endpoint",
            "device_authorization_endpoint");

    public ProviderChoice {
        endpoints = Collections.unmodifiableMap(new LinkedHashMap<>(endpoints));
    }

    /** The choice with another region. */
    public ProviderChoice withRegion(@Nullable RegionChoice next) {
        return new ProviderChoice(type, issuer, next, endpoints, certificates);
    }

    /** The chosen provider, else the stored one, else Tesla. */
    public Provider provider(@Nullable Settings stored) {
        return Provider.choose(type, issuer, region, stored);
    }

    /** The chosen certificates, else the stored ones; null for none. */
    public @Nullable String certificates(@Nullable Settings stored) {
        return certificates != null || stored == null ? certificates : stored.certificates();
    }

    /**
     * Rejects an unknown endpoint name, or an address to which a secret must not be sent.
     *
     * @throws Failure of kind {@code BAD_VALUE}
     */
    public void requireUsableEndpoints() {
        endpoints.forEach((name, address) -> {
            if (!ENDPOINTS.contains(name)) {
                throw Failure.of(Kind.BAD_VALUE, "--endpoint", name, "one of " + String.join(", ", ENDPOINTS));
            }
            if (Addresses.whyUnusable(address, true) != null) {
                throw Failure.of(
                        Kind.BAD_VALUE,
                        "--endpoint " + name,
                        Addresses.withoutCredentials(address),
                        "an https address without credentials or fragment");
            }
        });
    }

    /** A provider's metadata with the chosen endpoints in place of its own. */
    public ProviderMetadata metadata(Provider provider, Discovery discovery, Consumer<String> notices) {
        requireUsableEndpoints();
        ProviderMetadata metadata = provider.metadata(discovery, notices);
        ProviderMetadata next = metadata;
        for (Map.Entry<String, String> chosen : endpoints.entrySet()) {
            Member replaced = metadata.members().get(chosen.getKey());
            next = next.with(
                    chosen.getKey(),
                    new Member(List.of(chosen.getValue()), Source.OPTION, documentSays(replaced), null, null));
        }
        return next;
    }

    private static @Nullable List<String> documentSays(@Nullable Member replaced) {
        if (replaced == null) {
            return null;
        }
        return replaced.source() == Source.DOCUMENT ? replaced.values() : replaced.documentSays();
    }
}
