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
 * The one table of errors: those of OAuth and OpenID Connect by their standards, Tesla's own by its documentation and by
 * what was seen. {@code login} and {@code refresh} say what stands here, and so does {@code explain}.
 */
public final class KnownErrors {

    /** All of them, in the order in which a login meets them. */
    public static final List<KnownError> ALL = Stream.of(
                    AuthorizationErrors.ALL,
                    TokenErrors.ALL,
                    FleetApiErrors.ALL,
                    FleetApiErrors.OF_THE_OWNER_API,
                    ServerErrors.ALL)
            .flatMap(List::stream)
            .toList();

    private KnownErrors() {}

    /** An error by its code, at one place. */
    public static Optional<KnownError> at(Place place, String code) {
        return ALL.stream()
                .filter(known -> known.place() == place && known.code().equalsIgnoreCase(code))
                .findFirst();
    }

    /**
     * What was found in the table.
     *
     * @param errors the errors that it may be
     * @param byStatusAlone whether nothing but the status speaks for them
     */
    public record Found(List<KnownError> errors, boolean byStatusAlone) {

        /** The likeliest; empty if there is none, or only the status speaks for it. */
        public Optional<KnownError> likeliest() {
            return byStatusAlone ? Optional.empty() : errors.stream().findFirst();
        }
    }

    /**
     * The errors that an answer may be, the likeliest by all that is known of it: its code and words first, its status
     * where they say nothing.
     *
     * @param places where it can be from
     * @param status its HTTP status; 0 if it is not known
     * @param code its error code; empty if it has none
     * @param text all its words
     */
    public static Found matching(Set<Place> places, int status, String code, String text) {
        List<KnownError> possible =
                ALL.stream().filter(known -> places.contains(known.place())).toList();
        List<KnownError> byCode = only(possible, known -> known.code().equalsIgnoreCase(code));
        List<KnownError> byWords = only(possible, known -> known.isIn(text));
        List<KnownError> told = byCode.isEmpty() ? byWords : moreSpecific(byCode, byWords);
        if (told.isEmpty()) {
            boolean isFailing = status >= 500 && places.contains(Place.ANYWHERE);
            List<KnownError> byStatus = withStatus(possible, status);
            return new Found(byStatus.isEmpty() && isFailing ? List.of(ServerErrors.FAILING) : byStatus, true);
        }
        List<KnownError> exact = withStatus(told, status);
        return new Found(exact.isEmpty() ? told : exact, false);
    }

    /** What a refusal of the token endpoint, or of the revocation endpoint in the same words, means. */
    public static Optional<KnownError> refusal(String error, String description) {
        return matching(EnumSet.of(Place.TOKEN_ENDPOINT), 0, error, error + " " + description)
                .likeliest();
    }

    /** What a refusal of the Fleet API means. */
    public static Optional<KnownError> apiRefusal(String error) {
        return matching(EnumSet.of(Place.FLEET_API), 0, error, error).likeliest();
    }

    /** A general code such as invalid_request comes with words that say more, at the same place. */
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
