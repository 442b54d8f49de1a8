package dev.fleetauth.flow.login;

import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Grant;
import dev.fleetauth.tesla.TokenType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Options of a login that do not apply to the provider: refused by name, since a user who gives one expects something. */
final class LoginOptions {

    private static final String TESLA_ALONE = "only Tesla knows it";

    private static final Map<String, String> NOT_STANDARD = Map.of(
            "--auth-code-file", TESLA_ALONE,
            "--reconsent", TESLA_ALONE,
            "--require-all-scopes", TESLA_ALONE,
            "--show-keypair-step", TESLA_ALONE);

    private static final String DEVICE = "--device";

    /** Options of the authorization request, which a login on another device has not (RFC 8628 3.1). */
    private static final List<String> OF_THE_REQUEST = List.of(
            AdditionalParameters.OPTION,
            "--redirect-uri",
            "--prompt-login",
            "--locale",
            "--reconsent",
            "--require-all-scopes",
            "--show-keypair-step");

    private LoginOptions() {}

    /** Whether an option is given of which a login on another device would make nothing. */
    static boolean shapeTheRequest(Set<String> options) {
        return OF_THE_REQUEST.stream().anyMatch(options::contains);
    }

    /**
     * Refuses what does not apply.
     *
     * @param type Tesla's kind of token; null for a standard provider
     * @throws Failure of kind {@code CONFLICTING_OPTIONS}
     */
    static void validate(Set<String> options, @Nullable TokenType type, Grant grant) {
        Map<String, String> inapplicableOptions = type == null ? NOT_STANDARD : type.inapplicableOptions();
        inapplicableOptions.forEach((option, why) -> {
            if (options.contains(option)) {
                throw Failure.of(
                        Kind.CONFLICTING_OPTIONS, option, type == null ? "--issuer" : "--type " + type.id(), why);
            }
        });
        if (!options.contains(DEVICE)) {
            return;
        }
        if (grant != Grant.AUTHORIZATION_CODE) {
            throw Failure.of(Kind.CONFLICTING_OPTIONS, DEVICE, "the grant " + grant.id(), "no user logs in for it");
        }
        OF_THE_REQUEST.stream().filter(options::contains).findFirst().ifPresent(option -> {
            throw Failure.of(
                    Kind.CONFLICTING_OPTIONS, DEVICE, option, "a login on another device has no authorization request");
        });
    }
}
