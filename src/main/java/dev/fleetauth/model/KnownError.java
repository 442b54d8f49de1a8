package dev.fleetauth.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What one error means where it is met, and what to do about it. The same code may be another error elsewhere.
 *
 * @param place where it is met
 * @param code the error code or, where there is none, the words that tell it
 * @param statuses the HTTP statuses it comes with; empty if they do not matter
 * @param phrases texts that tell it in an answer, in lower case; empty if its code alone does
 * @param meaning what happened, in lower case and without a full stop
 * @param remedy what to do
 * @param act who acts
 * @param sent what of the request helps to see what is wrong
 * @param source who says so
 */
public record KnownError(
        Place place,
        String code,
        List<Integer> statuses,
        List<String> phrases,
        String meaning,
        String remedy,
        Act act,
        Sent sent,
        String source) {

    /** Where an error is met. */
    public enum Place {
        /** A page on which the provider stops, without coming back. */
        PAGE("on the provider's page"),
        /** The callback (RFC 6749 4.1.2.1). */
        CALLBACK("in the callback of a login"),
        /** The token endpoint (RFC 6749 5.2), and what asks for the client in the same way. */
        TOKEN_ENDPOINT("at the token endpoint"),
        /** The revocation endpoint (RFC 7009 2.2.1). */
        REVOCATION_ENDPOINT("at the revocation endpoint"),
        /** The Fleet API, which takes the token (RFC 6750 3.1). */
        FLEET_API("at the Fleet API"),
        /** The API of the mobile app. */
        OWNER_API("at the owner API"),
        /** Any server, or something between it and here. */
        ANYWHERE("anywhere");

        private final String words;

        Place(String words) {
            this.words = words;
        }

        /** Where, as it stands in a sentence. */
        public String words() {
            return words;
        }

        /** Its name in JSON, such as {@code token-endpoint}. */
        public String id() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Who acts on an error. */
    public enum Act {
        /** The person whose account it is. */
        PERSON,
        /** Nobody by trying again: something has to be changed first. */
        CHANGE,
        /** Whoever asked: it may work later. */
        LATER
    }

    /** What of a request is worth showing beside its error. */
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

    /** An error by its code, with its words still to be said. */
    public static KnownError at(Place place, String code, Act act, String source) {
        return new KnownError(place, code, List.of(), List.of(), "", "", act, Sent.NOTHING, source);
    }

    /** The same with HTTP statuses. */
    public KnownError with(Integer... values) {
        return new KnownError(place, code, List.of(values), phrases, meaning, remedy, act, sent, source);
    }

    /** The same, told by its code and these texts wherever they stand in an answer. */
    public KnownError saying(String... texts) {
        List<String> all = new ArrayList<>(List.of(texts));
        all.add(code.toLowerCase(Locale.ROOT));
        return new KnownError(place, code, statuses, all, meaning, remedy, act, sent, source);
    }

    /** The same, beside which a part of the request is shown. */
    public KnownError showing(Sent part) {
        return new KnownError(place, code, statuses, phrases, meaning, remedy, act, part, source);
    }

    /** The same with its words. */
    public KnownError means(String what, String toDo) {
        return new KnownError(place, code, statuses, phrases, what, toDo, act, sent, source);
    }

    /** Whether a text, an answer's or a person's, speaks of it. */
    public boolean isIn(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return phrases.stream().anyMatch(phrase -> isIn(lower, phrase));
    }

    /** Whether a phrase stands in a text, and not as the end of a longer word: user_not_found is not not_found. */
    private static boolean isIn(String text, String phrase) {
        for (int at = text.indexOf(phrase); at >= 0; at = text.indexOf(phrase, at + 1)) {
            if (at == 0 || !Character.isJavaIdentifierPart(text.charAt(at - 1))) {
                return true;
            }
        }
        return false;
    }
}
