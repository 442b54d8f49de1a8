package dev.fleetauth.cli;

import dev.fleetauth.flow.Discover;
import dev.fleetauth.flow.RegionChoice;
import dev.fleetauth.host.Environment;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which provider is meant. */
final class ProviderOptions {

    private static final String ISSUER = "FLEETAUTH_ISSUER";
    private static final String CACERT = "FLEETAUTH_CACERT";

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            description = "Tesla's kind of token: third-party (default), partner, business, open-source or owner.")
    private @Nullable String type;

    @Option(
            names = "--issuer",
            paramLabel = "URL",
            description = "Any OpenID provider, by its issuer; together with --type, a server that stands in for Tesla."
                    + " FLEETAUTH_ISSUER.")
    private @Nullable String issuer;

    @Option(
            names = "--region",
            paramLabel = "REGION",
            description = "Tesla's region: na (default), eu or cn. FLEETAUTH_REGION.")
    private @Nullable String region;

    @Option(
            names = "--cacert",
            paramLabel = "FILE",
            description = "PEM certificates to trust beside the system's. FLEETAUTH_CACERT.")
    private @Nullable String cacert;

    @Option(
            names = "--endpoint",
            paramLabel = "NAME=URL",
            description = "An address in the place of the provider's or of a correction: authorization_endpoint,"
                    + " token_endpoint, jwks_uri or revocation_endpoint; repeatable.")
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
        if (issuer != null) {
            return Discover.issuer(issuer, "--issuer");
        }
        return environment
                .variable(ISSUER)
                .map(value -> Discover.issuer(value, ISSUER))
                .orElse(null);
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
        return cacert != null ? cacert : environment.variable(CACERT).orElse(null);
    }

    @Nullable
    String certificates(Environment environment) {
        String file = certificateFile(environment);
        if (file == null) {
            return null;
        }
        String pem = InputText.read(environment, file);
        if (!pem.contains("-----BEGIN CERTIFICATE-----")) {
            throw Failure.of(Kind.BAD_VALUE, cacert != null ? "--cacert" : CACERT, file, "a file of PEM certificates");
        }
        return pem;
    }
}
