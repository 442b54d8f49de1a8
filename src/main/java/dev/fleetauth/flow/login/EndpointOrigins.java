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
 * Asks for confirmation if the endpoint that a login begins at and the token endpoint have different origins. A
 * malicious provider could name an honest provider's authorization or device authorization endpoint and its own token
 * endpoint, to receive the honest provider's code (mix-up attack, RFC 9700 4.4).
 */
final class EndpointOrigins {

    static final String AUTHORIZATION_ENDPOINT = "authorization_endpoint";
    static final String DEVICE_ENDPOINT = "device_authorization_endpoint";

    private static final String TOKEN_ENDPOINT = "token_endpoint";

    private EndpointOrigins() {}

    /**
     * Asks for confirmation, unless the two endpoints are known to belong together.
     *
     * @param member the endpoint that the login begins at
     * @throws Failure of kind {@code ENDPOINTS_MISMATCH} if their origins differ and the user has not confirmed it;
     *     {@code METADATA_REJECTED} if there is no such endpoint
     */
    static void confirm(Engine engine, Provider provider, ProviderMetadata metadata, String member, Dialect dialect) {
        URI begin = metadata.uri(member);
        URI token = Objects.requireNonNull(metadata.uri(TOKEN_ENDPOINT));
        if (begin == null) {
            throw missing(provider.issuer(), member);
        }
        // If the callback must name its issuer, the honest provider's callback is rejected (RFC 9207).
        boolean isSafe = member.equals(AUTHORIZATION_ENDPOINT) && dialect.issuerInCallback();
        if (!isSafe
                && !belongTogether(provider, metadata, member)
                && !engine.confirm("You log in at " + origin(begin) + ", but the tokens come from " + origin(token)
                        + ". Do both belong to the provider?")) {
            throw Failure.of(
                    Kind.ENDPOINTS_MISMATCH,
                    provider.issuer(),
                    member.replace('_', ' '),
                    origin(begin),
                    origin(token),
                    token);
        }
    }

    /** The failure for a discovery document without an endpoint that the login needs. */
    static Failure missing(String issuer, String member) {
        return Failure.of(
                Kind.METADATA_REJECTED,
                issuer,
                member + " is missing",
                "if the provider's documentation names it, use --endpoint " + member + "=URL");
    }

    /**
     * Whether no confirmation is needed: the endpoints are Tesla's, the user gave the token endpoint, or both have the
     * same origin.
     */
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
