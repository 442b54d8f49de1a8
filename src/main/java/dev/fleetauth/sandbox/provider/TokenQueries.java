package dev.fleetauth.sandbox.provider;

import dev.fleetauth.sandbox.provider.Ledger.Standing;
import dev.fleetauth.sandbox.server.Reply;
import dev.fleetauth.sandbox.server.Request;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What a standard provider offers about tokens it gave: revocation (RFC 7009) and introspection (RFC 7662). */
public final class TokenQueries {

    private final ProviderBehavior manners;
    private final Clients clients;
    private final Ledger ledger;

    public TokenQueries(ProviderBehavior manners, Clients clients, Ledger ledger) {
        this.manners = manners;
        this.clients = clients;
        this.ledger = ledger;
    }

    /** RFC 7009 2.2: 200, also for a token that is unknown. */
    public Reply revoke(Request request) {
        Client client = clients.authenticated(request);
        ledger.revoke(client, TokenIssuer.required(request.form(), "token"));
        return Reply.text(200, "");
    }

    /** RFC 7662 2.2: of a token that would be refused nothing is told but that. */
    public Reply introspect(Request request) {
        if (clients.authenticated(request).isPublic()) {
            throw new Refusal(manners.badClient());
        }
        Map<String, Object> members = new LinkedHashMap<>();
        Optional<Standing> standing = ledger.standing(TokenIssuer.required(request.form(), "token"));
        members.put("active", standing.isPresent());
        standing.ifPresent(known -> {
            members.put("client_id", known.grant().client().id());
            members.put("sub", known.grant().subject());
            members.put("scope", known.grant().scope().toString());
            members.put("iss", manners.tokenIssuer());
            if (known.accessTokenExpiry() != null) {
                members.put("token_type", "Bearer");
                members.put("exp", known.accessTokenExpiry().getEpochSecond());
            }
        });
        return Reply.json(200, members);
    }
}
