package dev.fleetauth.sandbox;

import com.nimbusds.jose.jwk.JWK;
import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Secret;
import dev.fleetauth.sandbox.provider.AuthorizationPage;
import dev.fleetauth.sandbox.provider.Client;
import dev.fleetauth.sandbox.provider.DeviceAuthorizations;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.sandbox.provider.FleetApi;
import dev.fleetauth.sandbox.provider.KeySets;
import dev.fleetauth.sandbox.provider.Keys;
import dev.fleetauth.sandbox.provider.Ledger;
import dev.fleetauth.sandbox.provider.PartnerAccounts;
import dev.fleetauth.sandbox.provider.ProviderBehavior;
import dev.fleetauth.sandbox.provider.RegisteredClients;
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
 * A local authorization server for experiments and tests, only on 127.0.0.1. It imitates Tesla's or, when strict,
 * behaves like any standard OpenID provider. Its applications are the same at each start, so that settings from one run
 * remain valid in the next; its keys are new, and all its data is gone when it is closed.
 *
 * <p>Tests control it ({@link #enqueue}, the setters) and query it ({@link #received()}, {@link #isActive}).
 */
public final class Sandbox implements AutoCloseable {

    /** The redirect URI that is always registered. */
    public static final String REDIRECT_URI = "http://localhost:8484/callback";

    private static final String CLIENT_ID = "5f1c0a2e-7d34-4b52-9c41-0000000000a1";
    private static final String PUBLIC_CLIENT_ID = "5f1c0a2e-7d34-4b52-9c41-0000000000b2";
    private static final String USER = "5f1c0a2e-7d34-4b52-9c41-0000000000c3";
    private static final String SECRET = "5a6db07c0de15a6db07c0de15a6db07c";
    private static final String AUTH_CODE = "5a6db07c0de15a6db07c0de15a6db07c0de15a6db07c0de15a6db07c0de1";

    private final HttpListener listener;
    private final URI base;
    private final Client confidential;
    private final Secret secret;
    private final Client publicClient;
    private final Secret authCode;
    private final FleetApi api;
    private final PartnerAccounts partners;
    private final RegisteredClients clients;
    private final Journal journal = new Journal();
    private final Ledger ledger;
    private final KeySets keys;
    private final TokenIssuer tokenEndpoint;
    private final AuthorizationPage authorizationPage;
    private volatile String user;

    private Sandbox(SandboxOptions options, HttpListener listener, Clock clock, SecureRandom random) {
        this.listener = listener;
        base = URI.create("http://127.0.0.1:" + listener.port());
        ProviderBehavior behavior = options.strict()
                ? new StandardBehavior(base.toString())
                : TeslaBehavior.of(options.region(), base.toString());

        List<String> redirectUris = new ArrayList<>(options.redirectUris());
        redirectUris.add(REDIRECT_URI);
        if (options.strict()) {
            Collections.addAll(redirectUris, "http://127.0.0.1/callback", "http://[::1]/callback");
        }
        user = USER;
        secret = new Secret(behavior.secretPrefix() + SECRET);
        Scope scope = options.applicationScope();
        confidential = new Client(CLIENT_ID, "The sandbox's application", secret, redirectUris, scope);
        publicClient = new Client(PUBLIC_CLIENT_ID, "The sandbox's open-source application", null, redirectUris, scope);
        authCode = new Secret(behavior.tokenPrefix() + AUTH_CODE);
        List<Client> registered = new ArrayList<>(List.of(confidential, publicClient));
        if (!options.strict()) {
            URI redirectUri = Objects.requireNonNull(TokenType.OWNER.redirectUri());
            registered.add(new Client(
                    String.valueOf(TokenType.OWNER.clientId()),
                    "The mobile app",
                    null,
                    List.of(redirectUri.toString()),
                    null));
        }
        clients = new RegisteredClients(behavior, registered, clock);

        keys = new KeySets(new Keys(random, options.firstKey()), new Keys(random, null));
        ledger = new Ledger(behavior, clock, random);
        var devices = new DeviceAuthorizations(behavior, clients, ledger, () -> user, clock, random);
        tokenEndpoint = new TokenIssuer(behavior, clients, ledger, devices, keys, clock, random, authCode);
        authorizationPage = new AuthorizationPage(behavior, clients, ledger, () -> user, random);
        Set<String> hosts = hosts(listener.port());
        partners = new PartnerAccounts(hosts, clock);
        api = new FleetApi(behavior, ledger, options.region(), partners, new Vehicles(clock), random);
        listener.serve(new Router(
                behavior,
                journal,
                hosts,
                random,
                keys,
                authorizationPage,
                devices,
                tokenEndpoint,
                new TokenQueries(behavior, clients, ledger),
                new RevocationPage(clients, ledger, random),
                api,
                FrontPage.of(options, base, confidential, publicClient, authCode)));
    }

    /**
     * Starts a sandbox.
     *
     * @param clock its clock, also for the {@code Date} of its responses
     * @param random the source of its secrets
     * @throws IOException if the port is in use
     */
    public static Sandbox start(SandboxOptions options, Clock clock, SecureRandom random) throws IOException {
        return new Sandbox(options, new HttpListener(options.port(), clock), clock, random);
    }

    /** Its address, which is also its issuer: {@code http://127.0.0.1:PORT}. */
    public URI base() {
        return base;
    }

    /** The id of the confidential client. */
    public String clientId() {
        return confidential.id();
    }

    /** The secret of the confidential client. */
    public Secret clientSecret() {
        return secret;
    }

    /**
     * Registers the public half of a key of the confidential client: a standard provider then accepts assertions signed
     * with the key.
     *
     * @param jwk the key as a JWK with {@code kid}
     */
    public void registerClientKey(Secret jwk) {
        try {
            clients.register(confidential.id(), JWK.parse(jwk.reveal()));
        } catch (ParseException e) {
            // Not the cause, which may quote the key.
            throw new IllegalArgumentException("it is not a JWK");
        }
    }

    /** The id of the public client, which must use PKCE. */
    public String publicClientId() {
        return publicClient.id();
    }

    /** The code that a business copies from Consent Management and gives to the client. */
    public Secret authCode() {
        return authCode;
    }

    /** The accepted host names, beginning with the one in its address. */
    private static Set<String> hosts(int port) {
        return new LinkedHashSet<>(List.of("127.0.0.1:" + port, "localhost:" + port));
    }

    /** Queues a fault by its name, as {@code POST /next/NAME} does; the server's front page lists the names. */
    public void enqueue(String name) {
        NamedFault named = NamedFault.ALL.get(name);
        if (named == null) {
            throw new IllegalArgumentException("there is no fault named " + name);
        }
        enqueue(named.endpoint(), named.fault());
    }

    /** Queues a fault for a request to the token endpoint. */
    public void enqueue(Fault fault) {
        enqueue(Endpoint.TOKEN, fault);
    }

    /** Queues a fault for a request to an endpoint. */
    public void enqueue(Endpoint endpoint, Fault fault) {
        journal.enqueue(endpoint, fault);
    }

    /** Sets the lifetime of new access tokens, in whole seconds; initially 28,800. */
    public void accessTokenLife(Duration life) {
        tokenEndpoint.accessTokenLife(life);
    }

    /**
     * Sets whether a refresh replaces the refresh token, as it does initially. Otherwise the response contains the one
     * that was sent.
     */
    public void rotating(boolean value) {
        ledger.rotating(value);
    }

    /**
     * Sets whether a refresh revokes earlier access tokens; initially it does not. Tesla announced this on 2024-02-01,
     * but one observer could not confirm it.
     */
    public void refreshEndsAccessTokens(boolean value) {
        ledger.refreshEndsAccessTokens(value);
    }

    /** Sets additional parameters of the authorization response, such as {@code iss}. */
    public void callbackParameters(Map<String, String> parameters) {
        authorizationPage.callbackParameters(parameters);
    }

    /** Sets the user at the browser: the subject of later logins. */
    public void user(String subject) {
        user = subject;
    }

    /** Whether a region with this id exists. */
    public static boolean hasRegion(String region) {
        return Region.of(region).isPresent();
    }

    /** Hosts a file as the application's public key, as {@code PUT} at the key's address does. */
    public void host(byte[] key) {
        partners.host(key);
    }

    /**
     * Sets the region of the user's account; initially the simulated one. If the two differ, the API responds to the
     * user's token with 421, except at {@code users/region}.
     */
    public void setHomeRegion(String region) {
        api.setHomeRegion(Region.of(region).orElseThrow());
    }

    /**
     * Signs with a new key from now on; the previous one stays published.
     *
     * @param algorithm {@code RS256} (the initial one), {@code PS256} or {@code ES256}
     */
    public void rotateKeys(String algorithm) {
        keys.applications().rotate(algorithm);
    }

    /** Revokes all tokens that were ever issued to a client, as when the user changes the password. */
    public void revokeAll(String clientId) {
        clients.find(clientId).ifPresent(ledger::revokeAll);
    }

    /** Whether an access or refresh token would be accepted now, including during a grace period. */
    public boolean isActive(Secret token) {
        return ledger.validToken(token.reveal()).isPresent();
    }

    /** The requests to endpoints so far, in order; the oldest of more than 10,000 are dropped. */
    public List<SandboxRequest> received() {
        return journal.received();
    }

    /** The requests to one endpoint so far. */
    public List<SandboxRequest> received(Endpoint endpoint) {
        return received().stream()
                .filter(request -> request.endpoint() == endpoint)
                .toList();
    }

    /**
     * The codes, verifiers, client secrets, assertions and tokens that were sent or received so far, in order, for
     * tests that search for leaks; the oldest of more than 10,000 are dropped.
     */
    public List<Secret> secretsSeen() {
        return journal.secrets();
    }

    /** The repeated uses of spent refresh tokens, each of which ended its session. */
    public List<Replay> replays() {
        return ledger.replays();
    }

    /** Releases the port and closes all connections. */
    @Override
    public void close() throws IOException {
        listener.close();
    }
}
