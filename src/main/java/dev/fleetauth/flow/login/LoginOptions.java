package dev.fleetauth.flow.login;

import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.tesla.TokenType;
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

    private LoginOptions() {}

    /**
     * Refuses what does not apply.
     *
     * @param type Tesla's kind of token; null for a standard provider
     * @throws Failure of kind {@code CONFLICTING_OPTIONS}
     */
    static void validate(Set<String> options, @Nullable TokenType type) {
        Map<String, String> inapplicableOptions = type == null ? NOT_STANDARD : type.inapplicableOptions();
        inapplicableOptions.forEach((option, why) -> {
            if (options.contains(option)) {
                throw Failure.of(
                        Kind.CONFLICTING_OPTIONS, option, type == null ? "--issuer" : "--type " + type.id(), why);
            }
        });
    }
}
