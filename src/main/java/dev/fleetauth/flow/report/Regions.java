package dev.fleetauth.flow.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fleetauth.flow.Dialects;
import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.login.RegionHints;
import dev.fleetauth.flow.refresh.Refresh;
import dev.fleetauth.host.Limits;
import dev.fleetauth.http.Addresses;
import dev.fleetauth.http.HttpResponse;
import dev.fleetauth.model.Candidate;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Settings;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.oauth.Jwt;
import dev.fleetauth.oauth.ResponseClassifier;
import dev.fleetauth.tesla.KnownErrors;
import dev.fleetauth.tesla.Region;
import dev.fleetauth.tesla.RegionHint;
import dev.fleetauth.tesla.TokenType;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Shows and changes a profile's region. Hints about the region change nothing by themselves. */
public final class Regions {

    private static final int MISDIRECTED = 421;
    private static final int UNAUTHORIZED = 401;

    private final Engine engine;

    public Regions(Engine engine) {
        this.engine = engine;
    }

    /**
     * The region of a profile.
     *
     * @param profile the profile
     * @param region the id of its region
     * @param place the part of the world
     * @param audience the audience of its tokens; null if requests name none
     * @param hints the hints about the region
     * @param command the command that changes to the suggested region; null if no hint disagrees
     * @param advice the advice about hints that disagree; null if none does
     */
    public record Report(
            ProfileName profile,
            String region,
            String place,
            @Nullable String audience,
            List<Hint> hints,
            @Nullable String command,
            @Nullable String advice) {}

    /**
     * A hint about the region.
     *
     * @param source where it was found: {@code refresh_token}, {@code access_token} or {@code fleet_api}
     * @param value the value found there
     * @param region the region that it suggests; null if it is unknown
     */
    public record Hint(
            String source, String value, @Nullable String region) {}

    /**
     * A profile's region, with the hints about it.
     *
     * @param detect whether to also ask the Fleet API, with the access token, which is refreshed first if necessary
     */
    public Report of(ProfileName name, boolean detect) {
        Profile profile = detect ? withToken(name) : engine.open(name);
        Settings settings = profile.session().settings();
        Region region = region(settings);
        List<RegionHint> hints = new ArrayList<>(RegionHints.in(profile));
        if (detect) {
            hints.add(detected(profile));
        }
        return new Report(
                name,
                region.id(),
                region.name(),
                settings.audience(),
                hints.stream().map(Regions::hint).toList(),
                RegionHints.command(name, region.id(), hints).orElse(null),
                RegionHints.advice(name, region.id(), hints).orElse(null));
    }

    private static Hint hint(RegionHint hint) {
        return new Hint(
                hint.source().id(),
                hint.value(),
                hint.region() == null ? null : hint.region().id());
    }

    /**
     * Changes a profile's region, if that is possible without a login: regions that share logins also share tokens.
     *
     * @throws Failure of kind {@code REGION_LOGIN_NEEDED} if the new region needs a login of its own
     */
    public void change(ProfileName name, String id) {
        Region next = Region.of(id).orElseThrow(() -> Failure.of(Kind.BAD_VALUE, "the region", id, "na, eu or cn"));
        Optional<Profile> changed = engine.withLockNotMoved(name, (lease, profile) -> {
            Region now = region(profile.session().settings());
            if (now.id().equals(next.id())) {
                return Optional.empty();
            }
            if (!Region.of(now.id()).filter(next::sharesLoginsWith).isPresent()) {
                throw Failure.of(Kind.REGION_LOGIN_NEEDED, name, next.id());
            }
            Profile updated = changed(profile, next);
            lease.save(updated, false);
            return Optional.of(updated);
        });
        changed.ifPresent(this::noticeAudience);
    }

    private static Profile changed(Profile profile, Region next) {
        Candidate waiting = profile.candidate();
        Profile moved = profile.withSession(changed(profile.session(), next));
        return waiting == null
                ? moved
                : new Profile(
                        moved.name(),
                        moved.generation(),
                        moved.session(),
                        new Candidate(
                                changed(waiting.session(), next),
                                waiting.nonce(),
                                waiting.subject(),
                                waiting.respondedAt()));
    }

