package dev.fleetauth.tesla;

import dev.fleetauth.model.KnownError;
import dev.fleetauth.model.KnownError.Place;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The table of known errors: those of OAuth and OpenID Connect from their standards, Tesla's own from its documentation
 * and from observation. {@code login}, {@code refresh} and {@code explain} all use its text.
 */
public final class KnownErrors {

    /** All known errors, in the order in which a user may encounter them: login, token requests, API calls. */
    public static final List<KnownError> ALL = Stream.of(
                    AuthorizationErrors.ALL,
                    TokenErrors.ALL,
                    FleetApiErrors.ALL,
                    FleetApiErrors.OWNER_API,
                    ServerErrors.ALL)
            .flatMap(List::stream)
            .toList();

    private KnownErrors() {}

    /** Looks up an error by its code in one place. */
    public static Optional<KnownError> at(Place place, String code) {
        return ALL.stream()
                .filter(known -> known.place() == place && known.code().equalsIgnoreCase(code))
                .findFirst();
    }

    /**
     * The result of a search in the table.
     *
     * @param errors the possible errors
     * @param byStatusAlone whether they match by status only
     */
    public record Found(List<KnownError> errors, boolean byStatusAlone) {

        /** The most likely error; empty if none was found, or if it matches by status only. */
        public Optional<KnownError> likeliest() {
            return byStatusAlone ? Optional.empty() : errors.stream().findFirst();
        }
    }

    /**
     * Finds the errors that a response may represent, most likely first: by code and text or, if these match nothing,
     * by status.
     *
     * @param places where the response may come from
     * @param status its HTTP status; 0 if unknown
     * @param code its error code; empty if it has none
     * @param text its whole text
     */
    public static Found matching(Set<Place> places, int status, String code, String text) {
        List<KnownError> possible =
                ALL.stream().filter(known -> places.contains(known.place())).toList();
        List<KnownError> byCode = only(possible, known -> known.code().equalsIgnoreCase(code));
        List<KnownError> byWords = only(possible, known -> known.isIn(text));
        List<KnownError> matches = byCode.isEmpty() ? byWords : moreSpecific(byCode, byWords);
        if (matches.isEmpty()) {
            boolean isFailing = status >= 500 && places.contains(Place.ANYWHERE);
            List<KnownError> byStatus = withStatus(possible, status);
            return new Found(byStatus.isEmpty() && isFailing ? List.of(ServerErrors.FAILING) : byStatus, true);
        }
        List<KnownError> exact = withStatus(matches, status);
        return new Found(exact.isEmpty() ? matches : exact, false);
    }

    /** Looks up a refusal by the token endpoint, or by another endpoint that uses its errors. */
    public static Optional<KnownError> refusal(String error, String description) {
        return matching(EnumSet.of(Place.TOKEN_ENDPOINT), 0, error, error + " " + description)
                .likeliest();
    }

    /** Looks up a refusal by the Fleet API. */
    public static Optional<KnownError> apiRefusal(String error) {
        return matching(EnumSet.of(Place.FLEET_API), 0, error, error).likeliest();
    }

    /**
     * Prefers matches by text in the same place: a general code such as invalid_request comes with a text that says
     * more.
     */
    private static List<KnownError> moreSpecific(List<KnownError> byCode, List<KnownError> byWords) {
        List<KnownError> specific = only(
                byWords,
                known -> !byCode.contains(known)
                        && byCode.stream().anyMatch(general -> general.place() == known.place()));
        return specific.isEmpty() ? byCode : specific;
    }

    private static List<KnownError> withStatus(List<KnownError> errors, int status) {
        return only(errors, known -> known.statuses().contains(status));
    }

    private static List<KnownError> only(List<KnownError> errors, Predicate<KnownError> condition) {
        return errors.stream().filter(condition).toList();
    }
}
