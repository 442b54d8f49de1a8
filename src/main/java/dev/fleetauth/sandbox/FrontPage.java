package dev.fleetauth.sandbox;

import dev.fleetauth.model.Secret;
import dev.fleetauth.sandbox.provider.Client;
import dev.fleetauth.sandbox.server.Html;
import dev.fleetauth.sandbox.server.Page;
import dev.fleetauth.sandbox.server.Reply;
import dev.fleetauth.tesla.TokenType;
import java.net.URI;

/** The server's front page: what it simulates, the ids and secrets of its clients, and the faults to inject. */
final class FrontPage {

    private FrontPage() {}

    static Reply of(SandboxOptions options, URI base, Client confidential, Client publicClient, Secret authCode) {
        Secret secret = confidential.secret();
        Html redirectUris = Html.NOTHING;
        for (String uri : confidential.redirectUris()) {
            redirectUris = redirectUris.and(Html.of("<dd><code>%s</code></dd>", uri));
        }
        Html teslaEntries = options.strict()
                ? Html.NOTHING
                : Html.of(
                        "<dt>A business's auth code</dt><dd><code>%s</code></dd>"
                                + "<dt>Client id of the mobile app</dt><dd><code>%s</code></dd>",
                        authCode.reveal(), String.valueOf(TokenType.OWNER.clientId()));
        return Page.of(
                200,
                options.strict() ? "A standard OpenID provider" : "A stand-in for Tesla's authorization server",
                Html.of(
                        """
                        <dl>
                        <dt>Issuer</dt><dd><code>%s</code></dd>
                        <dt>Client id</dt><dd><code>%s</code></dd>
                        <dt>Client secret</dt><dd><code>%s</code></dd>
                        <dt>Client id without a secret</dt><dd><code>%s</code></dd>
                        %s
                        <dt>Redirect URIs</dt>%s
                        </dl>
                        <p class="small">With an access token, try <code>GET %s/api/1/users/me</code></p>
                        <h2>Inject a fault</h2>
                        <p class="small">Each button injects a fault into the next matching request. From a script:
                        <code>curl -X POST %s%sNAME</code></p>
                        %s
                        """,
                        base,
                        confidential.id(),
                        secret == null ? "" : secret.reveal(),
                        publicClient.id(),
                        teslaEntries,
                        redirectUris,
                        base,
                        base,
                        Router.FAULT_PREFIX,
                        buttons()));
    }

    private static Html buttons() {
        Html forms = Html.NOTHING;
        for (String name : NamedFault.ALL.keySet()) {
            forms = forms.and(Html.of(
                    "<form method=\"post\" action=\"%s%s\"><button class=\"quiet\">%s</button></form>",
                    Router.FAULT_PREFIX, name, name));
        }
        return Html.of("<div class=\"choices\">%s</div>", forms);
    }
}
