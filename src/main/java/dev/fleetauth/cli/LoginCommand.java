package dev.fleetauth.cli;

import dev.fleetauth.cli.option.ClientOptions;
import dev.fleetauth.cli.option.ConsentOptions;
import dev.fleetauth.cli.option.DurationOption;
import dev.fleetauth.cli.option.InputText;
import dev.fleetauth.cli.option.ParameterOptions;
import dev.fleetauth.cli.option.ProviderOptions;
import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.cli.print.QrText;
import dev.fleetauth.flow.GivenSecret;
import dev.fleetauth.flow.login.ClientChoice;
import dev.fleetauth.flow.login.GrantChoice;
import dev.fleetauth.flow.login.Login;
import dev.fleetauth.flow.login.LoginRequest;
import dev.fleetauth.flow.login.LoginRequest.Way;
import dev.fleetauth.flow.register.Registrations;
import dev.fleetauth.host.Environment;
import dev.fleetauth.host.time.Durations;
import dev.fleetauth.model.ClientAuthentication;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Grant;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Settings;
import dev.fleetauth.model.Tokens;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code login}: obtains a profile's tokens. */
@Command(
        name = "login",
        description = {
            "Log in, in a browser or as the application itself, and store the tokens.",
            "A later login on the same profile reuses its settings.",
            "",
            "Tesla has five types of token (--type), each for a different use:",
            "  third-party  an app acting for a user; also for your own car (default)",
            "  partner      the application itself; all partner endpoints",
            "  business     an app acting for a Tesla for Business account",
            "  open-source  an open-source app, without a secret; closed to new apps",
            "  owner        the mobile app's API (\"v3 token\"); mostly refused since 6/2026"
        })
public final class LoginCommand extends Subcommand {

    @Mixin
    private final ProviderOptions provider = new ProviderOptions();

    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Option(
            names = "--auth-code-file",
            paramLabel = "FILE",
            description = {
                "With --type business: a file with the auth code.",
                "The business copies it from Consent Management. Use - for standard input."
            })
    private @Nullable String authCodeFile;

    @Option(
            names = "--client-auth",
            paramLabel = "METHOD",
            description = {
                "How the client authenticates.",
                "client_secret_basic, client_secret_post or private_key_jwt."
                        + " Only with --issuer. Default: private_key_jwt with a client key, otherwise"
                        + " client_secret_basic if the provider supports it, otherwise client_secret_post."
            })
    private @Nullable String clientAuth;

    @Option(
            names = "--scope",
            paramLabel = "SCOPE",
            description = {
                "Scopes to request, or 'all'; repeatable.",
                "Separate several with spaces or commas. 'all' requests every scope of the type."
            })
    private @Nullable List<String> scope;

    @Option(
            names = "--audience",
            paramLabel = "AUDIENCE",
            description = "The audience (default for Tesla: the region's).")
    private @Nullable String audience;

    @Option(names = "--resource", paramLabel = "URL", description = "The resource that the token is for (RFC 8707).")
    private @Nullable String resource;

    @Option(
            names = "--grant",
            paramLabel = "GRANT",
            description = {
                "authorization-code (default) or client-credentials.",
                "Only with --issuer: each of Tesla's types has a fixed grant."
            })
    private @Nullable String grant;

    @Option(
            names = "--redirect-uri",
            paramLabel = "URL",
            description = {
                "The registered redirect URI.",
                "Default: http://localhost:8484/callback for Tesla, a free loopback port for others."
            })
    private @Nullable String redirectUri;

    @ArgGroup
    private @Nullable WayOptions way;

    @Mixin
    private final ConsentOptions consent = new ConsentOptions();

