package dev.fleetauth.flow.login;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.HomeReview;
import dev.fleetauth.flow.ProviderChoice;
import dev.fleetauth.flow.TokenResponses;
import dev.fleetauth.flow.refresh.Candidates;
import dev.fleetauth.model.Candidate;
import dev.fleetauth.model.Dialect;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Grant;
import dev.fleetauth.model.Moved;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.ProviderMetadata;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Settings;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.oauth.endpoint.DeviceAuthorization;
import dev.fleetauth.oauth.endpoint.TokenEndpoint;
import dev.fleetauth.oauth.endpoint.TokenResponse;
import dev.fleetauth.store.Store;
import dev.fleetauth.tesla.TokenType;
import java.net.URI;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Obtains a profile's tokens. The store is checked first, so that no user goes through a browser for tokens that cannot
 * be saved; then the provider's metadata is read, the grant obtained, and the response saved before it is verified.
 */
public final class Login {

    private static final String CLIENT_SECRET = "FLEETAUTH_CLIENT_SECRET";

    private final Engine engine;
    private final Consumer<URI> qrCode;

    /** @param qrCode shows an address as a QR code, if possible */
    public Login(Engine engine, Consumer<URI> qrCode) {
        this.engine = engine;
        this.qrCode = qrCode;
    }

    /** Logs in and returns the profile with its new session. */
    public Profile run(LoginRequest request) {
        ProfileName name = request.profile();
        Session before = engine.store().read(name).map(Profile::session).orElse(null);
        Settings stored = before == null ? null : before.settings();
        if (before != null) {
            noticeIfMoved(name, before);
        }
        ProviderChoice choice = RegionPrompt.complete(engine, request.provider(), stored);
        var plan = new LoginSettings(choice, request.client(), request.grant(), stored);
        LoginOptions.validate(request.options(), plan.provider(), plan.grant());
        // Warns about the type's limits before prompting for the client and opening the browser.
        plan.provider()
                .tokenType()
                .map(TokenType::status)
                .filter(status -> !status.isEmpty())
                .ifPresent(engine::notice);
        var client = new ClientPrompts(engine, plan);
        String clientId = client.id();
        Replaceable replaceable = replaceable(request, before, plan.provider().issuer(), clientId);
        Secret clientSecret = client.secret(clientId);
        Secret authCode = client.authCode(clientId);
        engine.store().checkWritable(name);
        HomeReview.of(engine).forEach(risk -> engine.notice("warning: " + risk.what() + "; " + risk.remedy()));

        ProviderMetadata metadata =
                choice.metadata(plan.provider(), engine.discovery(plan.certificates()), engine::notice);
        Settings settings = plan.complete(clientId, clientSecret, authCode, metadata);
        Dialect dialect = plan.provider().dialect(metadata);

        plan.provider()
                .tokenType()
                .ifPresent(type -> RequestedScope.advise(settings.scope(), type).forEach(engine::notice));
        MovedEndpoints.announce(engine, stored, settings);
        if (settings.grant() == Grant.CLIENT_CREDENTIALS) {
            return finish(name, settings, dialect, endpoint -> endpoint.clientCredentials(settings), null, replaceable);
        }
        DeviceLogin device = new DeviceLogin(engine, plan.provider(), metadata, settings);
        boolean isOnDevice = device.isOnlyWay(request.way());
        EndpointOrigins.confirm(
                engine,
                plan.provider(),
                metadata,
                isOnDevice ? EndpointOrigins.DEVICE_ENDPOINT : EndpointOrigins.AUTHORIZATION_ENDPOINT,
                dialect);
        SupersededLogins.announce(
                engine, name, settings, before == null || replaceable.covers(before) ? null : before.tokens());
        DeviceAuthorization codes = isOnDevice ? device.begin() : device.beginWithoutBrowser(request);
        if (codes != null) {
            var visit = new DeviceVisit(engine, settings, codes, request.timeout());
            visit.announce(qrCode);
            return finish(name, settings, dialect, visit, replaceable);
        }
        CallbackPort port = CallbackPort.open(engine, settings, request.way());
        try (var visit = new BrowserVisit(engine, request, settings, dialect, port)) {
            Secret code = visit.code();
            Profile profile = finish(
                    name,
                    settings,
                    dialect,
                    endpoint -> endpoint.exchange(settings, code, visit.request()),
                    visit.request().nonce(),
                    replaceable);
            visit.succeeded();
            RegionHints.announce(engine, profile, code);
            return profile;
        }
    }

