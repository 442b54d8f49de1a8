package dev.fleetauth.cli.option;

import dev.fleetauth.flow.GivenSecret;
import dev.fleetauth.flow.login.ClientChoice;
import dev.fleetauth.host.Environment;
import dev.fleetauth.model.ClientAuthentication;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that identify the client. */
public final class ClientOptions {

    private static final String CLIENT_ID = "FLEETAUTH_CLIENT_ID";
    private static final String CLIENT_SECRET = "FLEETAUTH_CLIENT_SECRET";
    private static final String CLIENT_SECRET_FILE = "FLEETAUTH_CLIENT_SECRET_FILE";
    private static final String CLIENT_KEY = "FLEETAUTH_CLIENT_KEY";
    private static final String CLIENT_KEY_FILE = "FLEETAUTH_CLIENT_KEY_FILE";

    @Option(names = "--client-id", paramLabel = "ID", description = "The application's client id.")
    private @Nullable String clientId;

    @Option(
            names = "--client-secret-file",
            paramLabel = "FILE",
            description = {"A file with the client secret.", "Use - for standard input."})
    private @Nullable String clientSecretFile;

    @Option(
            names = "--client-key",
            paramLabel = "FILE",
            description = {
                "The client's private key, in place of a secret.",
                "A file with PEM or a JWK; - for standard input. Only with --issuer (private_key_jwt)."
            })
    private @Nullable String clientKeyFile;

    /** The client id from the option, ignoring the variable; null if the option is not given. */
    @Nullable
    public String optionId() {
        return given(GivenSecret.CLIENT_ID, "--client-id", clientId)
                .map(Secret::reveal)
                .orElse(null);
    }

    /** The client id from the option, else from the variable; null if neither is set. */
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

    private Optional<String> secretFile(Environment environment) {
        return Optional.ofNullable(clientSecretFile).or(() -> environment.variable(CLIENT_SECRET_FILE));
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

    /** The file with the client's private key. {@code --client-secret-file} takes precedence over the variable. */
    private Optional<String> keyFile(Environment environment) {
        return Optional.ofNullable(clientKeyFile)
                .or(() -> clientSecretFile == null ? environment.variable(CLIENT_KEY_FILE) : Optional.empty());
    }

    private @Nullable Secret key(Environment environment) {
        Optional<String> file = keyFile(environment);
        if (file.isEmpty() && clientSecretFile == null) {
            return given(
                            GivenSecret.CLIENT_KEY,
                            CLIENT_KEY,
                            environment.variable(CLIENT_KEY).orElse(null))
                    .orElse(null);
        }
        return file.map(name ->
                        InputText.key(environment, name, clientKeyFile == null ? CLIENT_KEY_FILE : "--client-key"))
                .orElse(null);
    }

    /** The options and variables that name standard input, as the user gave them. */
    public List<String> standardInputReaders(Environment environment) {
        List<String> readers = new ArrayList<>();
        if (secretFile(environment).filter("-"::equals).isPresent()) {
            readers.add(clientSecretFile != null ? "--client-secret-file -" : CLIENT_SECRET_FILE + "=-");
        }
        if (keyFile(environment).filter("-"::equals).isPresent()) {
            readers.add(clientKeyFile != null ? "--client-key -" : CLIENT_KEY_FILE + "=-");
        }
        return readers;
    }

    /**
     * The client that the options and variables specify. An option takes precedence over a variable.
     *
     * @param method how the client authenticates; null if not given
     * @throws Failure of kind {@code CONFLICTING_OPTIONS} if the options contradict each other
     */
    public ClientChoice choice(
            Environment environment,
            @Nullable String id,
            @Nullable Secret authCode,
            @Nullable ClientAuthentication method) {
        if (clientKeyFile != null && clientSecretFile != null) {
            throw conflict("--client-key", "--client-secret-file", "the client authenticates with only one of them");
        }
        boolean takesKey = method == ClientAuthentication.PRIVATE_KEY_JWT;
        if (method != null && !takesKey && clientKeyFile != null) {
            throw conflict("--client-key", "--client-auth " + method.id(), "that method takes a secret");
        }
        if (takesKey && clientSecretFile != null) {
            throw conflict(
                    "--client-secret-file",
                    "--client-auth " + ClientAuthentication.PRIVATE_KEY_JWT.id(),
                    "that method takes --client-key");
        }
        return new ClientChoice(
                id,
                takesKey || clientKeyFile != null ? null : secret(environment),
                method == null || takesKey ? key(environment) : null,
                authCode,
                method);
    }

    private static Failure conflict(String first, String second, String why) {
        return Failure.of(Kind.CONFLICTING_OPTIONS, first, second, why);
    }

    private static Optional<Secret> given(GivenSecret kind, String where, @Nullable String text) {
        return Optional.ofNullable(text).map(value -> kind.read(value, where));
    }
}
