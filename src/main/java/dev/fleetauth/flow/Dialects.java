package dev.fleetauth.flow;

import dev.fleetauth.model.Dialect;
import dev.fleetauth.model.Settings;
import dev.fleetauth.tesla.Region;
import dev.fleetauth.tesla.TokenType;
import java.util.Optional;

/** How the provider of a session speaks: Tesla by its data, any other by the book. */
public final class Dialects {

    private Dialects() {}

    public static Dialect of(Settings settings) {
        return region(settings)
                .map(region -> type(settings).dialect(region))
                .orElseGet(() -> Dialect.standard(settings.issuer(), false));
    }

    /** The Tesla region of a session, as played by its issuer; empty for any other provider. */
    public static Optional<Region> region(Settings settings) {
        return settings.region() == null
                ? Optional.empty()
                : Region.of(settings.region()).map(region -> type(settings).in(playedBy(region, settings.issuer())));
    }

    /** Tesla's kind of token that a session is of. */
    public static TokenType type(Settings settings) {
        return TokenType.of(settings.type()).orElse(TokenType.THIRD_PARTY);
    }

    /** A region itself, or, if the issuer is not Tesla, a stand-in for it. */
    public static Region playedBy(Region region, String issuer) {
        return issuer.equals(region.authority().toString()) ? region : region.playedBy(issuer);
    }
}
