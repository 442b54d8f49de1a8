package dev.fleetauth.oauth;

import dev.fleetauth.host.ExactText;
import dev.fleetauth.host.Limits;
import dev.fleetauth.model.Dialect;
import dev.fleetauth.model.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A request to the redirect URI, after checking whether it is the response to the authorization request (RFC 6749
 * 4.1.2). The OAuth SDK's parser is not used: it accepts a response without state, and takes the first of two codes or
 * states.
 */
public sealed interface AuthorizationResponse {

    /** The user granted access. */
    record Code(Secret code) implements AuthorizationResponse {}

    /**
     * An error response (RFC 6749 4.1.2.1).
     *
     * @param error the error code
     * @param description the provider's description; empty if there is none
     */
    record ErrorResponse(String error, String description) implements AuthorizationResponse {

        /** {@code login_cancelled} is used by Tesla. */
        private static final Set<String> DENIALS = Set.of("access_denied", "login_cancelled");

        /**
         * Whether the user or the provider denied access; otherwise something went wrong.
         */
        public boolean isDenial() {
            return DENIALS.contains(error);
        }

        /** The error code and the provider's description, safe to show. */
        public String message() {
            return ServerText.withoutTokens(error + (description.isEmpty() ? "" : ": " + description), MAX_SHOWN);
        }
    }

    /**
     * A response with the right state from the wrong issuer (RFC 9207): a mix-up. Its code must not be sent anywhere,
     * and the login has failed.
     */
    record WrongIssuer(String why) implements AuthorizationResponse {}

    /** Not a response to this request: forged, left over from an earlier login, or a mistake. The login continues. */
    record Stray(String why) implements AuthorizationResponse {}

    /** A response to a different request. */
    Stray OTHER_STATE = new Stray("its state does not match this login");

    /** The maximum length of a provider's text that is shown. */
    int MAX_SHOWN = 200;

    /**
     * Parses the query of a request to the redirect URI. State is compared before anything else, so that a request
     * without it cannot end a login.
     *
     * @param query the raw query, without the question mark
     */
    static AuthorizationResponse read(String query, AuthorizationRequest request, Dialect dialect) {
        Map<String, List<String>> parameters;
        try {
            parameters = Query.parameters(query);
        } catch (IllegalArgumentException e) {
            return new Stray("its parameters are malformed");
        }
        List<String> states = parameters.getOrDefault("state", List.of());
        if (states.size() != 1 || !same(states.get(0), request.state())) {
            return states.isEmpty() ? new Stray("it has no state") : OTHER_STATE;
        }
        // RFC 6749 3.1: parameters must not be included more than once.
        for (String name : List.of("code", "error", "iss")) {
            if (parameters.getOrDefault(name, List.of()).size() > 1) {
                return new Stray("it has " + name + " more than once");
            }
        }
        boolean named = parameters.containsKey("iss");
        String issuer = Query.first(parameters, "iss");
        if (named ? !dialect.callbackIssuers().contains(issuer) : dialect.issuerInCallback()) {
            return new WrongIssuer(
                    !named
                            ? "the callback has no iss, although the provider's metadata says that it is always sent"
                            : "the callback names another issuer, " + issuer);
        }
        String error = Query.first(parameters, "error");
        if (!error.isEmpty()) {
            return new ErrorResponse(error, Query.first(parameters, "error_description"));
        }
        String code = Query.first(parameters, "code");
        if (ExactText.flaw(code) != null) {
            return new Stray("its code contains an undecodable character");
        }
        if (code.isEmpty() || code.length() > Limits.CODE_CHARACTERS) {
            return new Stray(code.isEmpty() ? "it has neither a code nor an error" : "its code is too long");
        }
        return new Code(new Secret(code));
    }

    private static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
