package dev.fleetauth.sandbox;

import com.nimbusds.jose.util.Base64URL;
import dev.fleetauth.sandbox.provider.AuthorizationPage;
import dev.fleetauth.sandbox.provider.DeviceAuthorizations;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.sandbox.provider.FleetApi;
import dev.fleetauth.sandbox.provider.KeySets;
import dev.fleetauth.sandbox.provider.ProviderBehavior;
import dev.fleetauth.sandbox.provider.ProviderErrorException;
import dev.fleetauth.sandbox.provider.ProviderErrorException.Reason;
import dev.fleetauth.sandbox.provider.RevocationPage;
import dev.fleetauth.sandbox.provider.TokenIssuer;
import dev.fleetauth.sandbox.provider.TokenQueries;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.sandbox.server.Html;
import dev.fleetauth.sandbox.server.HttpListener;
import dev.fleetauth.sandbox.server.Page;
import dev.fleetauth.sandbox.server.RandomText;
import dev.fleetauth.sandbox.server.Reply;
import dev.fleetauth.sandbox.server.Request;
import dev.fleetauth.tesla.TokenType;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Routes each request to its handler.
 *
 * @param front the response to {@code GET /}
 */
record Router(
        ProviderBehavior behavior,
        Journal journal,
        Set<String> hosts,
        SecureRandom random,
        KeySets keys,
        AuthorizationPage authorizationPage,
        DeviceAuthorizations devices,
        TokenIssuer tokenEndpoint,
        TokenQueries tokenQueries,
        RevocationPage revocationPage,
        FleetApi api,
        Reply front)
        implements HttpListener.Handler {

    private static final Set<Endpoint> POSTED = Set.of(
            Endpoint.TOKEN,
            Endpoint.THROTTLED_TOKEN,
            Endpoint.DEVICE_AUTHORIZATION,
            Endpoint.REVOCATION,
            Endpoint.INTROSPECTION);
    /** The path prefix for queuing faults by {@code POST}. */
    static final String FAULT_PREFIX = "/next/";

    private static final Set<Endpoint> PAGES =
            Set.of(Endpoint.AUTHORIZATION, Endpoint.DEVICE_PAGE, Endpoint.REVOCATION_PAGE);

    @Override
    public Reply answer(Request request) throws InterruptedException {
        if (!hosts.contains(request.header("host").orElse(""))) {
            // DNS rebinding: another site made its own host name resolve to this machine.
            return Reply.text(421, "This server does not have that name.\n");
        }
        Endpoint endpoint = behavior.paths().get(request.path());
        boolean isAuthorizationRequest = endpoint == Endpoint.AUTHORIZATION
                && request.form().value("transaction").isEmpty();
        if (!isGet(request.method()) && !isAuthorizationRequest && isCrossSite(request)) {
            return Reply.text(403, "Requests from other sites are rejected.\n");
        }
        if (endpoint == null) {
            return switch (request.path()) {
                case "/" -> front;
                case Page.STYLE_PATH -> Page.style();
                default -> queueFault(request);
            };
        }
        Fault fault = journal.note(endpoint, request).orElse(null);
        if (fault == null) {
            return journal.note(dispatch(endpoint, request));
        }
        Reply real = fault.processed() ? journal.note(dispatch(endpoint, request)) : Reply.text(200, "");
        return journal.note(fault.apply(real));
    }

    /**
     * Whether a browser sends the request on behalf of a page of another site. Other programs send neither
     * Sec-Fetch-Site nor Origin.
     */
    private boolean isCrossSite(Request request) {
        Optional<String> site = request.header("sec-fetch-site");
        if (site.isPresent()) {
            return !site.get().equals("same-origin") && !site.get().equals("none");
        }
        return request.header("origin")
                .filter(origin -> hosts.stream().noneMatch(host -> origin.equals("http://" + host)))
                .isPresent();
    }

    /** Queues the named fault for the next request to its endpoint, for manual experiments. */
    private Reply queueFault(Request request) {
        NamedFault next = request.method().equals("POST") && request.path().startsWith(FAULT_PREFIX)
                ? NamedFault.ALL.get(request.path().substring(FAULT_PREFIX.length()))
                : null;
        if (next == null) {
            return Reply.text(404, "Not found.\n");
        }
        journal.enqueue(next.endpoint(), next.fault());
        String what = "The next " + next.endpoint() + " request will fail as selected.";
        boolean isBrowser = request.header("accept")
                .filter(types -> types.contains("text/html"))
                .isPresent();
        return isBrowser ? Page.of(200, what, Html.of("<p><a href=\"/\">Back</a></p>")) : Reply.text(200, what + "\n");
    }

    private static boolean isGet(String method) {
        return method.equals("GET") || method.equals("HEAD");
    }

    private static boolean isOffered(Endpoint endpoint, String method) {
        boolean isGet = isGet(method);
        if (endpoint == Endpoint.API || endpoint == Endpoint.PARTNER_ACCOUNTS) {
            // The API checks its methods itself.
            return isGet || method.equals("POST");
        }
        if (endpoint == Endpoint.HOSTED_KEY) {
            return isGet || method.equals("PUT");
        }
        return method.equals("POST")
                ? POSTED.contains(endpoint) || PAGES.contains(endpoint)
                : isGet && !POSTED.contains(endpoint);
    }

    private Reply dispatch(Endpoint endpoint, Request request) {
        if (!isOffered(endpoint, request.method())) {
            return Reply.text(405, "This method is not supported here.\n");
        }
        try {
            return switch (endpoint) {
                case DISCOVERY -> document(request);
                case KEYS -> Reply.json(200, keys.at(request.path()).published());
                case AUTHORIZATION -> authorizationPage.answer(request);
                case DEVICE_AUTHORIZATION -> devices.begin(request);
                case DEVICE_PAGE -> devices.page(request);
                case TOKEN -> tokenEndpoint.answer(request);
                case THROTTLED_TOKEN -> throttled(request);
                case REVOCATION -> tokenQueries.revoke(request);
                case INTROSPECTION -> tokenQueries.introspect(request);
                case REVOCATION_PAGE -> revocationPage.answer(request);
                case API, PARTNER_ACCOUNTS, HOSTED_KEY -> api.answer(request);
            };
        } catch (ProviderErrorException refusal) {
            return error(refusal.reason());
        }
    }

    /** The token endpoint of the login host, which throttles every client but the mobile app. */
    private Reply throttled(Request request) {
        return request.form().is("client_id", String.valueOf(TokenType.OWNER.clientId()))
                ? tokenEndpoint.answer(request)
                : Reply.text(429, "Too Many Requests\n").header("Retry-After", "60");
    }

    private Reply document(Request request) {
        Reply whole = Reply.json(200, behavior.document(request.path()));
        String tag = tag(whole.body());
        boolean isKnown = request.header("if-none-match").filter(tag::equals).isPresent();
        return (isKnown ? Reply.text(304, "") : whole)
                .header("ETag", tag)
                .header("Cache-Control", "public, max-age=3600");
    }

    private Reply error(Reason reason) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("error", reason.error());
        members.put("error_description", reason.description());
        members.putAll(behavior.errorMembers(RandomText.uuid(random)));
        Reply reply = Reply.json(reason.status(), members);
        // RFC 9110 15.5.2 requires this header with every 401; Tesla's server sends none with login_required.
        return reason.status() == 401 && behavior.acceptsBasic()
                ? reply.header("WWW-Authenticate", "Basic realm=\"sandbox\"")
                : reply;
    }

    private static String tag(byte[] body) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(body);
            return '"' + Base64URL.encode(hash).toString() + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK lacks SHA-256", e);
        }
    }
}