    @Mixin
    private final ParameterOptions parameters = new ParameterOptions();

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = DurationOption.class,
            description = "How long to wait for the user (default: 5m).")
    private Duration timeout = Duration.ofMinutes(5);

    @Option(names = "--replace", description = "Replace a login of another user or application.")
    private boolean replace;

    /** How the user reaches the provider's page, and how the response comes back. */
    static final class WayOptions {
        @Option(names = "--no-browser", description = "Print the address instead of opening a browser.")
        private boolean noBrowser;

        // Never read: exactly one of the three is set, and this one if neither of the others is.
        @SuppressWarnings("UnusedVariable")
        @Option(names = "--paste", description = "Paste the address that the browser ends up at.")
        private boolean paste;

        @Option(names = "--device", description = "Log in on another device, with an address and a code (RFC 8628).")
        private boolean device;
    }

    @Override
    public Integer call() {
        Environment environment = environment();
        InputText.requireOneReader(standardInputReaders(environment));
        boolean isFirst = !engine().hasProfile(profile());
        Profile profile = new Login(engine(), this::printQrCode)
                .run(new LoginRequest(
                        profile(),
                        provider.choice(environment),
                        clientChoice(environment),
                        grantChoice(),
                        way(),
                        consent.consent(),
                        timeout,
                        replace,
                        program().options()));
        report(profile);
        if (isFirst && Registrations.isNeededFor(profile.session().settings())) {
            reportRegistration(profile);
        }
        return ExitCode.DONE;
    }

    /** Prints the address as a QR code if the terminal has the width, colors and characters for it. */
    private void printQrCode(URI address) {
        if (program().colorsErrors() && environment().isUtf8()) {
            QrText.lines(address.toASCIIString(), environment().terminal().errorColumns())
                    .forEach(environment().err()::println);
        }
    }

    private void report(Profile profile) {
        Session session = profile.session();
        Tokens tokens = Objects.requireNonNull(session.tokens());
        Duration life = tokens.expiresIn();
        console()
                .notice("Logged in: profile '" + profile.name() + "'"
                        + (life == null ? "." : ", access token valid for " + Durations.text(life) + "."));
        console().addedTrust(profile);
        reportScopes(session);
        boolean isReportedMissing = session.scopeMissing().contains("openid");
        if (tokens.idToken() == null && session.settings().scope().contains("openid") && !isReportedMissing) {
            console()
                    .notice("The provider sent no id token, although openid was requested: only the access token"
                            + " identifies the user.");
        }
        if (tokens.refreshToken() == null && session.settings().grant() == Grant.AUTHORIZATION_CODE) {
            console()
                    .notice("The provider sent no refresh token: you need to log in again when the access token"
                            + " expires.");
        }
        String name = option(profile);
        console()
                .notice("Next: 'fleetauth token" + name + "' prints the access token, 'fleetauth status" + name
                        + "' shows the profile.");
    }

    /** Reports the registration, without which the Fleet API rejects calls for vehicles (412). */
    private void reportRegistration(Profile profile) {
        Settings settings = profile.session().settings();
        console()
                .notice(Registrations.of(engine(), settings)
                        .map(known -> "The application is registered " + known + ".")
                        .orElseGet(() -> "Access to vehicles needs a registered application: run 'fleetauth register"
                                + option(profile) + " --domain DOMAIN' to check the registration in region "
                                + settings.region() + " and complete it."));
    }

    private static String option(Profile profile) {
        return profile.name().equals(ProfileName.DEFAULT) ? "" : " -p " + profile.name();
    }

    /** Prints a list if the granted scopes differ from the requested ones, otherwise at most one line. */
    private void reportScopes(Session session) {
        Scope granted = session.scopeGranted();
        Scope missing = session.scopeMissing();
        Scope requested = session.settings().scope();
        if (!session.isScopeReported()) {
            console().notice("Requested: " + requested + ". The provider does not report what was granted.");
            return;
        }
        if (missing.isEmpty() && granted.without(requested).isEmpty()) {
            if (!granted.isEmpty()) {
                console().notice("Granted, as requested: " + granted);
            }
            return;
        }
        console().notice("Scopes granted (\u2713) and not granted (\u2717):");
        for (String scope : requested.values()) {
            console().notice((missing.contains(scope) ? "  \u2717 " : "  \u2713 ") + scope);
        }
        for (String scope : granted.without(requested).values()) {
            console().notice("  \u2713 " + scope + ", which was not requested");
        }
        if (!missing.isEmpty()
                && session.settings().region() != null
                && session.settings().grant() == Grant.AUTHORIZATION_CODE) {
            console().notice("To grant the others: 'fleetauth login -p " + profile() + " --reconsent'");
        }
    }

    private List<String> standardInputReaders(Environment environment) {
        List<String> readers = client.standardInputReaders(environment);
        if ("-".equals(authCodeFile)) {
            readers.add("--auth-code-file -");
        }
        provider.standardInputReader(environment).ifPresent(readers::add);
        if (way() == Way.PASTE && !program().canAsk()) {
            readers.add("--paste");
        }
        return readers;
    }

    private ClientChoice clientChoice(Environment environment) {
        return client.choice(
                environment,
                client.id(environment),
                authCodeFile == null ? null : InputText.secret(environment, GivenSecret.AUTH_CODE, authCodeFile),
                clientAuthentication());
    }

    private GrantChoice grantChoice() {
        return new GrantChoice(
                grant(),
                scope == null ? null : Scope.parse(String.join(" ", scope)),
                audience,
                address("--resource", resource),
                address("--redirect-uri", redirectUri),
                parameters.parameters());
    }

    private @Nullable ClientAuthentication clientAuthentication() {
        String asked = clientAuth;
        return asked == null
                ? null
                : ClientAuthentication.of(asked)
                        .filter(method -> method != ClientAuthentication.NONE)
                        .orElseThrow(() -> Failure.of(
                                Kind.BAD_VALUE,
                                "--client-auth",
                                asked,
                                "client_secret_basic, client_secret_post or private_key_jwt"));
    }

    private Way way() {
        if (way == null) {
            return Way.BROWSER;
        }
        if (way.device) {
            return Way.DEVICE;
        }
        return way.noBrowser ? Way.NO_BROWSER : Way.PASTE;
    }

    private @Nullable Grant grant() {
        String asked = grant;
        return asked == null
                ? null
                : Grant.of(asked)
                        .orElseThrow(() -> Failure.of(
                                Kind.BAD_VALUE, "--grant", asked, "authorization-code or client-credentials"));
    }

    /** Parses an address, which must be absolute and without credentials or fragment (RFC 6749 3.1.2, RFC 8707 2). */
    private static @Nullable URI address(String option, @Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            URI uri = new URI(text);
            // Port 0 lets the system choose one, which cannot be registered.
            if (uri.isAbsolute()
                    && uri.getRawFragment() == null
                    && uri.getRawUserInfo() == null
                    && uri.getPort() != 0) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Reported below.
        }
        throw Failure.of(Kind.BAD_VALUE, option, text, "an absolute address without credentials, fragment or port 0");
    }
}
