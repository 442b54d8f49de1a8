package dev.fleetauth.cli;

import dev.fleetauth.host.Environment;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Secret;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which application it is that asks. */
final class ClientOptions {

    @Option(names = "--client-id", paramLabel = "ID", description = "The application's client id.")
    private @Nullable String clientId;

    @Option(
            names = "--client-secret-file",
            paramLabel = "FILE",
            description = "A file with the client secret; - for standard input.")
    private @Nullable String clientSecretFile;

    /** The client's id, stripped; null if none is given. */
    @Nullable
    String id(Environment environment) {
        return clientId != null
                ? clientId.strip()
                : environment.variable("FLEETAUTH_CLIENT_ID").orElse(null);
    }

    /** The file that holds the client's secret; empty if none is named. */
    Optional<String> secretFile(Environment environment) {
        return Optional.ofNullable(clientSecretFile).or(() -> environment.variable("FLEETAUTH_CLIENT_SECRET_FILE"));
    }

    /** The client's secret, stripped; null if none is given. */
    @Nullable
    Secret secret(Environment environment) {
        Optional<String> file = secretFile(environment);
        Optional<String> secret = file.isPresent()
                ? Optional.of(read(environment, file.get()))
                : environment.variable("FLEETAUTH_CLIENT_SECRET");
        return secret.map(String::strip).map(Secret::new).orElse(null);
    }

    /** A file that holds a secret, or standard input. */
    static String read(Environment environment, String file) {
        try {
            String text = InputText.read(environment, file);
            if (text.isBlank()) {
                throw Failure.of(Kind.FILE_UNREADABLE, file, "it holds no secret");
            }
            return text;
        } catch (IOException e) {
            throw Failure.because(e, Kind.FILE_UNREADABLE, file, "it is not there, or not yours to read");
        }
    }
}
