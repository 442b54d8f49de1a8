package dev.fleetauth.flow.report;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.Refusals;
import dev.fleetauth.model.KnownError;
import dev.fleetauth.model.KnownError.Place;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Session;
import dev.fleetauth.oauth.PastedError;
import dev.fleetauth.oauth.PastedError.Form;
import dev.fleetauth.tesla.KnownErrors;
import dev.fleetauth.tesla.RegionHint;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Says what an error means: a code, an HTTP status, or a whole answer as it was pasted. Nobody is asked for it. */
public final class Explain {

    private static final int MISDIRECTED = 421;
    private static final Pattern STATUS = Pattern.compile("[1-5]\\d\\d");
    private static final Pattern MISSING_SCOPES = Pattern.compile("missing scopes:?\\s+([a-z_, ]{1,500})");

    private Explain() {}

    /** What was given to be explained. */
    public enum Given {
        /** An error, whole or by its code. */
        ERROR,
        /** A callback that carries a code, and no error. */
        CODE,
        /** Tokens, and no error. */
        TOKENS,
        /** Nothing of which anything is known. */
        NOTHING_KNOWN
    }

    /**
     * What is known.
     *
     * @param given what was given
     * @param facts what was found in it, by name, fit to be shown
     * @param errors what it may be, the likeliest first
     * @param byStatusAlone whether nothing but the answer's status speaks for these errors
     */
    public record Result(Given given, Map<String, String> facts, List<KnownError> errors, boolean byStatusAlone) {}

    /**
     * Explains what was given.
     *
     * @param text an error code, an HTTP status, words, or an answer as it was pasted
     */
    public static Result of(String text) {
        return of(text, (Session) null);
    }

    /** Explains what was given, with what a profile's login sent where that helps. */
    public static Result of(String text, Engine engine, ProfileName name) {
        return of(text, engine.open(name).session());
    }

    private static Result of(String text, @Nullable Session session) {
        PastedError answer = PastedError.read(text);
        if (answer.form() == Form.CODE || answer.form() == Form.TOKENS) {
            return new Result(answer.form() == Form.CODE ? Given.CODE : Given.TOKENS, Map.of(), List.of(), false);
        }
        boolean isStatus =
                answer.form() == Form.TEXT && STATUS.matcher(answer.code()).matches();
        int status = isStatus ? Integer.parseInt(answer.code()) : answer.status();
        // A status alone is every error that comes with it; 429 and its like are codes of their own, too.
        KnownErrors.Found found =
                KnownErrors.matching(places(answer.form()), status, isStatus ? "" : answer.code(), answer.text());
        List<KnownError> errors = found.errors();
        return new Result(
                errors.isEmpty() ? Given.NOTHING_KNOWN : Given.ERROR,
                facts(answer, status, errors, session),
                errors,
                found.byStatusAlone() && !isStatus && !errors.isEmpty());
    }

    private static Set<Place> places(Form form) {
        return switch (form) {
            case CALLBACK -> EnumSet.of(Place.CALLBACK);
            case PAGE -> EnumSet.of(Place.PAGE, Place.ANYWHERE);
            case FLEET_API_ERROR -> EnumSet.of(Place.FLEET_API, Place.OWNER_API, Place.ANYWHERE);
            case OAUTH_ERROR -> EnumSet.complementOf(EnumSet.of(Place.CALLBACK));
            default -> EnumSet.allOf(Place.class);
        };
    }

    private static Map<String, String> facts(
            PastedError answer, int status, List<KnownError> errors, @Nullable Session session) {
        Map<String, String> facts = new LinkedHashMap<>();
        if (status > 0) {
            facts.put("status", Integer.toString(status));
        }
        if (answer.form() != Form.TEXT && !answer.said().isEmpty()) {
            facts.put(answer.form() == Form.PAGE ? "title" : "said", answer.said());
        }
        if (!answer.reference().isEmpty()) {
            facts.put("reference", answer.reference());
        }
        RegionHint.ofMisdirected(answer.text())
                .map(RegionHint::region)
                .filter(region ->
                        errors.stream().anyMatch(error -> error.statuses().contains(MISDIRECTED)))
                .ifPresent(region -> {
                    facts.put("base_url", region.audience());
                    facts.put("region", region.id());
                });
        Matcher missing = MISSING_SCOPES.matcher(answer.text());
        if (missing.find()) {
            facts.put(
                    "missing_scopes",
                    Scope.parse(missing.group(1).replace(',', ' ')).toString());
        }
        if (session != null) {
            addSent(facts, errors, session);
        }
        return facts;
    }

    /** What the profile's login sent, where that helps; of scopes, also what came of it. */
    private static void addSent(Map<String, String> facts, List<KnownError> errors, Session session) {
        for (KnownError error : errors) {
            if (error.sent() == KnownError.Sent.SCOPE) {
                facts.put("scope_asked", session.settings().scope().toString());
                facts.put(
                        "scope_granted",
                        session.isScopeReported() ? session.scopeGranted().toString() : "not reported");
                facts.put("scope_missing", session.scopeMissing().toString());
            } else {
                String sent = Refusals.sent(error.sent(), "", session.settings());
                if (!sent.isEmpty()) {
                    facts.put("sent", sent);
                }
            }
        }
    }
}
