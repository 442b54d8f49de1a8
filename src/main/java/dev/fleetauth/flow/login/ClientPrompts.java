package dev.fleetauth.flow.login;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.GivenSecret;
import dev.fleetauth.host.prompt.Prompt;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Grant;
import dev.fleetauth.model.Secret;
import dev.fleetauth.tesla.Region;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Prompts for the client's missing settings or, if it cannot prompt, reports all of them at once. */
public final class ClientPrompts {

    private final Engine engine;
    private final LoginSettings settings;

    public ClientPrompts(Engine engine, LoginSettings settings) {
        this.engine = engine;
        this.settings = settings;
    }

    /**
     * The client's id.
     *
     * @throws Failure of kind {@code SETTING_MISSING}, {@code SETTINGS_MISSING} or {@code CANCELED} if none is entered
     */
    public String id() {
        String known = settings.knownClientId();
        if (known != null) {
            return known;
        }
        requireComplete();
        try {
            return Prompt.line(
                    engine.environment().terminal(),
                    registration() + "\nClient id: ",
                    typed -> GivenSecret.CLIENT_ID.readTyped(typed, missingId()).reveal());
        } catch (IOException e) {
            throw Failure.because(e, Kind.CANCELED, "the client id");
        }
    }

    /**
     * The client's secret or key; null for a public client.
     *
     * @throws Failure of kind {@code SETTING_MISSING}, {@code SETTINGS_MISSING} or {@code CANCELED} if one is needed
     *     and none is entered; a key is never prompted for
     */
    public @Nullable Secret secret(String clientId) {
        Secret known = settings.knownSecret(clientId);
        if (known != null || !settings.needsSecret()) {
            return known;
        }
        if (settings.usesKey(clientId)) {
            throw missingKey();
        }
        return ask(GivenSecret.CLIENT_SECRET, "Client secret", missingSecret());
    }

    /**
     * The auth code that a business gave the client; null if none is needed.
     *
     * @throws Failure of kind {@code SETTING_MISSING}, {@code SETTINGS_MISSING} or {@code CANCELED} if one is needed
     *     and none is entered
     */
    public @Nullable Secret authCode(String clientId) {
        Secret known = settings.knownAuthCode(clientId);
        if (known != null || !settings.needsAuthCode()) {
            return known;
        }
        return ask(GivenSecret.AUTH_CODE, "Auth code from Consent Management", missingCode());
    }

    /** Describes where the client is registered, and which redirect URI must be registered. */
    private String registration() {
        Region region = settings.provider().region();
        String where = region == null
                ? "The client is registered with " + settings.provider().issuer()
                : "The Tesla developer portal shows the client id and secret of your application:\n"
                        + "https://developer.tesla." + (region.id().equals(Region.CN.id()) ? "cn" : "com")
                        + "/dashboard";
        if (settings.grant() != Grant.AUTHORIZATION_CODE) {
            return where;
        }
        URI uri = settings.redirectUri();
        return where + "\n"
                + (uri == null
                        ? "Register this redirect URI there, which covers every port: http://127.0.0.1/callback"
                        : "Register this redirect URI there, exactly: " + uri);
    }

    private Secret ask(GivenSecret kind, String what, Failure missing) {
        requireComplete();
        try {
            return Prompt.secret(
                    engine.environment().terminal(),
                    what + " (not shown): ",
                    typed -> kind.readTyped(new String(typed), missing));
        } catch (IOException e) {
            throw Failure.because(e, Kind.CANCELED, "the " + missing.fields().get("setting"));
        }
    }

    /**
     * Requires that nothing is missing if there is no terminal to prompt at.
     *
     * @throws Failure of kind {@code SETTING_MISSING} or {@code SETTINGS_MISSING}
     */
    private void requireComplete() {
        if (engine.canAsk()) {
            return;
        }
        List<Failure> missing = missing();
        if (missing.size() == 1) {
            throw missing.get(0);
        }
        if (!missing.isEmpty()) {
            int last = missing.size() - 1;
            throw Failure.of(
                    Kind.SETTINGS_MISSING,
                    join(missing.subList(0, last), failure -> failure.fields().get("setting"), ", the ") + " and the "
                            + missing.get(last).fields().get("setting"),
                    join(
                            missing,
                            failure -> "the " + failure.fields().get("setting") + " with "
                                    + failure.fields().get("ways"),
                            "; "));
        }
    }

    private List<Failure> missing() {
        List<Failure> missing = new ArrayList<>();
        String clientId = settings.knownClientId();
        if (clientId == null) {
            missing.add(missingId());
        }
        if (settings.needsSecret() && settings.knownSecret(clientId) == null) {
            missing.add(settings.usesKey(clientId) ? missingKey() : missingSecret());
        }
        if (settings.needsAuthCode() && settings.knownAuthCode(clientId) == null) {
            missing.add(missingCode());
        }
        if (!missing.isEmpty() && !engine.store().hasKeySource()) {
            missing.add(Failure.of(
                    Kind.SETTING_MISSING,
                    "key of the store",
                    "FLEETAUTH_KEY_FILE, FLEETAUTH_KEY_COMMAND, FLEETAUTH_KEYRING, FLEETAUTH_PASSPHRASE_FILE,"
                            + " FLEETAUTH_PASSPHRASE_COMMAND or FLEETAUTH_PASSPHRASE"));
        }
        return missing;
    }

    private static String join(List<Failure> failures, Function<Failure, String> words, String between) {
        return failures.stream().map(words).collect(Collectors.joining(between));
    }

    private static Failure missingId() {
        return Failure.of(Kind.SETTING_MISSING, "client id", "--client-id or FLEETAUTH_CLIENT_ID");
    }

    private static Failure missingSecret() {
        return Failure.of(
                Kind.SETTING_MISSING,
                "client secret",
                "--client-secret-file, FLEETAUTH_CLIENT_SECRET_FILE or FLEETAUTH_CLIENT_SECRET");
    }

    private static Failure missingKey() {
        return Failure.of(
                Kind.SETTING_MISSING, "client key", "--client-key, FLEETAUTH_CLIENT_KEY_FILE or FLEETAUTH_CLIENT_KEY");
    }

    private static Failure missingCode() {
        return Failure.of(Kind.SETTING_MISSING, "auth code from Consent Management", "--auth-code-file");
    }
}
