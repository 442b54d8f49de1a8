package dev.fleetauth.sandbox.provider;

import dev.fleetauth.sandbox.provider.Ledger.ValidToken;
import dev.fleetauth.sandbox.server.Reply;
import dev.fleetauth.sandbox.server.Request;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The revocation (RFC 7009) and introspection (RFC 7662) endpoints of a standard provider. */
public final class TokenQueries {

    private final ProviderBehavior behavior;
    private final RegisteredClients clients;
    private final Ledger ledger;

    public TokenQueries(ProviderBehavior behavior, RegisteredClients clients, Ledger ledger) {
        this.behavior = behavior;
        this.clients = clients;
        this.ledger = ledger;
    }

    /** RFC 7009 2.2: status 200, even for an unknown token. */
    public Reply revoke(Request request) {
        Client client = clients.authenticated(request);
        ledger.revoke(client, TokenIssuer.required(request.form(), "token"));
        return Reply.text(200, "");
    }

    /** RFC 7662 2.2: for an inactive token, only {@code active} is returned. */
    public Reply introspect(Request request) {
        if (clients.authenticated(request).isPublic()) {
            throw new ProviderErrorException(behavior.badClient());
        }
        Map<String, Object> members = new LinkedHashMap<>();
        Optional<ValidToken> validToken = ledger.validToken(TokenIssuer.required(request.form(), "token"));
        members.put("active", validToken.isPresent());
        validToken.ifPresent(known -> {
            members.put("client_id", known.grant().client().id());
            members.put("sub", known.grant().subject());
            members.put("scope", known.grant().scope().toString());
            members.put("iss", behavior.tokenIssuer());
            if (known.accessTokenExpiry() != null) {
                members.put("token_type", "Bearer");
                members.put("exp", known.accessTokenExpiry().getEpochSecond());
            }
        });
        return Reply.json(200, members);
    }
}
