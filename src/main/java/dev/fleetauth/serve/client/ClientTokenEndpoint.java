package dev.fleetauth.serve.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fleetauth.cli.print.JsonOutput;
import dev.fleetauth.cli.print.TokenFormat;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.RegisteredClient;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.serve.AccessLog;
import dev.fleetauth.serve.Replies;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * The {@code refresh_token} grant (RFC 6749 6) for programs that implement OAuth: their refresh token is a client key,
 * which does not change, and all clients of a profile get the same access token. The key alone identifies the client,
 * so {@code client_id}, {@code client_secret} and {@code scope} are ignored.
 */
final class ClientTokenEndpoint {

    /** The path of the token endpoint, which is the same as Tesla's. */
    static final String PATH = "/oauth2/v3/token";

    private static final String GRANT = "refresh_token";

    private final ClientAccess access;
    private final ClientTokens tokens;
    private final Clock clock;

    ClientTokenEndpoint(ClientAccess access, ClientTokens tokens, Clock clock) {
        this.access = access;
        this.tokens = tokens;
        this.clock = clock;
    }

    /** Answers a token request. */
    void handle(Route route, Request request, Response response, Callback callback) throws IOException {
        if (!request.getMethod().equals("POST")) {
            throw ClientErrorException.method("POST");
        }
        if (request.getHttpURI().getQuery() != null) {
            throw ClientErrorException.invalid("the parameters belong in the body");
        }
        TokenRequest parameters = TokenRequest.read(request);
        if (!parameters.require("grant_type").equals(GRANT)) {
            throw new ClientErrorException(400, "unsupported_grant_type", "the only supported grant type is " + GRANT);
        }
        String key = parameters.require(GRANT);
        RegisteredClient client = access.client(key).orElseThrow(() -> access.wrongKey(400, "invalid_grant"));
        AccessLog.subject(request, client.name());
        if (client.isProxyOnly()) {
            throw new ClientErrorException(
                    400, "unauthorized_client", "the client is proxy-only and receives no access token");
        }
        Profile profile = tokens.valid(ClientAccess.profile(client, route));
        Replies.json(response, callback, 200, JsonOutput.text(json(profile, key)));
    }

    private ObjectNode json(Profile profile, String key) {
        Tokens current = Objects.requireNonNull(profile.session().tokens());
        ObjectNode json = JsonOutput.object();
        json.put("access_token", TokenFormat.bearer(profile));
        json.put("token_type", "Bearer");
        Instant end = current.expiresAt();
        if (end != null) {
            json.put(
                    "expires_in",
                    Math.max(0, Duration.between(clock.instant(), end).toSeconds()));
        }
        if (profile.session().isScopeReported()) {
            json.put("scope", profile.session().scopeGranted().toString());
        }
        json.put(GRANT, key);
        return json;
    }
}