    /** Changes the region of a session. A chosen audience stays; the region's default audience changes with it. */
    private static Session changed(Session session, Region next) {
        Settings settings = session.settings();
        boolean isDefault = region(settings).audience().equals(settings.audience());
        String audience = isDefault ? Dialects.servedBy(next, settings.issuer()).audience() : settings.audience();
        return session.withSettings(settings.withRegion(next.id(), audience));
    }

    /** Tells the user if a new access token is needed. Usually the old one names the audiences of both regions. */
    private void noticeAudience(Profile profile) {
        Tokens tokens = profile.session().tokens();
        String audience = profile.session().settings().audience();
        if (tokens == null || audience == null) {
            return;
        }
        List<String> named = Jwt.strings(Jwt.claims(tokens.accessToken()).get("aud"));
        if (!named.isEmpty() && !named.contains(audience)) {
            boolean isOfUser = Dialects.type(profile.session().settings()).isOfUser();
            engine.notice("The current access token is not for " + audience + ": run 'fleetauth "
                    + (isOfUser ? "login" : "refresh") + " -p " + profile.name() + "'.");
        }
    }

    /** The profile with a valid access token for the Fleet API. */
    private Profile withToken(ProfileName name) {
        requireDetectable(engine.open(name));
        Profile profile = new Refresh(engine).token(name, null, true);
        // Checked again before the token is sent: another login may have replaced the profile in the meantime.
        requireDetectable(profile);
        return profile;
    }

    private static void requireDetectable(Profile profile) {
        Settings settings = profile.session().settings();
        region(settings);
        TokenType type = Dialects.type(settings);
        if (!type.isOfUser() || !type.isForFleetApi()) {
            throw Failure.of(
                    Kind.UNUSABLE,
                    "--detect",
                    "the Fleet API reports a region only for a user's token, not for one of type " + type.id(),
                    "omit --detect");
        }
    }

    /** Asks the Fleet API at the address of the profile's region, not at a chosen audience. */
    private RegionHint detected(Profile profile) {
        Settings settings = profile.session().settings();
        URI address = URI.create(region(settings).audience() + "/api/1/users/region");
        Secret token = Objects.requireNonNull(profile.session().tokens()).accessToken();
        if (!token.isB64Token()) {
            throw Failure.of(
                    Kind.UNPRINTABLE_TOKEN,
                    profile.name(),
                    "it contains characters that are not allowed in a bearer token");
        }
        HttpResponse response = engine.network(settings.certificates())
                .get(address, Map.of("Authorization", "Bearer " + token.reveal()), Limits.API_BYTES);
        Optional<RegionHint> hint = response.status() == MISDIRECTED
                ? RegionHint.ofMisdirected(response.text())
                : RegionHint.ofFleetApi(region(profile, response, token));
        return hint.orElseThrow(() -> Failure.of(
                Kind.BAD_RESPONSE,
                Addresses.shown(address),
                "status " + response.status() + " without a known region"));
    }

    private static String region(Profile profile, HttpResponse response, Secret token) {
        JsonNode json = ResponseClassifier.json(response, List.of(token));
        String error = ResponseClassifier.memberText(json, "error", List.of(token));
        if (response.status() == UNAUTHORIZED && !isAboutTheAccount(error)) {
            throw Failure.of(Kind.LOGIN_NEEDED, profile.name(), "the Fleet API rejected its access token (401)", "");
        }
        if (response.status() / 100 != 2) {
            throw Failure.of(Kind.API_REFUSED, Addresses.shown(response.uri()), response.status(), error);
        }
        return json.path("response").path("region").asText("");
    }

    /** Whether a 401 has a cause other than the token, so that a login would not help. */
    private static boolean isAboutTheAccount(String error) {
        return KnownErrors.apiRefusal(error)
                .filter(known -> !known.code().equals("invalid_token"))
                .isPresent();
    }

    private static Region region(Settings settings) {
        return Dialects.region(settings)
                .orElseThrow(() -> Failure.of(
                        Kind.UNUSABLE,
                        "region",
                        "the profile belongs to the issuer " + settings.issuer() + ", and only Tesla has regions",
                        "choose a Tesla profile with -p"));
    }
}
