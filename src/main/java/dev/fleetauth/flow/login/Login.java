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
import dev.fleetauth.oauth.TokenEndpoint;
import dev.fleetauth.oauth.TokenResponse;
import dev.fleetauth.store.Store;
import dev.fleetauth.tesla.TokenType;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gets a profile its tokens. The store is proved first, so that nobody goes through a browser for tokens that cannot be
 * kept; then the provider is read, the person or the client asked, and the answer saved before it is checked.
 */
public final class Login {

    private static final String CLIENT_SECRET = "FLEETAUTH_CLIENT_SECRET";

    private final Engine engine;

    public Login(Engine engine) {
        this.engine = engine;
    }

    /** Logs in and gives back the profile with its new session. */
    public Profile run(LoginRequest request) {
        ProfileName name = request.profile();
        Session before = engine.store().read(name).map(Profile::session).orElse(null);
        Settings stored = before == null ? null : before.settings();
        if (before != null) {
            tellIfMoved(name, before);
        }
        ProviderChoice choice = RegionPrompt.complete(engine, request.provider(), stored);
        var plan = new LoginSettings(choice, request.client(), request.grant(), stored);
        LoginOptions.validate(request.options(), plan.provider().type());
        // Before anything is asked or opened: what such a token is worth.
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
        HomeReview.of(engine).forEach(risk -> engine.notice("warning: " + risk));

        ProviderMetadata metadata =
                choice.metadata(plan.provider(), engine.discovery(plan.certificates()), engine::notice);
        Settings settings = plan.complete(clientId, clientSecret, authCode, metadata);
        Dialect dialect = plan.provider().dialect(metadata);

        plan.provider()
                .tokenType()
                .ifPresent(type -> RequestedScope.advise(settings.scope(), type).forEach(engine::notice));
        MovedEndpoints.announce(engine, stored, settings);
        if (settings.grant() == Grant.AUTHORIZATION_CODE) {
            EndpointOrigins.confirm(engine, plan.provider(), metadata, dialect);
        }
        if (settings.grant() == Grant.CLIENT_CREDENTIALS) {
            return finish(name, settings, dialect, endpoint -> endpoint.clientCredentials(settings), null, replaceable);
        }
        SupersededLogins.announce(
                engine, name, settings, before == null || replaceable.covers(before) ? null : before.tokens());
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

    private void tellIfMoved(ProfileName name, Session session) {
        Moved moved = session.moved();
        if (moved != null) {
            Moved.Destination destination = moved.destination();
            engine.notice("Profile '" + name + "' was moved away from " + moved.host()
                    + (destination == null ? "" : " to " + destination.location()) + " at " + moved.at()
                    + ". This login brings it back, with a session of its own; with Tesla it ends the"
                    + " moved one.");
        }
    }

    /** Which stored session may go for one of another issuer, client or person: any, or the one that was asked about. */
    private record Replaceable(boolean any, @Nullable String session) {
        boolean covers(Session stored) {
            return any || stored.id().equals(session);
        }
    }

    /** Nobody loses a session of another provider or client by a mistyped option. */
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

    /**
     * Asks for the tokens and keeps them, both under the lock, and no person is waited for meanwhile. What was decided over
     * the stored session before is decided again: another login may have taken its place while the person was in the browser.
     */
    private Profile finish(
            ProfileName name,
            Settings settings,
            Dialect dialect,
            Function<TokenEndpoint, TokenResponse> ask,
            @Nullable String nonce,
            Replaceable replaceable) {
        Asked asked = engine.withLock(name, "the login", lease -> {
            // First: what cannot be read, or must not go, must not cost an answer.
            Optional<Profile> stored = lease.read();
            stored.map(Profile::session)
                    .filter(session -> !replaceable.covers(session))
                    .flatMap(session -> difference(name, session.settings(), settings.issuer(), settings.clientId()))
                    .ifPresent(difference -> {
                        throw difference;
                    });
            Session next = new Session(engine.randomId(), settings, null);
            lease.reserve(stored.orElseGet(() -> lease.start(next)), next);
            Candidate candidate = candidate(settings, dialect, nonce, ask.apply(endpoint(settings, lease)));
            return keep(lease, stored, name, candidate, replaceable);
        });
        while (asked.kept() == null) {
            confirm(Objects.requireNonNull(asked.another()));
            Asked before = asked;
            asked = engine.withLock(
                    name,
                    lease -> keep(
                            lease, lease.read(), name, before.candidate(), new Replaceable(false, before.session())));
        }
        return asked.kept();
    }

    /** An answer, and the profile with it or the failure that it belongs to another session than the stored one. */
    private record Asked(
            Candidate candidate,
            @Nullable Profile kept,
            @Nullable Failure another,
            @Nullable String session) {}

    private TokenEndpoint endpoint(Settings settings, Store.Lease lease) {
        return new TokenEndpoint(
                engine.network(settings.certificates(), lease.turn()),
                engine.environment().clock(),
                engine::notice);
    }

    private Candidate candidate(Settings settings, Dialect dialect, @Nullable String nonce, TokenResponse answer) {
        if (answer instanceof TokenResponse.Granted granted) {
            Tokens tokens = TokenResponses.complete(granted.tokens(), dialect);
            return new Candidate(new Session(engine.randomId(), settings, tokens), nonce, null, granted.answeredAt());
        }
        throw TokenResponses.failure(answer, settings, secretFrom(settings));
    }

    /** The variable that the client's secret was taken from: it may have been set for another client. */
    private @Nullable String secretFrom(Settings settings) {
        Secret secret = settings.clientSecret();
        return engine.environment()
                        .variable(CLIENT_SECRET)
                        .filter(value -> secret != null && value.strip().equals(secret.reveal()))
                        .isPresent()
                ? CLIENT_SECRET
                : null;
    }

    private Asked keep(
            Store.Lease lease,
            Optional<Profile> stored,
            ProfileName name,
            Candidate candidate,
            Replaceable replaceable) {
        // Before a first answer is checked, the profile has settings and nothing else.
        Profile now = stored.orElseGet(() -> lease.start(candidate.session()));
        boolean replace = replaceable.covers(now.session());
        Settings settings = candidate.session().settings();
        Optional<Failure> difference = replace
                ? Optional.empty()
                : difference(name, now.session().settings(), settings.issuer(), settings.clientId());
        if (difference.isPresent()) {
            return new Asked(candidate, null, difference.get(), now.session().id());
        }
        Tokens before = now.session().tokens();
        String subject = before == null || replace ? null : before.subject();
        try {
            return new Asked(candidate, new Candidates(engine, lease).save(now, candidate.of(subject)), null, null);
        } catch (Failure e) {
            if (e.kind() != Kind.DIFFERENT_SESSION) {
                throw e;
            }
            return new Asked(candidate, null, e, now.session().id());
        }
    }

    /** Asks whether what is stored may be replaced; without a yes, the failure is the answer. */
    private void confirm(Failure otherwise) {
        var fields = otherwise.fields();
        if (!engine.agrees("Profile " + fields.get("profile") + " belongs to the " + fields.get("what") + " "
                + fields.get("stored") + ". Replace it by " + fields.get("given") + "?")) {
            throw otherwise;
        }
    }
}
