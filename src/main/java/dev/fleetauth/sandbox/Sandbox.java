package dev.fleetauth.sandbox;

import com.nimbusds.jose.jwk.JWK;
import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Secret;
import dev.fleetauth.sandbox.provider.AuthorizationPage;
import dev.fleetauth.sandbox.provider.Client;
import dev.fleetauth.sandbox.provider.Clients;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.sandbox.provider.FleetApi;
import dev.fleetauth.sandbox.provider.KeySets;
import dev.fleetauth.sandbox.provider.Keys;
import dev.fleetauth.sandbox.provider.Ledger;
import dev.fleetauth.sandbox.provider.PartnerAccounts;
import dev.fleetauth.sandbox.provider.ProviderBehavior;
import dev.fleetauth.sandbox.provider.Replay;
import dev.fleetauth.sandbox.provider.RevocationPage;
import dev.fleetauth.sandbox.provider.StandardBehavior;
import dev.fleetauth.sandbox.provider.TeslaBehavior;
import dev.fleetauth.sandbox.provider.TokenIssuer;
import dev.fleetauth.sandbox.provider.TokenQueries;
import dev.fleetauth.sandbox.provider.Vehicles;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.sandbox.server.HttpListener;
import dev.fleetauth.tesla.Region;
import dev.fleetauth.tesla.TokenType;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A local authorization server for trying and testing, on 127.0.0.1 only. It behaves like Tesla's as far as that is known,
 * or, when strict, like any standard OpenID provider. Its applications are the same at each start, so that settings made
 * for one run hold for the next; its keys are new, and all it knows is gone when it is closed.
 *
 * <p>Tests script it ({@link #enqueue}, the setters), run against it, and verify ({@link #received()}, {@link #isActive}).
 */
public final class Sandbox implements AutoCloseable {

    /** The redirect URI that is always registered. */
    public static final String REDIRECT_URI = "http://localhost:8484/callback";

    private static final String CLIENT_ID = "5f1c0a2e-7d34-4b52-9c41-0000000000a1";
    private static final String PUBLIC_CLIENT_ID = "5f1c0a2e-7d34-4b52-9c41-0000000000b2";
    private static final String PERSON = "5f1c0a2e-7d34-4b52-9c41-0000000000c3";
    private static final String SECRET = "5a6db07c0de15a6db07c0de15a6db07c";
    private static final String AUTH_CODE = "5a6db07c0de15a6db07c0de15a6db07c0de15a6db07c0de15a6db07c0de1";

    private final HttpListener listener;
    private final URI base;
    private final Client confidential;
    private final Secret secret;
    private final Client open;
    private final Secret authCode;
    private final FleetApi api;
    private final PartnerAccounts partners;
    private final Clients clients;
    private final Journal journal = new Journal();
    private final Ledger ledger;
    private final KeySets keys;
    private final TokenIssuer tokenEndpoint;
    private final AuthorizationPage authorizationPage;
    private volatile String person;

    private Sandbox(SandboxOptions options, HttpListener listener, Clock clock, SecureRandom random) {
        this.listener = listener;
        base = URI.create("http://127.0.0.1:" + listener.port());
        ProviderBehavior manners = options.strict()
                ? new StandardBehavior(base.toString())
                : TeslaBehavior.of(options.region(), base.toString());

        List<String> redirectUris = new ArrayList<>(options.redirectUris());
        redirectUris.add(REDIRECT_URI);
        if (options.strict()) {
            Collections.addAll(redirectUris, "http://127.0.0.1/callback", "http://[::1]/callback");
        }
        person = PERSON;
        secret = new Secret(manners.secretPrefix() + SECRET);
        Scope scope = options.applicationScope();
        confidential = new Client(CLIENT_ID, "The sandbox's application", secret, redirectUris, scope);
        open = new Client(PUBLIC_CLIENT_ID, "The sandbox's open-source application", null, redirectUris, scope);
        authCode = new Secret(manners.tokenPrefix() + AUTH_CODE);
        List<Client> registered = new ArrayList<>(List.of(confidential, open));
        if (!options.strict()) {
            URI redirectUri = Objects.requireNonNull(TokenType.OWNER.redirectUri());
            registered.add(new Client(
                    String.valueOf(TokenType.OWNER.clientId()),
                    "The mobile app",
                    null,
                    List.of(redirectUri.toString()),
                    null));
        }
        clients = new Clients(manners, registered, clock);

        keys = new KeySets(new Keys(random, options.firstKey()), new Keys(random, null));
        ledger = new Ledger(manners, clock, random);
        tokenEndpoint = new TokenIssuer(manners, clients, ledger, keys, clock, random, authCode);
        authorizationPage = new AuthorizationPage(manners, clients, ledger, () -> person, random);
        Set<String> hosts = hosts(listener.port());
        partners = new PartnerAccounts(hosts, clock);
        api = new FleetApi(manners, ledger, options.region(), partners, new Vehicles(clock), random);
        listener.serve(new Router(
                manners,
                journal,
                hosts,
                random,
                keys,
                authorizationPage,
                tokenEndpoint,
                new TokenQueries(manners, clients, ledger),
                new RevocationPage(clients, ledger, random),
                api,
                FrontPage.of(options, base, confidential, open, authCode)));
    }

    /**
     * Starts one.
     *
     * @param clock the time it lives in, its answers' {@code Date} included
     * @param random the source of its secrets
     * @throws IOException if the port is taken
     */
    public static Sandbox start(SandboxOptions options, Clock clock, SecureRandom random) throws IOException {
        return new Sandbox(options, new HttpListener(options.port(), clock), clock, random);
    }

    /** Its address, which is also its issuer: {@code http://127.0.0.1:PORT}. */
    public URI base() {
        return base;
    }

    /** The id of the client that has a secret. */
    public String clientId() {
        return confidential.id();
    }

    /** That client's secret. */
    public Secret clientSecret() {
        return secret;
    }

    /**
     * Registers the public half of a key, with which a standard provider takes that client's assertions, too.
     *
     * @param jwk the key as a JWK with {@code kid}
     */
    public void clientKey(Secret jwk) {
        try {
            clients.register(confidential.id(), JWK.parse(jwk.reveal()));
        } catch (ParseException e) {
            // Not the cause, which may quote the key.
            throw new IllegalArgumentException("it is no JWK");
        }
    }

    /** The id of the client that has none, and has to use PKCE. */
    public String publicClientId() {
        return open.id();
    }

    /** What a business that allowed the client something reads in Consent Management, and gives it. */
    public Secret authCode() {
        return authCode;
    }

    /** What it may be called: with its address first. */
    private static Set<String> hosts(int port) {
        return new LinkedHashSet<>(List.of("127.0.0.1:" + port, "localhost:" + port));
    }

    /** Lets something go wrong as {@code POST /next/NAME} does; what can is on the server's own page. */
    public void enqueue(String name) {
        NamedFaults named = NamedFaults.ALL.get(name);
        if (named == null) {
            throw new IllegalArgumentException("nothing that goes wrong is called " + name);
        }
        enqueue(named.endpoint(), named.mishap());
    }

    /** Lets the next request to the token endpoint go wrong; each call adds one. */
    public void enqueue(Fault mishap) {
        enqueue(Endpoint.TOKEN, mishap);
    }

    /** Lets the next request to an endpoint go wrong; each call adds one. */
    public void enqueue(Endpoint endpoint, Fault mishap) {
        journal.enqueue(endpoint, mishap);
    }

    /** Sets how long access tokens live from now on, in whole seconds; 28 800 at first. */
    public void accessTokenLife(Duration life) {
        tokenEndpoint.accessTokenLife(life);
    }

    /**
     * Sets whether a refresh replaces the refresh token, as it does at first. Where it does not, the answer carries the
     * one that was sent.
     */
    public void rotating(boolean value) {
        ledger.rotating(value);
    }

    /**
     * Sets whether a refresh ends the access tokens before it, as Tesla announced on 2024-02-01 and one observer did not see;
     * not so at first.
     */
    public void refreshEndsAccessTokens(boolean value) {
        ledger.refreshEndsAccessTokens(value);
    }

    /** Sets what the authorization response carries beside code or error and state, such as {@code iss}. */
    public void callbackParameters(Map<String, String> parameters) {
        authorizationPage.callbackParameters(parameters);
    }

    /** Sets who sits at the browser: the subject of logins from now on. */
    public void person(String subject) {
        person = subject;
    }

    /** Whether there is a region of this id. */
    public static boolean knows(String region) {
        return Region.of(region).isPresent();
    }

    /** Hosts a file as the application's public key, as {@code PUT} at its address does. */
    public void host(byte[] key) {
        partners.host(key);
    }

    /** Sets in which region the person's account is; at first in the one that is played. Elsewhere the API answers 421. */
    public void home(String region) {
        api.home(Region.of(region).orElseThrow());
    }

    /**
     * Signs with a new key from now on; the one before stays published.
     *
     * @param algorithm {@code RS256}, as at first, {@code PS256} or {@code ES256}
     */
    public void rotateKeys(String algorithm) {
        keys.applications().rotate(algorithm);
    }

    /** Ends all that a client was ever given, as when the person changes the password. */
    public void endAll(String clientId) {
        clients.find(clientId).ifPresent(ledger::end);
    }

    /** Whether an access or refresh token would be taken now, be it within a grace period. */
    public boolean isActive(Secret token) {
        return ledger.standing(token.reveal()).isPresent();
    }

    /** The requests to endpoints so far, in the order they came. */
    public List<Received> received() {
        return journal.received();
    }

    /** The requests to one endpoint so far. */
    public List<Received> received(Endpoint endpoint) {
        return received().stream()
                .filter(request -> request.endpoint() == endpoint)
                .toList();
    }

    /**
     * Every code, verifier, client secret and token that came or went so far, in the order they did, for whoever proves
     * that none of them is where it should not be.
     */
    public List<Secret> secretsSeen() {
        return journal.secrets();
    }

    /** The spent refresh tokens that came again and ended their session. */
    public List<Replay> replays() {
        return ledger.replays();
    }

    /** Gives the port back and ends every connection. */
    @Override
    public void close() throws IOException {
        listener.close();
    }
}
