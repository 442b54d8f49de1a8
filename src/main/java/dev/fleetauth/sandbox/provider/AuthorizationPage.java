package dev.fleetauth.sandbox.provider;

import dev.fleetauth.model.Scope;
import dev.fleetauth.sandbox.provider.Ledger.Permission;
import dev.fleetauth.sandbox.server.Html;
import dev.fleetauth.sandbox.server.Page;
import dev.fleetauth.sandbox.server.Parameters;
import dev.fleetauth.sandbox.server.Reply;
import dev.fleetauth.sandbox.server.Request;
import dev.fleetauth.tesla.TeslaScope;
import dev.fleetauth.tesla.TokenType;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The authorization endpoint (RFC 6749 3.1) and its consent page. */
public final class AuthorizationPage {

    private static final Pattern S256_CHALLENGE = Pattern.compile("[A-Za-z0-9_-]{43}");

    private final ProviderBehavior behavior;
    private final RegisteredClients clients;
    private final Ledger ledger;
    private final Supplier<String> user;
    private final Transactions<Question> questions;
    private volatile Map<String, String> callbackParameters;

    public AuthorizationPage(
            ProviderBehavior behavior,
            RegisteredClients clients,
            Ledger ledger,
            Supplier<String> user,
            SecureRandom random) {
        this.behavior = behavior;
        this.clients = clients;
        this.ledger = ledger;
        this.user = user;
        this.questions = new Transactions<>(random);
        this.callbackParameters = behavior.callbackParameters();
    }

    /**
     * What the user is asked.
     *
     * @param most the permission if everything is granted
     * @param choosable the part of the scope that can be declined
     * @param before the scope that was granted earlier
     * @param state the client's state; null for none
     */
    private record Question(
            Permission most,
            Scope choosable,
            Scope before,
            @Nullable String state) {}

    /** Sets the parameters that are added to every callback. */
    public void callbackParameters(Map<String, String> parameters) {
        callbackParameters = Map.copyOf(parameters);
    }

    /** Shows the consent page for an authorization request, or processes the decision made on it. */
    public Reply answer(Request request) {
        if (request.method().equals("POST")
                && request.form().value("transaction").isPresent()) {
            return decide(request.form());
        }
        // OpenID Connect Core 3.1.2.1: the request may be posted.
        return ask(request.method().equals("POST") ? request.form() : request.query());
    }

    private Reply ask(Parameters requested) {
        Optional<Client> client = requested.value("client_id").flatMap(clients::find);
        if (client.isEmpty()) {
            return unrecognized("client_id", requested);
        }
        String redirectUri = requested.value("redirect_uri").orElse("");
        if (!behavior.acceptsRedirect(client.get().redirectUris(), redirectUri)) {
            return unrecognized("redirect_uri", requested);
        }
        String state = requested.value("state").orElse(null);
        String error = error(client.get(), requested);
        if (error != null) {
            return sendBack(redirectUri, state, Map.of("error", error));
        }
        return consentPage(question(client.get(), redirectUri, requested, state), requested);
    }

    private @Nullable String error(Client client, Parameters requested) {
        Optional<String> challenge = requested.value("code_challenge");
        boolean isChallengeValid = challenge.isEmpty()
                ? !client.isPublic()
                : requested.is("code_challenge_method", "S256")
                        && S256_CHALLENGE.matcher(challenge.get()).matches();
        Scope scope = scope(requested);
        if (requested.hasRepeats() || !isChallengeValid) {
            return "invalid_request";
        }
        if (!requested.is("response_type", "code")) {
            return "unsupported_response_type";
        }
        Scope possible = client.isMobileApp() ? TeslaScope.allFor(TokenType.OWNER) : behavior.userScope();
        if (scope.isEmpty() || !scope.without(client.limited(possible)).isEmpty()) {
            return "invalid_scope";
        }
        return requested.is("prompt", "none") ? "consent_required" : null;
    }

