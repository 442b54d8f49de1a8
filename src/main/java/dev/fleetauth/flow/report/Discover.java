package dev.fleetauth.flow.report;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.Provider;
import dev.fleetauth.flow.ProviderChoice;
import dev.fleetauth.flow.RegionChoice;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.ProviderMetadata;
import dev.fleetauth.model.ProviderMetadata.Member;
import dev.fleetauth.model.ProviderMetadata.Source;
import dev.fleetauth.model.Settings;
import dev.fleetauth.oauth.Discovery;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Shows the provider as this program sees it: the profile's, or the one that is asked for. */
public final class Discover {

    private final Engine engine;

    public Discover(Engine engine) {
        this.engine = engine;
    }

    /**
     * Reads a provider.
     *
     * @param name the profile whose provider is shown if none is asked for; null for none
     * @param choice the provider that is asked for
     */
    public ProviderMetadata run(@Nullable ProfileName name, ProviderChoice choice) {
        RegionChoice region = choice.region();
        boolean isChosen = choice.type() != null || choice.issuer() != null || (region != null && region.byOption());
        Settings stored =
                isChosen || name == null ? null : engine.open(name).session().settings();
        Provider provider = choice.provider(stored);
        Discovery discovery = engine.discovery(choice.certificates(stored));
        ProviderMetadata metadata = choice.metadata(provider, discovery, engine::notice);
        if (stored != null) {
            warnOfMoves(stored, metadata);
            return withOptions(metadata, stored, provider);
        }
        return metadata;
    }

    /**
     * An issuer as it was given.
     *
     * @param from the option or variable it was given with
     * @throws Failure of kind {@code BAD_VALUE} if it is none
     */
    public static String issuer(String value, String from) {
        try {
            Discovery.addresses(value);
            return value;
        } catch (Failure e) {
            throw Failure.of(
                    Kind.BAD_VALUE,
                    from,
                    String.valueOf(e.fields().get("value")),
                    String.valueOf(e.fields().get("expected")));
        }
    }

    /** A session keeps the endpoints it was made with; if the provider names others now, a login takes them. */
    private void warnOfMoves(Settings stored, ProviderMetadata metadata) {
        Map<String, @Nullable URI> pinned = new LinkedHashMap<>();
        pinned.put("token_endpoint", stored.endpoints().token());
        pinned.put("jwks_uri", stored.endpoints().jwks());
        pinned.put("revocation_endpoint", stored.endpoints().revocation());
        pinned.forEach((member, kept) -> {
            if (!Objects.equals(kept, metadata.uri(member))) {
                engine.notice("the profile keeps " + member + " " + kept
                        + ", with which it was made; 'fleetauth login' takes" + " the provider's present one");
            }
        });
    }

    /** What the profile's person said, where it differs from what would be without. */
    private static ProviderMetadata withOptions(ProviderMetadata metadata, Settings stored, Provider provider) {
        ProviderMetadata next = metadata;
        String usual = provider.region() == null ? null : provider.region().audience();
        if (stored.audience() != null) {
            boolean said = !stored.audience().equals(usual);
            next = next.with("audience", member(stored.audience(), said));
        }
        if (stored.redirectUri() != null) {
            boolean said = provider.type() == null
                    || !stored.redirectUri().equals(provider.type().redirectUri());
            next = next.with("redirect_uri", member(stored.redirectUri().toString(), said));
        }
        return next;
    }

    private static Member member(String value, boolean said) {
        return new Member(List.of(value), said ? Source.OPTION : Source.BUILT_IN, null, null, null);
    }
}
