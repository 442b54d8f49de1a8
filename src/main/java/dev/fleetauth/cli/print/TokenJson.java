package dev.fleetauth.cli.print;

import dev.fleetauth.model.Session;
import dev.fleetauth.model.Tokens;

/** The JSON format of a token. It is a separate class so that the other formats do not load the JSON library. */
final class TokenJson {

    private TokenJson() {}

    static String text(String profile, Session session, Tokens tokens) {
        var json = JsonOutput.object();
        json.put("profile", profile);
        json.put("token_type", "Bearer");
        json.put("access_token", tokens.accessToken().reveal());
        JsonOutput.putTime(json, "expires_at", tokens.expiresAt());
        JsonOutput.putEpoch(json, "expires_at_epoch", tokens.expiresAt());
        json.put("scope", session.isScopeReported() ? session.scopeGranted().toString() : null);
        json.put("audience", session.settings().audience());
        return JsonOutput.text(json);
    }
}
