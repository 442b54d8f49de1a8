package dev.fleetauth.flow.login;

import dev.fleetauth.flow.RegionChoice;
import dev.fleetauth.model.ClientAuthentication;
import dev.fleetauth.model.Grant;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a person said to {@code login}. A null means that nothing was said, and that the profile's setting, or else the
 * default, is meant.
 *
 * @param profile which profile
 * @param type Tesla's kind of token
 * @param issuer the provider's issuer as typed; together with a type, a server that stands in for Tesla
 * @param region Tesla's region
 * @param grant how the tokens are had, for a provider other than Tesla
 * @param clientId the client's id
 * @param clientSecret the client's secret
 * @param authCode what a business gave the client
 * @param clientAuthentication how the client proves itself, for a provider other than Tesla
 * @param scope the scope to ask for; {@value #ALL_SCOPES} in it stands for all there are
 * @param audience the audience to ask for
 * @param resource the resource to ask for (RFC 8707)
 * @param redirectUri the registered redirect URI
 * @param endpoints addresses in the place of the provider's, by the members' registered names
 * @param certificates PEM certificates to trust beside the system's
 * @param way how the person and the answer get to each other
 * @param asking how the person is to be asked there
 * @param timeout how long to wait for the person
 * @param replace whether another issuer, client or person may take the place of the stored one
 * @param options the names of all options that were given, of which some may make no sense
 */
public record LoginRequest(
        ProfileName profile,
        @Nullable String type,
        @Nullable String issuer,
        @Nullable RegionChoice region,
        @Nullable Grant grant,
        @Nullable String clientId,
        @Nullable Secret clientSecret,
        @Nullable Secret authCode,
        @Nullable ClientAuthentication clientAuthentication,
        @Nullable Scope scope,
        @Nullable String audience,
        @Nullable URI resource,
        @Nullable URI redirectUri,
        Map<String, String> endpoints,
        @Nullable String certificates,
        Way way,
        Asking asking,
        Duration timeout,
        boolean replace,
        Set<String> options) {

    /** In a scope: every one that may be asked for. */
    public static final String ALL_SCOPES = "all";

    public LoginRequest {
        endpoints = Map.copyOf(endpoints);
        options = Set.copyOf(options);
    }

    /**
     * How the person is to be asked on the provider's page.
     *
     * @param login whether to log in anew there, even if the browser still is
     * @param locale the language of the page; null for the browser's
     * @param missingScopes whether to be asked again for what was not granted before; Tesla only
     * @param allScopes whether all of the scope has to be granted or nothing; Tesla only
     * @param keypairStep whether to be shown how to add the application's key to a vehicle; Tesla only
     */
    public record Asking(
            boolean login, @Nullable String locale, boolean missingScopes, boolean allScopes, boolean keypairStep) {

        /** As the provider does by itself. */
        public static final Asking PLAINLY = new Asking(false, null, false, false, false);
    }

    /** How the person gets to the provider's page, and the answer back. */
    public enum Way {
        /** A browser is opened here, and comes back to a loopback address. */
        BROWSER,
        /** The address is shown; the browser comes back to a loopback address, or the address it ends at is pasted. */
        NO_BROWSER,
        /** The address is shown, and the one the browser ends at is pasted. */
        PASTE
    }
}
