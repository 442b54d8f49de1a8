package dev.fleetauth.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An error in one place, its meaning, and what to do about it. The same code may have another meaning elsewhere.
 *
 * @param place where it occurs
 * @param code the error code or, if there is none, the text that identifies it
 * @param statuses the HTTP statuses it comes with; empty if they do not matter
 * @param phrases phrases that identify the error in a response, in lower case; empty if only its code does
 * @param meaning what happened, in lower case and without a period
 * @param remedy what to do
 * @param resolution what resolves it
 * @param sent the part of the request that helps to find the cause
 * @param source the source of this information
 */
public record KnownError(
        Place place,
        String code,
        List<Integer> statuses,
        List<String> phrases,
        String meaning,
        String remedy,
        Resolution resolution,
        Sent sent,
        String source) {

    /** Where an error occurs. */
    public enum Place {
        /** A page on which the provider stops, without redirecting back. */
        PAGE("on the provider's page"),
        /** The callback (RFC 6749 4.1.2.1). */
        CALLBACK("in the callback of a login"),
        /** The token endpoint (RFC 6749 5.2), and endpoints that authenticate clients in the same way. */
        TOKEN_ENDPOINT("at the token endpoint"),
        /** The revocation endpoint (RFC 7009 2.2.1). */
        REVOCATION_ENDPOINT("at the revocation endpoint"),
        /** The Fleet API, a resource server (RFC 6750 3.1). */
        FLEET_API("at the Fleet API"),
        /** The mobile app's API. */
        OWNER_API("at the Owner API"),
        /** Any server, or a system in between. */
        ANYWHERE("at any server");

        private final String words;

        Place(String words) {
            this.words = words;
        }

        /** The place, as part of a sentence. */
        public String words() {
            return words;
        }

        /** The place's name in JSON, such as {@code token-endpoint}. */
        public String id() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** What resolves an error. */
    public enum Resolution {
        /** An action of the user whose account it is. */
        USER_ACTION,
        /** A change by the user or developer; retrying does not help. */
        CHANGE,
        /** A later retry, without any change. */
        RETRY
    }

    /** The part of a request to show with its error. */
    public enum Sent {
        NOTHING,
        CLIENT_ID,
        REDIRECT_URI,
        AUDIENCE,
        SCOPE
    }

    public KnownError {
        statuses = List.copyOf(statuses);
        phrases = List.copyOf(phrases);
    }

    /** Creates an error without a meaning or remedy. */
    public static KnownError at(Place place, String code, Resolution resolution, String source) {
        return new KnownError(place, code, List.of(), List.of(), "", "", resolution, Sent.NOTHING, source);
    }

    /** The same error with HTTP statuses. */
    public KnownError withStatuses(Integer... values) {
        return new KnownError(place, code, List.of(values), phrases, meaning, remedy, resolution, sent, source);
    }

    /** The same error, identified by its code or any of these phrases anywhere in a response. */
    public KnownError saying(String... texts) {
        List<String> all = new ArrayList<>(List.of(texts));
        all.add(code.toLowerCase(Locale.ROOT));
        return new KnownError(place, code, statuses, all, meaning, remedy, resolution, sent, source);
    }

    /** The same error, shown with a part of the request. */
    public KnownError showing(Sent part) {
        return new KnownError(place, code, statuses, phrases, meaning, remedy, resolution, part, source);
    }

    /** The same error with its meaning and remedy. */
    public KnownError means(String what, String toDo) {
        return new KnownError(place, code, statuses, phrases, what, toDo, resolution, sent, source);
    }

    /** Whether a string, from a response or a user, contains the error. */
    public boolean isIn(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return phrases.stream().anyMatch(phrase -> isIn(lower, phrase));
    }

    /** Whether a string contains a phrase other than as the end of a longer word, like not_found in user_not_found. */
    private static boolean isIn(String text, String phrase) {
        for (int at = text.indexOf(phrase); at >= 0; at = text.indexOf(phrase, at + 1)) {
            if (at == 0 || !Character.isJavaIdentifierPart(text.charAt(at - 1))) {
                return true;
            }
        }
        return false;
    }
}
