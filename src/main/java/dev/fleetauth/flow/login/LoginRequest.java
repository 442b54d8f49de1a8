package dev.fleetauth.flow.login;

import dev.fleetauth.flow.ProviderChoice;
import dev.fleetauth.model.ProfileName;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The request of a {@code login} command.
 *
 * @param profile the profile
 * @param provider the choice of provider
 * @param client the choice of client
 * @param grant the choice of grant
 * @param way how the user reaches the provider's page, and how the response comes back
 * @param consent the options for the consent page
 * @param timeout how long to wait for the user
 * @param replace whether a session of another issuer, client or subject may be replaced
 * @param options the names of all given options, some of which may not apply
 */
public record LoginRequest(
        ProfileName profile,
        ProviderChoice provider,
        ClientChoice client,
        GrantChoice grant,
        Way way,
        Consent consent,
        Duration timeout,
        boolean replace,
        Set<String> options) {

    public LoginRequest {
        options = Set.copyOf(options);
    }

    /**
     * The options for the provider's login and consent pages.
     *
     * @param login whether to require a login even if the browser has a session
     * @param locale the language of the page; null for the browser's
     * @param missingScopes whether to ask again for scopes that were not granted; Tesla only
     * @param allScopes whether the user has to grant all scopes or none; Tesla only
     * @param keypairStep whether to show how to add the application's key to a vehicle; Tesla only
     */
    public record Consent(
            boolean login, @Nullable String locale, boolean missingScopes, boolean allScopes, boolean keypairStep) {

        /** The provider's default behavior. */
        public static final Consent DEFAULT = new Consent(false, null, false, false, false);
    }

    /** How the user reaches the provider's page, and how the response comes back. */
    public enum Way {
        /** A browser is opened here and returns to a loopback address. */
        BROWSER,
        /**
         * The address is printed; the browser returns to a loopback address, or the user pastes the address that it
         * ends up at.
         */
        NO_BROWSER,
        /** The address is printed, and the user pastes the one that the browser ends up at. */
        PASTE,
        /** An address and a code are printed, for a browser on any device (RFC 8628). */
        DEVICE
    }
}
