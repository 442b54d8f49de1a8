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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Determines the metadata of a provider as this program uses it: the chosen provider's, else the profile's. */
public final class Discover {

    /**
     * The member with the additional parameters of authorization requests. No such member is registered (RFC 8414 7.1).
     */
    private static final String AUTHORIZATION_PARAMETERS = "authorization_parameters";

    private final Engine engine;

    public Discover(Engine engine) {
        this.engine = engine;
    }

    /**
     * Reads a provider's metadata.
     *
     * @param name the profile whose provider is used if none is chosen; null for none
     * @param choice the chosen provider
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
            warnOfChangedEndpoints(stored, metadata);
            return withOptions(metadata, stored, provider);
        }
        return metadata;
    }

    /**
     * Validates an issuer and returns it unchanged.
     *
     * @param from the option or variable that it came from
     * @throws Failure of kind {@code BAD_VALUE} if it is not an issuer
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

    /** Warns of endpoints that have changed: a session keeps its endpoints until the next login. */
    private void warnOfChangedEndpoints(Settings stored, ProviderMetadata metadata) {
        Map<String, @Nullable URI> pinned = new LinkedHashMap<>();
        pinned.put("token_endpoint", stored.endpoints().token());
        pinned.put("jwks_uri", stored.endpoints().jwks());
        pinned.put("revocation_endpoint", stored.endpoints().revocation());
        pinned.put("device_authorization_endpoint", stored.endpoints().deviceAuthorization());
        pinned.forEach((member, kept) -> {
            URI current = metadata.uri(member);
            if (Objects.equals(kept, current)) {
                return;
            }
            if (kept == null) {
                engine.notice("The provider now has a " + member
                        + ", which the profile does not use; 'fleetauth login' adds it.");
            } else {
                engine.notice("The profile uses the " + member + " of its login, " + kept
                        + (current == null
                                ? "; the provider no longer has one."
                                : "; 'fleetauth login' switches to the current one."));
            }
        });
    }

    /** Adds the profile's audience, redirect URI and parameters, marked as options unless they are defaults. */
    private static ProviderMetadata withOptions(ProviderMetadata metadata, Settings stored, Provider provider) {
        ProviderMetadata next = metadata;
        String defaultAudience =
                provider.region() == null ? null : provider.region().audience();
        if (stored.audience() != null) {
            boolean isOption = !stored.audience().equals(defaultAudience);
            next = next.with("audience", member(stored.audience(), isOption));
        }
        if (stored.redirectUri() != null) {
            boolean isOption = provider.type() == null
                    || !stored.redirectUri().equals(provider.type().redirectUri());
            next = next.with("redirect_uri", member(stored.redirectUri().toString(), isOption));
        }
        if (!stored.parameters().isEmpty()) {
            List<String> parameters = new ArrayList<>();
            stored.parameters().forEach((name, value) -> parameters.add(name + "=" + value));
            next = next.with(AUTHORIZATION_PARAMETERS, new Member(parameters, Source.OPTION, null, null, null));
        }
        return next;
    }

    private static Member member(String value, boolean isOption) {
        return new Member(List.of(value), isOption ? Source.OPTION : Source.BUILT_IN, null, null, null);
    }
}
