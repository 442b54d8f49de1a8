package dev.fleetauth.flow.login;

import dev.fleetauth.flow.Dialects;
import dev.fleetauth.flow.Engine;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.oauth.Jwt;
import dev.fleetauth.tesla.Region;
import dev.fleetauth.tesla.RegionHint;
import dev.fleetauth.tesla.RegionHint.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Collects the hints in a profile's tokens about its region, and gives advice if they contradict the profile's region.
 */
public final class RegionHints {

    private RegionHints() {}

    /** The hints in a profile's tokens; none for tokens of the application itself, which have no user. */
    public static List<RegionHint> in(Profile profile) {
        List<RegionHint> hints = new ArrayList<>();
        Tokens tokens = profile.session().tokens();
        if (tokens != null && Dialects.type(profile.session().settings()).isOfUser()) {
            Optional.ofNullable(tokens.refreshToken())
                    .flatMap(token -> RegionHint.ofPrefix(Source.REFRESH_TOKEN, token.reveal()))
                    .ifPresent(hints::add);
            RegionHint.ofClaims(Jwt.claims(tokens.accessToken())).ifPresent(hints::add);
        }
        return hints;
    }

    /** Prints advice after a login if its code or tokens suggest a different region than the chosen one. */
    static void announce(Engine engine, Profile profile, Secret code) {
        String region = profile.session().settings().region();
        if (region == null) {
            return;
        }
        List<RegionHint> hints = new ArrayList<>(in(profile));
        RegionHint.ofPrefix(Source.CODE, code.reveal()).ifPresent(hints::add);
        advice(profile.name(), region, hints).ifPresent(engine::notice);
    }

    /** The advice about hints that disagree with a region; empty if none does. */
    public static Optional<String> advice(ProfileName name, String region, List<RegionHint> hints) {
        List<RegionHint> others =
                hints.stream().filter(hint -> hint.disagreesWith(region)).toList();
        return others.stream()
                .flatMap(hint -> Stream.ofNullable(hint.region()))
                .findFirst()
                .map(other -> {
                    String found = others.stream().map(RegionHints::text).collect(Collectors.joining(", "));
                    String meaning = sharesLogins(region, other)
                            ? "A hint suggests region " + other.id() + ", but this profile has " + region + ": " + found
                            : "This account belongs to " + other.portal() + ": use --region " + other.id()
                                    + " with a client id of that portal (" + found + ")";
                    return meaning + ". Hints can be wrong; if this one is right, run: " + command(name, region, other);
                });
    }

    /** The command that changes to the suggested region; empty if no hint disagrees. */
    public static Optional<String> command(ProfileName name, String region, List<RegionHint> hints) {
        return hints.stream()
                .filter(hint -> hint.disagreesWith(region))
                .flatMap(hint -> Stream.ofNullable(hint.region()))
                .findFirst()
                .map(other -> command(name, region, other));
    }

    private static String command(ProfileName name, String region, Region other) {
        return sharesLogins(region, other)
                ? "fleetauth region -p " + name + " " + other.id()
                : "fleetauth login -p " + name + " --region " + other.id() + " --client-id ID --replace";
    }

    private static boolean sharesLogins(String region, Region other) {
        return Region.of(region).filter(other::sharesLoginsWith).isPresent();
    }

    private static String text(RegionHint hint) {
        return switch (hint.source()) {
            case CODE -> "the authorization code began with " + hint.value();
            case REFRESH_TOKEN -> "the refresh token begins with " + hint.value();
            case ACCESS_TOKEN -> "the access token has the ou_code " + hint.value();
            case FLEET_API -> "the Fleet API says " + hint.value();
        };
    }
}