    private void noticeIfMoved(ProfileName name, Session session) {
        Moved moved = session.moved();
        if (moved != null) {
            Moved.Destination destination = moved.destination();
            engine.notice("Profile '" + name + "' was moved from " + moved.host()
                    + (destination == null ? "" : " to " + destination.location()) + " at "
                    + moved.at().truncatedTo(ChronoUnit.SECONDS)
                    + ". This login makes it usable here again, with a new session. With Tesla, it ends the moved"
                    + " session.");
        }
    }

    /** The stored sessions that may be replaced by one of another issuer, client or user: any, or the confirmed one. */
    private record Replaceable(boolean any, @Nullable String session) {
        boolean covers(Session stored) {
            return any || stored.id().equals(session);
        }
    }

    /** Asks before a session of another issuer or client is replaced, since an option may be mistyped. */
    private Replaceable replaceable(LoginRequest request, @Nullable Session stored, String issuer, String clientId) {
        if (stored == null || request.replace()) {
            return new Replaceable(request.replace(), null);
        }
        Optional<Failure> difference = difference(request.profile(), stored.settings(), issuer, clientId);
        difference.ifPresent(this::confirm);
        return new Replaceable(false, difference.isPresent() ? stored.id() : null);
    }

    private static Optional<Failure> difference(ProfileName name, Settings stored, String issuer, String clientId) {
        if (!stored.issuer().equals(issuer)) {
            return Optional.of(Failure.of(Kind.DIFFERENT_SESSION, name, "issuer", stored.issuer(), issuer));
        }
        return stored.clientId().equals(clientId)
                ? Optional.empty()
                : Optional.of(Failure.of(Kind.DIFFERENT_SESSION, name, "client", stored.clientId(), clientId));
    }

    private Profile finish(
            ProfileName name,
            Settings settings,
            Dialect dialect,
            Function<TokenEndpoint, TokenResponse> ask,
            @Nullable String nonce,
            Replaceable replaceable) {
        return confirmed(name, Objects.requireNonNull(obtain(name, settings, dialect, ask, nonce, replaceable)));
    }

    /** Polls for the tokens until the user has decided. */
    private Profile finish(
            ProfileName name, Settings settings, Dialect dialect, DeviceVisit visit, Replaceable replaceable) {
        Outcome outcome = null;
        while (outcome == null) {
            visit.awaitNextPoll();
            outcome = obtain(name, settings, dialect, visit::poll, null, replaceable);
        }
        return confirmed(name, outcome);
    }

    /**
     * Requests and saves the tokens under the lock, without waiting for the user. The decision to replace the stored
     * session is made again, because another login may have replaced that session while the user was in the browser.
     *
     * @param ask sends the request; its result is null if the user has not decided yet
     * @return null if the user has not decided yet
     */
    private @Nullable Outcome obtain(
            ProfileName name,
            Settings settings,
            Dialect dialect,
            Function<TokenEndpoint, @Nullable TokenResponse> ask,
            @Nullable String nonce,
            Replaceable replaceable) {
        return engine.withLock(name, "the login", lease -> {
            // Checked before the request: no response is wasted if the profile is unreadable or must not be replaced.
            Optional<Profile> stored = lease.read();
            stored.map(Profile::session)
                    .filter(session -> !replaceable.covers(session))
                    .flatMap(session -> difference(name, session.settings(), settings.issuer(), settings.clientId()))
                    .ifPresent(difference -> {
                        throw difference;
                    });
            Session next = new Session(engine.randomId(), settings, null);
            lease.reserve(stored.orElseGet(() -> lease.newProfile(next)), next);
            TokenResponse response = ask.apply(endpoint(settings, lease));
            return response == null
                    ? null
                    : save(lease, stored, name, candidate(settings, dialect, nonce, response), replaceable);
        });
    }

