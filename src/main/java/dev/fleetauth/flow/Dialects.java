package dev.fleetauth.flow;

import dev.fleetauth.model.Dialect;
import dev.fleetauth.model.Settings;
import dev.fleetauth.tesla.Region;
import dev.fleetauth.tesla.TokenType;
import java.util.Optional;

/**
 * Selects the dialect of a session's provider: for Tesla that of its region and token type, otherwise the standard one.
 */
public final class Dialects {

    private Dialects() {}

    public static Dialect of(Settings settings) {
        Optional<Region> region = region(settings);
        return region.isPresent() ? type(settings).dialect(region.get()) : Dialect.standard(settings.issuer(), false);
    }

    /** The Tesla region of a session, with the addresses of its issuer; empty for any other provider. */
    public static Optional<Region> region(Settings settings) {
        Optional<Region> region = settings.region() == null ? Optional.empty() : Region.of(settings.region());
        return region.isPresent()
                ? Optional.of(type(settings).in(servedBy(region.get(), settings.issuer())))
                : Optional.empty();
    }

    /** The Tesla token type of a session; {@code third-party} for a provider other than Tesla. */
    public static TokenType type(Settings settings) {
        return TokenType.of(settings.type()).orElse(TokenType.THIRD_PARTY);
    }

    /** The region itself or, if the issuer is not Tesla's, the region with the addresses of a stand-in. */
    public static Region servedBy(Region region, String issuer) {
        return issuer.equals(region.authority().toString()) ? region : region.servedBy(issuer);
    }
}
