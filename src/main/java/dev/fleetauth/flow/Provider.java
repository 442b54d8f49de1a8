package dev.fleetauth.flow;

import dev.fleetauth.model.Dialect;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.ProviderMetadata;
import dev.fleetauth.model.Settings;
import dev.fleetauth.oauth.Discovery;
import dev.fleetauth.tesla.Corrections;
import dev.fleetauth.tesla.Region;
import dev.fleetauth.tesla.TokenType;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The provider of a session.
 *
 * @param issuer the issuer
 * @param type Tesla's token type; null for a standard provider
 * @param region Tesla's region, with the addresses of the issuer; null for a standard provider
 */
public record Provider(
        String issuer, @Nullable TokenType type, @Nullable Region region) {

    /** Failures caused by this machine's settings, which would affect any other request too. */
    private static final Set<Kind> LOCAL_FAILURES = Set.of(Kind.BAD_VALUE, Kind.PROXY_REFUSED);

    /**
     * The chosen provider, else the stored one, else Tesla.
     *
     * @param type the chosen type; null for none
     * @param issuer the chosen issuer; null for none
     * @param region the chosen region; null for none
     */
    public static Provider choose(
            @Nullable String type, @Nullable String issuer, @Nullable RegionChoice region, @Nullable Settings stored) {
        Settings kept = stored != null && (issuer == null || issuer.equals(stored.issuer())) ? stored : null;
        boolean standard = type == null && (kept != null ? kept.region() == null : issuer != null);
        if (standard) {
            String chosen = kept != null ? kept.issuer() : Objects.requireNonNull(issuer);
            if (region != null && region.byOption()) {
                throw Failure.of(
                        Kind.CONFLICTING_OPTIONS, "--region", "the issuer " + chosen, "only Tesla has regions");
            }
            return new Provider(chosen, null, null);
        }
        Settings tesla = kept != null && kept.region() != null ? kept : null;
        String typeId = first(type, tesla == null ? null : tesla.type(), TokenType.THIRD_PARTY.id());
        String regionId =
                first(region == null ? null : region.id(), tesla == null ? null : tesla.region(), Region.NA.id());
        TokenType chosenType = TokenType.of(typeId)
                .orElseThrow(() -> unknown(
                        "--type",
                        typeId,
                        TokenType.ALL.stream().map(TokenType::id).collect(Collectors.joining(", "))));
        Region chosen = Region.of(regionId)
                .orElseThrow(() -> unknown(
                        region != null && !region.byOption() ? "FLEETAUTH_REGION" : "--region",
                        regionId,
                        "na, eu or cn"));
        // A stand-in keeps its issuer; Tesla's own issuer depends on the region.
        String base = first(
                issuer,
                tesla != null && isStandIn(tesla) ? tesla.issuer() : null,
                chosen.authority().toString());
        return new Provider(base, chosenType, chosenType.in(Dialects.servedBy(chosen, base)));
    }

    private static String first(@Nullable String chosen, @Nullable String kept, String otherwise) {
        if (chosen != null) {
            return chosen;
        }
        return kept != null ? kept : otherwise;
    }

    /**
     * The provider's metadata. Tesla's is corrected where it is known to be wrong, and replaced by the built-in table
     * if it cannot be used.
     */
    public ProviderMetadata metadata(Discovery discovery, Consumer<String> notices) {
        if (region == null) {
            return discovery.ofIssuer(issuer);
        }
        try {
            return Corrections.apply(discovery.read(region.discoveryDocument(), region.issuers()), region);
        } catch (Failure e) {
            if (LOCAL_FAILURES.contains(e.kind())) {
                throw e;
            }
            String reason = "the discovery document "
                    + (e.kind() == Kind.METADATA_REJECTED
                            ? "was rejected: " + e.fields().get("why")
                            : "is not available");
            notices.accept("Tesla: " + reason + "; using the built-in table of endpoints");
            return Corrections.builtIn(region, reason);
        }
    }

    /** The dialect of the provider. */
    public Dialect dialect(ProviderMetadata metadata) {
        return type != null && region != null
                ? type.dialect(region)
                : Dialect.standard(
                        issuer,
                        // RFC 9207 3: a provider that declares support must send its issuer.
                        metadata.values("authorization_response_iss_parameter_supported")
                                .contains("true"));
    }

    private static boolean isStandIn(Settings settings) {
        return Region.ALL.stream()
                .noneMatch(known -> known.authority().toString().equals(settings.issuer()));
    }

    private static Failure unknown(String what, String value, String expected) {
        return Failure.of(Kind.BAD_VALUE, what, value, expected);
    }

    public Optional<TokenType> tokenType() {
        return Optional.ofNullable(type);
    }
}
