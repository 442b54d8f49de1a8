package dev.fleetauth.cli;

import dev.fleetauth.flow.RegionChoice;
import dev.fleetauth.host.Environment;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which provider is meant. */
final class ProviderOptions {

    @Option(names = "--type", paramLabel = "TYPE", description = "Tesla's token type; third-party.")
    private @Nullable String type;

    @Option(
            names = "--issuer",
            paramLabel = "URL",
            description = {
                "Another OpenID provider, by its issuer.",
                "Together with --type, a server that stands in for Tesla's."
            })
    private @Nullable String issuer;

    @Option(names = "--region", paramLabel = "REGION", description = "Tesla's region: na (default), eu or cn.")
    private @Nullable String region;

    @Option(
            names = "--cacert",
            paramLabel = "FILE",
            description = "PEM certificates to trust in addition to the system's.")
    private @Nullable String cacert;

    @Option(
            names = "--endpoint",
            paramLabel = "NAME=URL",
            description = {
                "Use this endpoint instead of the provider's; repeatable.",
                "NAME is authorization_endpoint, token_endpoint, jwks_uri or revocation_endpoint."
            })
    private Map<String, String> endpoints = new LinkedHashMap<>();

    /** Addresses that were chosen, by the members' registered names. */
    Map<String, String> endpoints() {
        return endpoints;
    }

    @Nullable
    String type() {
        return type;
    }

    /** The issuer as typed. */
    @Nullable
    String issuer(Environment environment) {
        String said = issuer != null
                ? issuer
                : environment.variable("FLEETAUTH_ISSUER").orElse(null);
        if (said == null) {
            return null;
        }
        try {
            URI uri = new URI(said);
            if (uri.getScheme() != null
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null) {
                return said;
            }
        } catch (URISyntaxException e) {
            // Said below.
        }
        throw Failure.of(
                Kind.BAD_VALUE,
                issuer != null ? "--issuer" : "FLEETAUTH_ISSUER",
                said,
                "an https address without credentials, query and fragment");
    }

    /** Whether Tesla is meant, or a server that stands in for it. */
    boolean isTesla(Environment environment) {
        return type != null || issuer(environment) == null;
    }

    @Nullable
    RegionChoice region(Environment environment) {
        if (region != null) {
            return new RegionChoice(region, true);
        }
        return environment
                .variable("FLEETAUTH_REGION")
                .map(id -> new RegionChoice(id, false))
                .orElse(null);
    }

    /** Whether the certificates come from standard input. */
    boolean readsStandardInput(Environment environment) {
        return "-".equals(certificateFile(environment));
    }

    private @Nullable String certificateFile(Environment environment) {
        return cacert != null
                ? cacert
                : environment.variable("FLEETAUTH_CACERT").orElse(null);
    }

    @Nullable
    String certificates(Environment environment) {
        String file = certificateFile(environment);
        if (file == null) {
            return null;
        }
        String pem = InputText.read(environment, file);
        if (!pem.contains("-----BEGIN CERTIFICATE-----")) {
            throw Failure.of(Kind.BAD_VALUE, "--cacert", file, "a file of PEM certificates");
        }
        return pem;
    }
}
