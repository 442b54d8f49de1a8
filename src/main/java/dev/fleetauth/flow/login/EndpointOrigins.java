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
 * endpoint of an honest one, and a token endpoint of its own that then gets the honest one's code (mix-up, RFC 9700 4.4).
 */
final class EndpointOrigins {

    private static final String TOKEN_ENDPOINT = "token_endpoint";

    private EndpointOrigins() {}

    /**
     * Returns if the two belong together, as far as is known or a person says.
     *
     * @throws Failure of kind {@code ENDPOINTS_MISMATCH} if they are of different origins and nobody has confirmed that
     */
    static void confirm(Engine engine, Provider provider, ProviderMetadata metadata, Dialect dialect) {
        URI authorization = Objects.requireNonNull(metadata.uri("authorization_endpoint"));
        URI token = Objects.requireNonNull(metadata.uri(TOKEN_ENDPOINT));
        // Tesla's are known. A callback that has to name this issuer cannot be that of an honest provider (RFC 9207).
        boolean isSafe = provider.tokenType().isPresent()
                || dialect.issuerInCallback()
                || isChosen(metadata.members().get(TOKEN_ENDPOINT))
                || origin(authorization).equals(origin(token));
        if (!isSafe
                && !engine.agrees("You would log in at " + origin(authorization) + ", and the tokens come from "
                        + origin(token) + ". Do both belong to the provider?")) {
            throw Failure.of(Kind.ENDPOINTS_MISMATCH, provider.issuer(), origin(authorization), origin(token), token);
        }
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
