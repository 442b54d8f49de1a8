package dev.fleetauth.flow.login;

import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.tesla.TokenType;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rejects options of a login that do not apply to the provider, since ignoring one would mislead the user. */
final class LoginOptions {

    private static final String TESLA_ONLY = "only Tesla supports it";

    private static final Map<String, String> NOT_STANDARD = Map.of(
            "--auth-code-file", TESLA_ONLY,
            "--reconsent", TESLA_ONLY,
            "--require-all-scopes", TESLA_ONLY,
            "--show-keypair-step", TESLA_ONLY);

    private LoginOptions() {}

    /**
     * Rejects options that do not apply.
     *
     * @param type Tesla's token type; null for a standard provider
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
