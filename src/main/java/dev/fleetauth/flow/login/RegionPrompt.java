package dev.fleetauth.flow.login;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.ProviderChoice;
import dev.fleetauth.flow.RegionChoice;
import dev.fleetauth.host.prompt.Alternatives;
import dev.fleetauth.host.prompt.Prompt;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Settings;
import dev.fleetauth.tesla.Region;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Prompts for Tesla's region at a first login, or when another program's refresh token is imported. */
public final class RegionPrompt {

    private static final String NAME = "Tesla's region";
    private static final String EXPECTED = "na, eu or cn";
    private static final String QUESTION =
            "Tesla region: na (North America, Asia-Pacific), eu (Europe, Middle East, Africa) or cn (China) [na]: ";

    private RegionPrompt() {}

    /**
     * Completes the choice with a region from a prompt, if nothing else determines it and prompting is possible.
     *
     * @param stored the profile's settings; null if it has none
     */
    public static ProviderChoice complete(Engine engine, ProviderChoice choice, @Nullable Settings stored) {
        boolean isKnown = choice.region() != null || choice.issuer() != null || stored != null;
        return isKnown || !engine.canAsk() ? choice : choice.withRegion(ask(engine));
    }

    private static @Nullable RegionChoice ask(Engine engine) {
        var regions = new Alternatives<Optional<Region>>(EXPECTED, Failure.of(Kind.NO_VALID_ANSWER, NAME, EXPECTED))
                .withDefault(Optional.empty());
        Region.ALL.forEach(region -> regions.with(Optional.of(region), names(region)));
        try {
            return Prompt.line(engine.environment().terminal(), QUESTION, regions)
                    .map(region -> new RegionChoice(region.id(), true))
                    .orElse(null);
        } catch (IOException e) {
            throw Failure.because(e, Kind.CANCELED, NAME);
        }
    }

    /** The accepted names of a region. */
    private static String[] names(Region region) {
        return switch (region.id()) {
            case "na" ->
                new String[] {"na", "North America", "America", "US", "USA", "United States", "Asia-Pacific", "APAC"};
            case "eu" -> new String[] {"eu", "Europe", "European Union", "EMEA", "Middle East", "Africa"};
            case "cn" -> new String[] {"cn", "China", "PRC"};
            default -> new String[] {region.id()};
        };
    }
}
