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

/** Explains an error: a code, an HTTP status, or a pasted response. Sends no request. */
public final class Explain {

    private static final int MISDIRECTED = 421;
    private static final Pattern STATUS = Pattern.compile("[1-5]\\d\\d");
    private static final Pattern MISSING_SCOPES = Pattern.compile("missing scopes:?\\s+([a-z_, ]{1,500})");

    private Explain() {}

    /** The kind of text to explain. */
    public enum Given {
        /** An error, in full or only its code. */
        ERROR,
        /** A callback with a code instead of an error. */
        CODE,
        /** Tokens instead of an error. */
        TOKENS,
        /** Nothing that matches a known error. */
        NOTHING_KNOWN
    }

    /**
     * The explanation.
     *
     * @param given the kind of text
     * @param facts the facts from the text and from the profile's login, by name, safe to print
     * @param errors the matching errors, the likeliest first
     * @param byStatusAlone whether a response matches only by its status; false if the text is just a status
     */
    public record Result(Given given, Map<String, String> facts, List<KnownError> errors, boolean byStatusAlone) {}

    /**
     * Explains a text.
     *
     * @param text an error code, an HTTP status, words of an error, or a pasted response
     */
    public static Result of(String text) {
        return of(text, (Session) null);
    }

    /** Explains a text, and adds what a profile's login sent if that helps. */
    public static Result of(String text, Engine engine, ProfileName name) {
        return of(text, engine.open(name).session());
    }

    private static Result of(String text, @Nullable Session session) {
        PastedError pasted = PastedError.read(text);
        if (pasted.form() == Form.CODE || pasted.form() == Form.TOKENS) {
            return new Result(pasted.form() == Form.CODE ? Given.CODE : Given.TOKENS, Map.of(), List.of(), false);
        }
        boolean isStatus =
                pasted.form() == Form.TEXT && STATUS.matcher(pasted.code()).matches();
        int status = isStatus ? Integer.parseInt(pasted.code()) : pasted.status();
        // A status alone matches every error that has it; some statuses, such as 429, are also error codes.
        KnownErrors.Found found =
                KnownErrors.matching(places(pasted.form()), status, isStatus ? "" : pasted.code(), pasted.text());
        List<KnownError> errors = found.errors();
        return new Result(
                errors.isEmpty() ? Given.NOTHING_KNOWN : Given.ERROR,
                facts(pasted, status, errors, session),
                errors,
                found.byStatusAlone() && !isStatus && !errors.isEmpty());
    }

    private static Set<Place> places(Form form) {
        return switch (form) {
            case CALLBACK -> EnumSet.of(Place.CALLBACK);
            case PAGE, JSON_PAGE -> EnumSet.of(Place.PAGE, Place.ANYWHERE);
            case FLEET_API_ERROR -> EnumSet.of(Place.FLEET_API, Place.OWNER_API, Place.ANYWHERE);
            case OAUTH_ERROR -> EnumSet.complementOf(EnumSet.of(Place.CALLBACK));
            default -> EnumSet.allOf(Place.class);
        };
    }

    private static Map<String, String> facts(
            PastedError pasted, int status, List<KnownError> errors, @Nullable Session session) {
        Map<String, String> facts = new LinkedHashMap<>();
        if (status > 0) {
            facts.put("status", Integer.toString(status));
        }
        if (pasted.form() != Form.TEXT && !pasted.message().isEmpty()) {
            facts.put(pasted.form() == Form.PAGE ? "title" : "said", pasted.message());
        }
        if (!pasted.reference().isEmpty()) {
            facts.put("reference", pasted.reference());
        }
        RegionHint.ofMisdirected(pasted.text())
                .map(RegionHint::region)
                .filter(region ->
                        errors.stream().anyMatch(error -> error.statuses().contains(MISDIRECTED)))
                .ifPresent(region -> {
                    facts.put("base_url", region.audience());
                    facts.put("region", region.id());
                });
        Matcher missing = MISSING_SCOPES.matcher(pasted.text());
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

    /** Adds what the profile's login sent, if that helps; for scopes, also what was granted. */
    private static void addSent(Map<String, String> facts, List<KnownError> errors, Session session) {
        for (KnownError error : errors) {
            if (error.sent() == KnownError.Sent.SCOPE) {
                facts.put("scope_requested", session.settings().scope().toString());
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
