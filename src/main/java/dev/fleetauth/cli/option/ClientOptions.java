package dev.fleetauth.cli.option;

import dev.fleetauth.flow.GivenSecret;
import dev.fleetauth.host.Environment;
import dev.fleetauth.model.Secret;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that identify the client. */
public final class ClientOptions {

    private static final String CLIENT_ID = "FLEETAUTH_CLIENT_ID";
    private static final String CLIENT_SECRET = "FLEETAUTH_CLIENT_SECRET";

    @Option(names = "--client-id", paramLabel = "ID", description = "The application's client id.")
    private @Nullable String clientId;

    @Option(
            names = "--client-secret-file",
            paramLabel = "FILE",
            description = "A file with the client secret; - for standard input.")
    private @Nullable String clientSecretFile;

    /** The client id given by the option; null without it. */
    @Nullable
    public String typedId() {
        return given(GivenSecret.CLIENT_ID, "--client-id", clientId)
                .map(Secret::reveal)
                .orElse(null);
    }

    /** The client id of the option or the variable; null if neither is set. */
    @Nullable
    public String id(Environment environment) {
        return given(GivenSecret.CLIENT_ID, "--client-id", clientId)
                .or(() -> given(
                        GivenSecret.CLIENT_ID,
                        CLIENT_ID,
                        environment.variable(CLIENT_ID).orElse(null)))
                .map(Secret::reveal)
                .orElse(null);
    }

    /** The file with the client secret; empty if none is named. */
    public Optional<String> secretFile(Environment environment) {
        return Optional.ofNullable(clientSecretFile).or(() -> environment.variable("FLEETAUTH_CLIENT_SECRET_FILE"));
    }

    /** The client secret; null if none is given. */
    @Nullable
    public Secret secret(Environment environment) {
        return secretFile(environment)
                .map(file -> InputText.secret(environment, GivenSecret.CLIENT_SECRET, file))
                .or(() -> given(
                        GivenSecret.CLIENT_SECRET,
                        CLIENT_SECRET,
                        environment.variable(CLIENT_SECRET).orElse(null)))
                .orElse(null);
    }

    private static Optional<Secret> given(GivenSecret kind, String where, @Nullable String text) {
        return Optional.ofNullable(text).map(value -> kind.read(value, where));
    }
}
