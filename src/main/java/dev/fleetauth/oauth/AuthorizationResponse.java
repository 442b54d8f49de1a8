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
 * What came back to the redirect URI, once it is known whether it belongs to the request (RFC 6749 4.1.2). The OAuth SDK's
 * parser is not used: it accepts a response without state, and takes the first of two codes or states.
 */
public sealed interface AuthorizationResponse {

    /** The person allowed it. */
    record Code(Secret code) implements AuthorizationResponse {}

    /**
     * An error (RFC 6749 4.1.2.1).
     *
     * @param error the error code
     * @param description what the provider says of it; empty if nothing
     */
    record ErrorResponse(String error, String description) implements AuthorizationResponse {

        /** {@code login_cancelled} is Tesla's. */
        private static final Set<String> DENIALS = Set.of("access_denied", "login_cancelled");

        /** Whether access was refused, by the user or by the provider on the user's behalf; else something went wrong. */
        public boolean isDenial() {
            return DENIALS.contains(error);
        }

        /** The error in the provider's words, as it may be shown. */
        public String said() {
            return ServerText.withoutTokens(error + (description.isEmpty() ? "" : ": " + description), MAX_SHOWN);
        }
    }

    /**
     * It carries the right state but comes from another issuer (RFC 9207): a mix-up. The code in it must not be sent
     * anywhere, and the login is over.
     */
    record WrongIssuer(String why) implements AuthorizationResponse {}

    /** Not an answer to this request: a forgery, a leftover of an earlier login, a mistake. The login goes on. */
    record Stray(String why) implements AuthorizationResponse {}

    /** The response to another request. */
    Stray OTHER_STATE = new Stray("its state is not the one of this login");

    /** What is shown of a provider's words. */
    int MAX_SHOWN = 200;

    /**
     * Reads the query of a request to the redirect URI. State is compared before anything else is looked at, so that
     * nobody who does not know it can end a login.
     *
     * @param query the raw query, without the question mark
     */
    static AuthorizationResponse read(String query, AuthorizationRequest request, Dialect dialect) {
        Map<String, List<String>> parameters;
        try {
            parameters = Query.parameters(query);
        } catch (IllegalArgumentException e) {
            return new Stray("its parameters cannot be read");
        }
        List<String> states = parameters.getOrDefault("state", List.of());
        if (states.size() != 1 || !same(states.get(0), request.state())) {
            return states.isEmpty() ? new Stray("it carries no state") : OTHER_STATE;
        }
        // RFC 6749 3.1: parameters must not be included more than once.
        for (String name : List.of("code", "error", "iss")) {
            if (parameters.getOrDefault(name, List.of()).size() > 1) {
                return new Stray("it carries " + name + " more than once");
            }
        }
        boolean named = parameters.containsKey("iss");
        String issuer = Query.first(parameters, "iss");
        if (named ? !dialect.callbackIssuers().contains(issuer) : dialect.issuerInCallback()) {
            return new WrongIssuer(
                    !named
                            ? "the provider promises to name itself in the callback and did not"
                            : "the callback names another issuer, " + issuer);
        }
        String error = Query.first(parameters, "error");
        if (!error.isEmpty()) {
            return new ErrorResponse(error, Query.first(parameters, "error_description"));
        }
        String code = Query.first(parameters, "code");
        if (ExactText.flaw(code) != null) {
            return new Stray("its code has a character that was lost");
        }
        if (code.isEmpty() || code.length() > Limits.CODE_CHARACTERS) {
            return new Stray(code.isEmpty() ? "it carries neither a code nor an error" : "its code is too long");
        }
        return new Code(new Secret(code));
    }

    private static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
