package dev.fleetauth.flow.login;

import dev.fleetauth.flow.login.LoginRequest.Consent;
import dev.fleetauth.model.Settings;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The parameters of the authorization request that control the login and consent pages (OpenID Connect Core 3.1.2.1;
 * Tesla's own: developer.tesla.com/docs/fleet-api/authentication/third-party-tokens), and those that the user adds.
 */
final class AuthorizationParameters {

    private AuthorizationParameters() {}

    static Map<String, String> of(Settings settings, Consent consent) {
        boolean isStandard = settings.type().equals(Settings.OPENID);
        Map<String, String> parameters = new LinkedHashMap<>(settings.parameters());
        Set<String> prompt = new LinkedHashSet<>();
        if (consent.login()) {
            prompt.add("login");
        }
        if (isStandard && settings.scope().contains("offline_access")) {
            // OpenID Connect Core 11: offline_access needs prompt=consent.
            prompt.add("consent");
        }
        String asked = settings.parameters().get(AdditionalParameters.PROMPT);
        if (asked != null) {
            prompt.addAll(List.of(asked.split(" ", -1)));
        }
        if (!prompt.isEmpty()) {
            parameters.put(AdditionalParameters.PROMPT, String.join(" ", prompt));
        }
        if (consent.locale() != null) {
            parameters.put(isStandard ? "ui_locales" : "locale", consent.locale());
        }
        if (consent.missingScopes()) {
            parameters.put("prompt_missing_scopes", "true");
        }
        if (consent.allScopes()) {
            parameters.put("require_requested_scopes", "true");
        }
        if (consent.keypairStep()) {
            parameters.put("show_keypair_step", "true");
        }
        return parameters;
    }
}
