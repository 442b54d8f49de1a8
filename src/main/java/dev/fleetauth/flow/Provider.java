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
 * The provider a session is with.
 *
 * @param issuer its issuer
 * @param type Tesla's kind of token; null for a standard provider
 * @param region Tesla's region, as played by the issuer; null for a standard provider
 */
public record Provider(
        String issuer, @Nullable TokenType type, @Nullable Region region) {

    /** Failures of this machine's own settings, with which no other request would get through either. */
    private static final Set<Kind> HERE = Set.of(Kind.BAD_VALUE, Kind.PROXY_REFUSED);

    /**
     * The provider that was asked for, else the stored one, else Tesla.
     *
     * @param type what was asked for, if anything
     * @param issuer what was asked for, if anything
     * @param region what was asked for, if anything; else what is given where nothing is stored either
     */
    public static Provider choose(
            @Nullable String type, @Nullable String issuer, @Nullable RegionChoice region, @Nullable Settings stored) {
        Settings kept = stored != null && (issuer == null || issuer.equals(stored.issuer())) ? stored : null;
        boolean standard = type == null && (kept != null ? kept.region() == null : issuer != null);
        if (standard) {
            if (region != null && region.byOption()) {
                throw Failure.of(Kind.CONFLICTING_OPTIONS, "--region", "--issuer", "only Tesla has regions");
            }
            return new Provider(kept != null ? kept.issuer() : Objects.requireNonNull(issuer), null, null);
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
        // A stand-in stays one; Tesla itself has another issuer in another region.
        String base = first(
                issuer,
                tesla != null && isStandIn(tesla) ? tesla.issuer() : null,
                chosen.authority().toString());
        return new Provider(base, chosenType, chosenType.in(Dialects.playedBy(chosen, base)));
    }

    private static String first(@Nullable String said, @Nullable String kept, String otherwise) {
        if (said != null) {
            return said;
        }
        return kept != null ? kept : otherwise;
    }

    /** What the provider says of itself, corrected where it is known to be wrong. */
    public ProviderMetadata metadata(Discovery discovery, Consumer<String> notices) {
        if (region == null) {
            return discovery.ofIssuer(issuer);
        }
        try {
            return Corrections.apply(discovery.read(region.discoveryDocument(), region.issuers()), region);
        } catch (Failure e) {
            if (HERE.contains(e.kind())) {
                throw e;
            }
            String reason = "the discovery document "
                    + (e.kind() == Kind.METADATA_REJECTED ? "is not accepted: " + rejection(e) : "is not available");
            notices.accept("Tesla: " + reason + "; continuing with the built-in table of its endpoints");
            return Corrections.builtIn(region, reason);
        }
    }

    private static String rejection(Failure e) {
        return e.fields().get("member") + " " + e.fields().get("why");
    }

    /** How it speaks. */
    public Dialect dialect(ProviderMetadata metadata) {
        return type != null && region != null
                ? type.dialect(region)
                : Dialect.standard(
                        issuer,
                        // RFC 9207 3: whoever promises to name itself must do so.
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