    /**
     * The saved profile. If the response does not match the stored session, first asks whether to replace that session.
     */
    private Profile confirmed(ProfileName name, Outcome first) {
        Outcome outcome = first;
        while (outcome.saved() == null) {
            confirm(Objects.requireNonNull(outcome.mismatch()));
            Outcome before = outcome;
            outcome = engine.withLock(
                    name,
                    lease -> save(
                            lease, lease.read(), name, before.candidate(), new Replaceable(false, before.session())));
        }
        return outcome.saved();
    }

    /**
     * A response, and either the profile that it was saved in, or the mismatch with the stored session and the id of
     * that session.
     */
    private record Outcome(
            Candidate candidate,
            @Nullable Profile saved,
            @Nullable Failure mismatch,
            @Nullable String session) {}

    private TokenEndpoint endpoint(Settings settings, Store.Lease lease) {
        return new TokenEndpoint(
                engine.network(settings.certificates(), lease.turn()),
                engine.environment().clock(),
                engine::notice);
    }

    private Candidate candidate(Settings settings, Dialect dialect, @Nullable String nonce, TokenResponse response) {
        if (response instanceof TokenResponse.Granted granted) {
            Tokens tokens = TokenResponses.complete(granted.tokens(), dialect);
            return new Candidate(new Session(engine.randomId(), settings, tokens), nonce, null, granted.respondedAt());
        }
        throw TokenResponses.failure(response, settings, secretFrom(settings));
    }

    /**
     * The variable that the client secret came from, which may have been set for another client; null if the secret
     * came from elsewhere.
     */
    private @Nullable String secretFrom(Settings settings) {
        Secret secret = settings.sharedSecret();
        return engine.environment()
                        .variable(CLIENT_SECRET)
                        .filter(value -> secret != null && value.strip().equals(secret.reveal()))
                        .isPresent()
                ? CLIENT_SECRET
                : null;
    }

    private Outcome save(
            Store.Lease lease,
            Optional<Profile> stored,
            ProfileName name,
            Candidate candidate,
            Replaceable replaceable) {
        // Until its first response is verified, a new profile has only settings.
        Profile now = stored.orElseGet(() -> lease.newProfile(candidate.session()));
        boolean replace = replaceable.covers(now.session());
        Settings settings = candidate.session().settings();
        Optional<Failure> difference = replace
                ? Optional.empty()
                : difference(name, now.session().settings(), settings.issuer(), settings.clientId());
        if (difference.isPresent()) {
            return new Outcome(candidate, null, difference.get(), now.session().id());
        }
        Tokens before = now.session().tokens();
        String subject = before == null || replace ? null : before.subject();
        try {
            return new Outcome(
                    candidate, new Candidates(engine, lease).save(now, candidate.withSubject(subject)), null, null);
        } catch (Failure e) {
            if (e.kind() != Kind.DIFFERENT_SESSION) {
                throw e;
            }
            return new Outcome(candidate, null, e, now.session().id());
        }
    }

    /** Asks whether the stored session may be replaced, and throws the failure unless the user agrees. */
    private void confirm(Failure otherwise) {
        var fields = otherwise.fields();
        if (!engine.confirm("Profile '" + fields.get("profile") + "' belongs to the " + fields.get("what") + " "
                + fields.get("stored") + ". Replace its session with one for " + fields.get("given") + "?")) {
            throw otherwise;
        }
    }
}
