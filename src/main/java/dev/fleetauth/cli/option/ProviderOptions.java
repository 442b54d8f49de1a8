package dev.fleetauth.cli.option;

import dev.fleetauth.flow.ProviderChoice;
import dev.fleetauth.flow.RegionChoice;
import dev.fleetauth.flow.report.Discover;
import dev.fleetauth.flow.report.TrustedCertificate;
import dev.fleetauth.host.Environment;
import dev.fleetauth.model.Failure;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that select the provider. */
public final class ProviderOptions {

    private static final String ISSUER = "FLEETAUTH_ISSUER";
    private static final String CACERT = "FLEETAUTH_CACERT";

    @Option(names = "--type", paramLabel = "TYPE", description = "Tesla's token type (default: third-party).")
    private @Nullable String type;

    @Option(
            names = "--issuer",
            paramLabel = "URL",
            description = {"The issuer of another OpenID provider.", "With --type: a server that stands in for Tesla's."
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
                "NAME is authorization_endpoint, token_endpoint, jwks_uri, revocation_endpoint or"
                        + " device_authorization_endpoint."
            })
    private Map<String, String> endpoints = new LinkedHashMap<>();

    /** The provider selected by the options and variables. */
    public ProviderChoice choice(Environment environment) {
        return new ProviderChoice(type, issuer(environment), region(environment), endpoints, certificates(environment));
    }

    /** The issuer from the option, else from the variable; null if neither is set. */
    @Nullable
    public String issuer(Environment environment) {
        if (issuer != null) {
            return Discover.issuer(issuer, "--issuer");
        }
        return environment
                .variable(ISSUER)
                .map(value -> Discover.issuer(value, ISSUER))
                .orElse(null);
    }

    /** Whether the provider is Tesla, or a server that stands in for it. */
    public boolean isTesla(Environment environment) {
        return type != null || issuer(environment) == null;
    }

    /** The region from the option, else from the variable; null if neither is set. */
    @Nullable
    public RegionChoice region(Environment environment) {
        if (region != null) {
            return new RegionChoice(region, true);
        }
        return environment
                .variable("FLEETAUTH_REGION")
                .map(id -> new RegionChoice(id, false))
                .orElse(null);
    }

    /** The option or variable that names standard input, as the user gave it; empty if none does. */
    public Optional<String> standardInputReader(Environment environment) {
        return Optional.ofNullable(certificateFile(environment))
                .filter("-"::equals)
                .map(file -> cacert != null ? "--cacert -" : CACERT + "=-");
    }

    private @Nullable String certificateFile(Environment environment) {
        return cacert != null ? cacert : environment.variable(CACERT).orElse(null);
    }

    /**
     * The PEM certificates from the file that the option, or else the variable, names; null if neither is set.
     *
     * @throws Failure of kind {@code FILE_UNREADABLE}, or {@code BAD_VALUE} if the file contains none, or a damaged one
     */
    @Nullable
    public String certificates(Environment environment) {
        String file = certificateFile(environment);
        if (file == null) {
            return null;
        }
        String pem = InputText.read(environment, file);
        TrustedCertificate.requireValid(pem, cacert != null ? "--cacert" : CACERT, file);
        return pem;
    }
}
