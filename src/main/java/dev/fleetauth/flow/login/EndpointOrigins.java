package dev.fleetauth.flow.login;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.Provider;
import dev.fleetauth.model.Dialect;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.ProviderMetadata;
import dev.fleetauth.model.ProviderMetadata.Member;
import dev.fleetauth.model.ProviderMetadata.Source;
import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks before a code goes to another origin than the page that gives it out. A hostile provider may name the authorization
 * endpoint of an honest one, and a token endpoint of its own that then gets the honest one's code (mix-up, RFC 9700 4.4); so with the device authorization endpoint and a device code.
 */
final class EndpointOrigins {

    static final String AUTHORIZATION_ENDPOINT = "authorization_endpoint";
    static final String DEVICE_ENDPOINT = "device_authorization_endpoint";

    private static final String TOKEN_ENDPOINT = "token_endpoint";

    private EndpointOrigins() {}

    /**
     * Returns if the endpoint that a login begins at and the token endpoint belong together, as far as is known or the user
     * says.
     *
     * @param member the endpoint that the login begins at
     * @throws Failure of kind {@code ENDPOINTS_APART} if they are of different origins and nobody has confirmed that, or
     *     {@code METADATA_REJECTED} if there is no such endpoint
     */
    static void confirm(Engine engine, Provider provider, ProviderMetadata metadata, String member, Dialect dialect) {
        URI begin = metadata.uri(member);
        URI token = Objects.requireNonNull(metadata.uri(TOKEN_ENDPOINT));
        if (begin == null) {
            throw Failure.of(Kind.METADATA_REJECTED, provider.issuer(), member, "it is missing");
        }
        // A callback that has to name this issuer cannot be that of an honest provider (RFC 9207).
        boolean isSafe = member.equals(AUTHORIZATION_ENDPOINT) && dialect.issuerInCallback();
        if (!isSafe
                && !belongTogether(provider, metadata, member)
                && !engine.agrees("You would log in at " + origin(begin) + ", and the tokens come from " + origin(token)
                        + ". Do both belong to the provider?")) {
            throw Failure.of(Kind.ENDPOINTS_APART, provider.issuer(), origin(begin), origin(token), token);
        }
    }

    /** Whether nobody has to be asked: Tesla's endpoints are known, and the user's choice is the user's. */
    static boolean belongTogether(Provider provider, ProviderMetadata metadata, String member) {
        return provider.tokenType().isPresent()
                || isChosen(metadata.members().get(TOKEN_ENDPOINT))
                || origin(Objects.requireNonNull(metadata.uri(member)))
                        .equals(origin(Objects.requireNonNull(metadata.uri(TOKEN_ENDPOINT))));
    }

    private static boolean isChosen(@Nullable Member member) {
        return member != null && member.source() == Source.OPTION;
    }

    private static String origin(URI uri) {
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        boolean isUsualPort = uri.getPort() == ("https".equals(scheme) ? 443 : 80);
        return scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT)
                + (uri.getPort() < 0 || isUsualPort ? "" : ":" + uri.getPort());
    }
}
