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

/** A profile's region: which it is, what hints at another, and how it is changed. A hint changes nothing by itself. */
public final class Regions {

    private static final int MISDIRECTED = 421;
    private static final int UNAUTHORIZED = 401;

    private final Engine engine;

    public Regions(Engine engine) {
        this.engine = engine;
    }

    /**
     * How a profile stands.
     *
     * @param profile its name
     * @param region its region's id
     * @param place the part of the world that is
     * @param audience whom its tokens are asked for; null if requests name no audience
     * @param hints what hints at a region
     * @param command the command that takes the region hinted at; null if no hint disagrees
     * @param advice what to say of hints that disagree; null if none does
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
     * A hint.
     *
     * @param source where it was found: {@code refresh_token}, {@code access_token} or {@code fleet_api}
     * @param value what was found there
     * @param region the region it hints at; null if it is none that is known
     */
    public record Hint(
            String source, String value, @Nullable String region) {}

    /**
     * A profile's region, and what hints at it.
     *
     * @param detect whether to ask the Fleet API too, with the access token, which is refreshed first if need be
     */
    public Report of(ProfileName name, boolean detect) {
        Profile profile = detect ? asked(name) : engine.open(name);
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
     * Changes a profile's region, as far as that goes without a login: the two that share their logins share tokens too.
     *
     * @throws Failure of kind {@code LOGIN_NEEDED} where another region's tokens are needed
     */
    public void change(ProfileName name, String id) {
        Region next = Region.of(id).orElseThrow(() -> Failure.of(Kind.BAD_VALUE, "the region", id, "na, eu or cn"));
        Optional<Profile> changed = engine.withLockNotMoved(name, (lease, profile) -> {
            Region now = region(profile.session().settings());
            if (now.id().equals(next.id())) {
                return Optional.empty();
            }
            if (!Region.of(now.id()).filter(next::sharesLoginsWith).isPresent()) {
                throw Failure.of(
                        Kind.LOGIN_NEEDED,
                        name,
                        "region " + next.id() + " has hosts, a portal and client ids of its own; give 'login' --region "
                                + next.id()
                                + ", a client id of that portal, and --replace");
            }
            Profile there = changed(profile, next);
            lease.save(there, false);
            return Optional.of(there);
        });
        changed.ifPresent(this::tellOfAudience);
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
                                waiting.answeredAt()));
    }

    /** An audience that a person chose stays; the region's own changes with it. */
    private static Session changed(Session session, Region next) {
        Settings settings = session.settings();
        boolean isOwn = region(settings).audience().equals(settings.audience());
        String audience = isOwn ? Dialects.playedBy(next, settings.issuer()).audience() : settings.audience();
        return session.withSettings(settings.withRegion(next.id(), audience));
    }

    /** One access token names both regions as a rule; where it does not, a new one is needed. */
    private void tellOfAudience(Profile profile) {
        Tokens tokens = profile.session().tokens();
        String audience = profile.session().settings().audience();
        if (tokens == null || audience == null) {
            return;
        }
        List<?> named = Jwt.decode(tokens.accessToken().reveal())
                .map(jwt -> jwt.claims().get("aud"))
                .map(aud -> aud instanceof List<?> list ? list : List.of(aud))
                .orElse(List.of());
        if (!named.isEmpty() && !named.contains(audience)) {
            boolean ofPerson = Dialects.type(profile.session().settings()).isOfPerson();
            engine.notice("The present access token is not for " + audience + ": run 'fleetauth "
                    + (ofPerson ? "login" : "refresh") + " -p " + profile.name() + "'.");
        }
    }

    /** The profile with an access token that the Fleet API can be asked with. */
    private Profile asked(ProfileName name) {
        requireDetectable(engine.open(name));
        Profile profile = new Refresh(engine).token(name, null, true);
        // Its token is sent: another login may have taken the profile's place meanwhile.
        requireDetectable(profile);
        return profile;
    }

    private static void requireDetectable(Profile profile) {
        Settings settings = profile.session().settings();
        region(settings);
        TokenType type = Dialects.type(settings);
        if (!type.isOfPerson() || !type.isOfFleetApi()) {
            throw Failure.of(
                    Kind.CONFLICTING_OPTIONS,
                    "--detect",
                    "type " + type.id(),
                    "the Fleet API tells the region of a person whose token is for it");
        }
    }

    /** Asks the Fleet API of the profile's region, at the address that this program's data has for it and no other. */
    private RegionHint detected(Profile profile) {
        Settings settings = profile.session().settings();
        URI address = URI.create(region(settings).audience() + "/api/1/users/region");
        Secret token = Objects.requireNonNull(profile.session().tokens()).accessToken();
        if (!token.isB64Token()) {
            throw Failure.of(Kind.UNPRINTABLE_TOKEN, profile.name(), "it has characters that no bearer token may have");
        }
        HttpResponse answer = engine.network(settings.certificates())
                .get(address, Map.of("Authorization", "Bearer " + token.reveal()), Limits.API_BYTES);
        Optional<RegionHint> hint = answer.status() == MISDIRECTED
                ? RegionHint.ofMisdirected(answer.text())
                : RegionHint.ofFleetApi(told(profile, answer, token));
        return hint.orElseThrow(() -> Failure.of(
                Kind.BAD_ANSWER,
                Addresses.shown(address),
                "status " + answer.status() + " without a region that is known"));
    }

    private static String told(Profile profile, HttpResponse answer, Secret token) {
        JsonNode json = ResponseClassifier.json(answer, List.of(token));
        String error = ResponseClassifier.said(json, "error", List.of(token));
        if (answer.status() == UNAUTHORIZED && !isAboutTheAccount(error)) {
            throw Failure.of(Kind.LOGIN_NEEDED, profile.name(), "the Fleet API does not take its access token (401)");
        }
        if (answer.status() / 100 != 2) {
            throw Failure.of(Kind.API_REFUSED, Addresses.shown(answer.uri()), answer.status(), error);
        }
        return json.path("response").path("region").asText("");
    }

    /** Whether a 401 says something else than that the token is not taken: another login would change nothing. */
    private static boolean isAboutTheAccount(String error) {
        return KnownErrors.apiRefusal(error)
                .filter(known -> !known.code().equals("invalid_token"))
                .isPresent();
    }

    private static Region region(Settings settings) {
        return Dialects.region(settings)
                .orElseThrow(() -> Failure.of(
                        Kind.CONFLICTING_OPTIONS,
                        "region",
                        "the issuer " + settings.issuer(),
                        "only Tesla has regions"));
    }
}
