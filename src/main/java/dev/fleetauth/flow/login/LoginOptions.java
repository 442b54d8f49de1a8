package dev.fleetauth.flow.login;

import dev.fleetauth.flow.Provider;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Grant;
import dev.fleetauth.tesla.TokenType;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Rejects options of a login that do not apply to the provider, since ignoring one would mislead the user. */
final class LoginOptions {

    private static final String TESLA_ONLY = "only Tesla supports it";

    private static final Map<String, String> NOT_STANDARD = Map.of(
            "--auth-code-file", TESLA_ONLY,
            "--reconsent", TESLA_ONLY,
            "--require-all-scopes", TESLA_ONLY,
            "--show-keypair-step", TESLA_ONLY);

    private static final String DEVICE = "--device";

    /** Options for the authorization request, which a login on another device does not send (RFC 8628 3.1). */
    private static final List<String> AUTHORIZATION_REQUEST_OPTIONS = List.of(
            AdditionalParameters.OPTION,
            "--redirect-uri",
            "--prompt-login",
            "--locale",
            "--reconsent",
            "--require-all-scopes",
            "--show-keypair-step");

    private LoginOptions() {}

    /** Whether any of these options has no effect without an authorization request. */
    static boolean anyNeedsAuthorizationRequest(Set<String> options) {
        return AUTHORIZATION_REQUEST_OPTIONS.stream().anyMatch(options::contains);
    }

    /**
     * Rejects options that do not apply.
     *
     * @throws Failure of kind {@code CONFLICTING_OPTIONS} or {@code UNUSABLE}
     */
    static void validate(Set<String> options, Provider provider, Grant grant) {
        TokenType type = provider.type();
        Map<String, String> inapplicableOptions = type == null ? NOT_STANDARD : type.inapplicableOptions();
        inapplicableOptions.forEach((option, why) -> {
            if (options.contains(option)) {
                throw Failure.of(
                        Kind.CONFLICTING_OPTIONS,
                        option,
                        type == null ? "the issuer " + provider.issuer() : "--type " + type.id(),
                        why);
            }
        });
        if (!options.contains(DEVICE)) {
            return;
        }
        if (grant != Grant.AUTHORIZATION_CODE) {
            throw Failure.of(Kind.UNUSABLE, DEVICE, "no user logs in for the grant " + grant.id(), "omit it");
        }
        AUTHORIZATION_REQUEST_OPTIONS.stream()
                .filter(options::contains)
                .findFirst()
                .ifPresent(option -> {
                    throw Failure.of(
                            Kind.CONFLICTING_OPTIONS,
                            DEVICE,
                            option,
                            "a login on another device sends no authorization request");
                });
    }
}
