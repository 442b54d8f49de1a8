package dev.fleetauth.cli.option;

import dev.fleetauth.flow.login.LoginRequest.Consent;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for the provider's consent page. */
public final class ConsentOptions {

    /** The form of a language tag (RFC 5646 2.1). */
    private static final Pattern LANGUAGE = Pattern.compile("[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*");

    @Option(names = "--reconsent", description = "Have Tesla ask again for scopes not yet granted.")
    private boolean reconsent;

    @Option(names = "--require-all-scopes", description = "Have Tesla require all scopes to be granted.")
    private boolean requireAllScopes;

    @Option(names = "--show-keypair-step", description = "Have Tesla show how to add the key to a vehicle.")
    private boolean showKeypairStep;

    @Option(names = "--prompt-login", description = "Require a new login on the provider's page.")
    private boolean promptLogin;

    @Option(
            names = "--locale",
            paramLabel = "LOCALE",
            description = "The language of the provider's page, such as de-DE.")
    private @Nullable String locale;

    /**
     * The choices for the consent page.
     *
     * @throws Failure of kind {@code BAD_VALUE} if the locale is not a language tag
     */
    public Consent consent() {
        if (locale != null && !LANGUAGE.matcher(locale).matches()) {
            throw Failure.of(Kind.BAD_VALUE, "--locale", locale, "a language tag such as de-DE");
        }
        return new Consent(promptLogin, locale, reconsent, requireAllScopes, showKeypairStep);
    }
}