    private Question question(Client client, String redirectUri, Parameters requested, @Nullable String state) {
        String subject = user.get();
        Scope scope = scope(requested);
        if (!behavior.offersOfflineAccess(requested)) {
            scope = scope.without(new Scope(List.of(TeslaScope.OFFLINE_ACCESS)));
        }
        Scope before = behavior.remembersConsent() ? ledger.consent(client, subject) : Scope.NONE;
        boolean asksForMore = before.isEmpty() || requested.is("prompt_missing_scopes", "true");
        Scope most = asksForMore ? scope : Scopes.common(scope, before);
        boolean mustBeWhole = requested.is("require_requested_scopes", "true");
        return new Question(
                new Permission(
                        client,
                        subject,
                        redirectUri,
                        most,
                        requested
                                .value("audience")
                                .or(() -> requested.value("resource"))
                                .orElse(null),
                        requested.value("nonce").orElse(null),
                        requested.value("code_challenge").orElse(null)),
                mustBeWhole ? Scope.NONE : most.without(before),
                before,
                state);
    }

    private Reply consentPage(Question question, Parameters requested) {
        Permission most = question.most();
        Html rows = Html.NOTHING;
        for (String value : most.scope().values()) {
            rows = rows.and(row(value, question));
        }
        Scope left = scope(requested).without(most.scope());
        Html notOffered = left.isEmpty()
                ? Html.NOTHING
                : Html.of("<p class=\"small\">Also requested, but not offered this time: <code>%s</code></p>", left);
        Html content = Html.of(
                """
                <p><strong>%s</strong> asks for access to the account of <strong>%s</strong>.</p>
                <p class="small">Account <code>%s</code></p>
                <form method="post" action="%s">
                <input type="hidden" name="transaction" value="%s">
                <fieldset>
                <legend>It wants to</legend>
                %s</fieldset>
                %s
                <div class="buttons">
                <button name="decision" value="allow">Allow</button>
                <button name="decision" value="cancel" class="quiet">Cancel</button>
                </div>
                </form>
                <p class="small">Your browser will then be sent to <code>%s</code></p>
                """,
                most.client().name(),
                FleetApi.USER_NAME,
                most.subject(),
                behavior.authorizationPath(),
                questions.begin(question),
                rows,
                notOffered,
                most.redirectUri());
        return Page.leadingTo(most.redirectUri(), 200, "Allow access?", content);
    }

    private static Html row(String scope, Question question) {
        boolean isChoosable = question.choosable().contains(scope);
        return Html.of(
                """
                <label><input type="checkbox" name="scope" value="%s" checked%s> <span>%s <code>%s%s</code></span></label>
                """,
                scope,
                // A disabled box is not sent; its scope is granted with the others.
                isChoosable ? "" : " disabled",
                Scopes.description(scope),
                scope,
                question.before().contains(scope) ? " · granted before" : isChoosable ? "" : " · required");
    }

    private Reply decide(Parameters form) {
        Optional<Question> requested = questions.end(form);
        if (requested.isEmpty()) {
            return Page.of(
                    400,
                    "This page has expired",
                    new Html("<p>It was already used. Start again from the application.</p>"));
        }
        Question question = requested.get();
        Permission most = question.most();
        Scope declined = question.choosable().without(new Scope(form.values("scope")));
        Scope scope = most.scope().without(declined);
        if (!form.is("decision", "allow") || scope.isEmpty()) {
            return sendBack(most.redirectUri(), question.state(), Map.of("error", behavior.canceled()));
        }
        Permission given = new Permission(
                most.client(),
                most.subject(),
                most.redirectUri(),
                scope,
                most.audience(),
                most.nonce(),
                most.challenge());
        List<String> consent =
                new ArrayList<>(ledger.consent(most.client(), most.subject()).values());
        consent.addAll(scope.values());
        ledger.keepConsent(most.client(), most.subject(), new Scope(consent));
        return sendBack(most.redirectUri(), question.state(), Map.of("code", ledger.codeFor(given)));
    }

    private Reply sendBack(String redirectUri, @Nullable String state, Map<String, String> result) {
        Map<String, String> parameters = new LinkedHashMap<>(result);
        if (state != null) {
            parameters.put("state", state);
        }
        parameters.putAll(callbackParameters);
        return Reply.redirect(redirectUri + (redirectUri.contains("?") ? "&" : "?") + Parameters.encode(parameters));
    }

    /** Never redirects to an unregistered address (RFC 6749 3.1.2.4); the user sees an error page instead. */
    private static Reply unrecognized(String parameter, Parameters requested) {
        return Page.of(
                400,
                "We don't recognize this " + parameter,
                Html.of(
                        "<p>It must exactly match a registered one. The request contains:</p><p><code>%s</code></p>",
                        requested.value(parameter).orElse("(nothing)")));
    }

    private static Scope scope(Parameters requested) {
        return Scope.parse(requested.value("scope").orElse(""));
    }
}
