package dev.fleetauth.flow.login;

import dev.fleetauth.host.Limits;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Parameters that the user adds to the authorization request, such as {@code access_type}. Those that the protocol or
 * this program sets are rejected: another value would defeat the protection of a login.
 */
public final class AdditionalParameters {

    /** The option that adds a parameter. */
    public static final String OPTION = "--param";

    /**
     * The {@code prompt} parameter (OpenID Connect Core 3.1.2.1), the only one that both the user and this program may
     * set.
     */
    static final String PROMPT = "prompt";

    /** The value of the option that removes all parameters, including those of the profile. */
    private static final String NONE = "none";

    /** The form of a parameter name (RFC 6749 8.2). */
    private static final Pattern NAME = Pattern.compile("[-._A-Za-z0-9]+");

    /**
     * Control and format characters, line separators and surrogates: they could hide or reorder what a terminal shows.
     */
    private static final Pattern INVISIBLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");

    /** The parameters that have an option of their own, with that option. */
    private static final Map<String, String> OPTIONS = Map.ofEntries(
            Map.entry("audience", "--audience"),
            Map.entry("auth_code", "--auth-code-file"),
            Map.entry("client_id", "--client-id"),
            Map.entry("client_secret", "--client-secret-file"),
            Map.entry("locale", "--locale"),
            Map.entry("prompt_missing_scopes", "--reconsent"),
            Map.entry("redirect_uri", "--redirect-uri"),
            Map.entry("require_requested_scopes", "--require-all-scopes"),
            Map.entry("resource", "--resource"),
            Map.entry("scope", "--scope"),
            Map.entry("show_keypair_step", "--show-keypair-step"),
            Map.entry("ui_locales", "--locale"));

    /**
     * Parameters that the protocol sets in an authorization request, that belong to other requests or to responses, or
     * that hold a secret.
     */
    private static final Set<String> PROTOCOL = Set.of(
            "access_token",
            "assertion",
            "client_assertion",
            "client_assertion_type",
            "code",
            "code_challenge",
            "code_challenge_method",
            "code_verifier",
            "device_code",
            "dpop_jkt",
            "error",
            "error_description",
            "error_uri",
            "expires_in",
            "grant_type",
            "id_token",
            "id_token_hint",
            "iss",
            "nonce",
            "password",
            "refresh_token",
            "registration",
            "request",
            "request_uri",
            "response_mode",
            "response_type",
            "state",
            "token",
            "token_type",
            "user_code",
            "username");

    private AdditionalParameters() {}

    /**
     * Parses the values of the option: each is {@code NAME=VALUE}, or the only one is {@value #NONE}.
     *
     * @throws Failure of kind {@code BAD_VALUE} or {@code WRONG_USAGE}
     */
    public static Map<String, String> parse(List<String> given) {
        if (given.equals(List.of(NONE))) {
            return Map.of();
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        Set<String> names = new HashSet<>();
        for (String parameter : given) {
            int equals = parameter.indexOf('=');
            if (equals <= 0) {
                throw Failure.of(
                        Kind.BAD_VALUE,
                        OPTION,
                        parameter,
                        "NAME=VALUE, such as access_type=offline, or " + NONE + " alone for no parameters");
            }
            String name = parameter.substring(0, equals);
            String value = parameter.substring(equals + 1);
            requireUsable(name, value);
            if (!names.add(name.toLowerCase(Locale.ROOT))) {
                throw refused(name + " is given twice");
            }
            parameters.put(name, value);
        }
        if (parameters.size() > Limits.PARAMETERS) {
            throw refused("is given " + parameters.size() + " times; at most " + Limits.PARAMETERS + " are allowed");
        }
        return parameters;
    }

    /** Whether a login accepts all of these parameters. */
    public static boolean areUsable(Map<String, String> parameters) {
        try {
            parameters.forEach(AdditionalParameters::requireUsable);
            return parameters.size() <= Limits.PARAMETERS;
        } catch (Failure e) {
            return false;
        }
    }

    private static void requireUsable(String name, String value) {
        if (name.length() > Limits.PARAMETER_NAME_CHARACTERS
                || !NAME.matcher(name).matches()) {
            throw Failure.of(
                    Kind.BAD_VALUE,
                    OPTION,
                    name,
                    "a name of letters, digits, '-', '.' and '_', at most " + Limits.PARAMETER_NAME_CHARACTERS
                            + " characters");
        }
        // Some servers ignore the case of names.
        String known = name.toLowerCase(Locale.ROOT);
        if (OPTIONS.containsKey(known)) {
            throw refused(name + ": use " + OPTIONS.get(known) + " instead");
        }
        if (PROTOCOL.contains(known)) {
            throw refused(name + ": it is part of the protocol, and cannot be added");
        }
        if (value.isBlank()) {
            throw refused(name + ": it has no value");
        }
        if (value.length() > Limits.PARAMETER_VALUE_CHARACTERS) {
            throw refused(name + ": its value has more than " + Limits.PARAMETER_VALUE_CHARACTERS + " characters");
        }
        if (INVISIBLE.matcher(value).find()) {
            throw refused(name + ": its value contains a control or invisible character");
        }
        if (known.equals(PROMPT)) {
            List<String> prompts = List.of(value.split(" ", -1));
            if (prompts.contains("none")) {
                throw refused(name + "=none: the provider could not ask the user to log in");
            }
            if (prompts.contains("login")) {
                throw refused(name + "=login: use --prompt-login instead");
            }
        }
    }

    private static Failure refused(String why) {
        return Failure.of(Kind.WRONG_USAGE, OPTION + " " + why, "login");
    }
}
