package dev.fleetauth.flow.login;

import dev.fleetauth.flow.ProviderChoice;
import dev.fleetauth.model.ProfileName;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the user said to {@code login}.
 *
 * @param profile which profile
 * @param provider which provider
 * @param client which client
 * @param grant what is to be granted
 * @param way how the user gets to the provider's page, and the response back
 * @param consent how the user is to be asked there
 * @param timeout how long to wait for the user
 * @param replace whether another issuer, client or subject may take the place of the stored one
 * @param options the names of all options that were given, of which some may not apply
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
     * How the user is to be asked on the provider's page.
     *
     * @param login whether to log in again there, even if the browser still is
     * @param locale the language of the page; null for the browser's
     * @param missingScopes whether to be asked again for what was not granted before; Tesla only
     * @param allScopes whether all of the scope has to be granted or nothing; Tesla only
     * @param keypairStep whether to be shown how to add the application's key to a vehicle; Tesla only
     */
    public record Consent(
            boolean login, @Nullable String locale, boolean missingScopes, boolean allScopes, boolean keypairStep) {

        /** As the provider does by itself. */
        public static final Consent DEFAULT = new Consent(false, null, false, false, false);
    }

    /** How the user gets to the provider's page, and the response back. */
    public enum Way {
        /** A browser is opened here, and comes back to a loopback address. */
        BROWSER,
        /** The address is shown; the browser comes back to a loopback address, or the address it ends at is pasted. */
        NO_BROWSER,
        /** The address is shown, and the one the browser ends at is pasted. */
        PASTE,
        /** An address and a code are shown, for a browser on any device (RFC 8628). */
        DEVICE
    }
}
