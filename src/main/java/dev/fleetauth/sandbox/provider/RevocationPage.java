package dev.fleetauth.sandbox.provider;

import dev.fleetauth.sandbox.server.Html;
import dev.fleetauth.sandbox.server.Page;
import dev.fleetauth.sandbox.server.Parameters;
import dev.fleetauth.sandbox.server.Reply;
import dev.fleetauth.sandbox.server.Request;
import java.net.URI;
import java.security.SecureRandom;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The page on which a user revokes an application's access, Tesla's only documented way to revoke. */
public final class RevocationPage {

    private final RegisteredClients clients;
    private final Ledger ledger;
    private final Transactions<Question> questions;

    public RevocationPage(RegisteredClients clients, Ledger ledger, SecureRandom random) {
        this.clients = clients;
        this.ledger = ledger;
        this.questions = new Transactions<>(random);
    }

    /**
     * What the user is asked.
     *
     * @param client the application that loses its access
     * @param backUrl where the user is sent afterwards; null for nowhere
     */
    private record Question(Client client, @Nullable String backUrl) {}

    public Reply answer(Request request) {
        return request.method().equals("POST") ? decide(request.form()) : ask(request);
    }

    private Reply ask(Request request) {
        Optional<Client> client = request.query().value("revoke_client_id").flatMap(clients::find);
        if (client.isEmpty()) {
            return Page.of(400, "We don't recognize this client_id", new Html("<p>There is nothing to revoke.</p>"));
        }
        Optional<String> requested = request.query().value("back_url");
        String backUrl = requested.filter(RevocationPage::canBeFollowed).orElse(null);
        Html content =
                Html.of("""
                <p><strong>%s</strong> will lose its access to your account at once.</p>
                <form method="post" action="%s">
                <input type="hidden" name="transaction" value="%s">
                <div class="buttons">
                <button name="decision" value="revoke">Revoke</button>
                <button name="decision" value="cancel" class="quiet">Cancel</button>
                </div>
                </form>
                """, client.get().name(), request.path(), questions.begin(new Question(client.get(), backUrl)));
        if (requested.isPresent()) {
            String explanation =
                    backUrl != null ? "Your browser will then be sent to" : "Your browser will not be sent to";
            content = content.and(Html.of("<p class=\"small\">%s <code>%s</code></p>", explanation, requested.get()));
        }
        return Page.leadingTo(backUrl, 200, "Revoke access?", content);
    }

    private Reply decide(Parameters form) {
        Optional<Question> requested = questions.end(form);
        if (requested.isEmpty()) {
            return Page.of(400, "This page has expired", new Html("<p>It was already used.</p>"));
        }
        boolean isRevoked = form.is("decision", "revoke");
        if (isRevoked) {
            ledger.revokeAll(requested.get().client());
        }
        String backUrl = requested.get().backUrl();
        if (backUrl != null) {
            return Reply.redirect(backUrl);
        }
        return isRevoked
                ? Page.of(200, "Access is revoked", new Html("<p>You can close this page.</p>"))
                : Page.of(200, "Nothing was changed", new Html("<p>You can close this page.</p>"));
    }

    /**
     * Whether the user can be sent to an address: https, or http on this machine, without user information.
     */
    private static boolean canBeFollowed(String address) {
        try {
            URI uri = URI.create(address);
            String host = uri.getHost();
            return host != null
                    && uri.getRawUserInfo() == null
                    && ("https".equals(uri.getScheme()) || ("http".equals(uri.getScheme()) && Page.isLoopback(host)));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
