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
 * Asks for confirmation if the authorization and token endpoints have different origins. A malicious provider could
 * name an honest provider's authorization endpoint and its own token endpoint, to receive the honest provider's code
 * (mix-up attack, RFC 9700 4.4).
 */
final class EndpointOrigins {

    private static final String TOKEN_ENDPOINT = "token_endpoint";

    private EndpointOrigins() {}

    /**
     * Returns if the two endpoints are known or confirmed to belong together.
     *
     * @throws Failure of kind {@code ENDPOINTS_MISMATCH} if their origins differ and the user has not confirmed it
     */
    static void confirm(Engine engine, Provider provider, ProviderMetadata metadata, Dialect dialect) {
        URI authorization = Objects.requireNonNull(metadata.uri("authorization_endpoint"));
        URI token = Objects.requireNonNull(metadata.uri(TOKEN_ENDPOINT));
        // Tesla's are known. With the issuer in the callback, an honest provider's callback is rejected (RFC 9207).
        boolean isSafe = provider.tokenType().isPresent()
                || dialect.issuerInCallback()
                || isChosen(metadata.members().get(TOKEN_ENDPOINT))
                || origin(authorization).equals(origin(token));
        if (!isSafe
                && !engine.confirm("You log in at " + origin(authorization) + ", but the tokens come from "
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
