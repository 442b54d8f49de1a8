package dev.fleetauth.flow;

import dev.fleetauth.model.Candidate;
import dev.fleetauth.model.Dialect;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Grant;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.ProviderMetadata;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Settings;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.oauth.TokenAnswer;
import dev.fleetauth.oauth.TokenEndpoint;
import dev.fleetauth.store.Store;
import dev.fleetauth.tesla.TokenType;
import java.io.IOException;
import java.util.Locale;
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
        if (before != null && before.moved() != null) {
            engine.tell("Profile '" + name + "' was moved away from "
                    + before.moved().host() + " at "
                    + before.moved().at()
                    + ". This login brings it back, with a session of its own; with Tesla it ends the"
                    + " moved one.");
        }
        var plan = new LoginSettings(engine, request, stored);
        // Before anything is asked or opened: what such a token is worth.
        plan.provider()
                .tokenType()
                .map(TokenType::status)
                .filter(status -> !status.isEmpty())
                .ifPresent(engine::tell);
        String clientId = plan.clientId();
        boolean replace =
                request.replace() || mayReplace(name, stored, plan.provider().issuer(), clientId);
        Secret clientSecret = plan.clientSecret(clientId);
        Secret authCode = plan.authCode(clientId);
        engine.store().prove(name);

        ProviderMetadata metadata = ChosenEndpoints.apply(
                plan.provider().metadata(engine.discovery(plan.certificates()), engine::tell), request.endpoints());
        Settings settings = plan.complete(clientId, clientSecret, authCode, metadata);
        Dialect dialect = plan.provider().dialect(metadata);

        plan.provider()
                .tokenType()
                .ifPresent(type -> AskedScope.advise(settings.scope(), type).forEach(engine::tell));
        MovedEndpoints.tell(engine, stored, settings);
        if (settings.grant() == Grant.CLIENT_CREDENTIALS) {
            return finish(name, settings, dialect, endpoint -> endpoint.clientCredentials(settings), null, replace);
        }
        CutOff.tell(engine, name, settings, replace || before == null ? null : before.tokens());
        try (var visit = new BrowserVisit(engine, request, settings, dialect)) {
            Secret code = visit.code();
            Profile profile = finish(
                    name,
                    settings,
                    dialect,
                    endpoint -> endpoint.exchange(settings, code, visit.request()),
                    visit.request().nonce(),
                    replace);
            visit.succeeded();
            RegionHints.tell(engine, profile, code);
            return profile;
        }
    }

    /** Whether a stored session of another provider or client may go: nobody loses one by a mistyped option. */
    private boolean mayReplace(ProfileName name, @Nullable Settings stored, String issuer, String clientId) {
        if (stored == null) {
            return false;
        }
        boolean sameIssuer = stored.issuer().equals(issuer);
        if (!sameIssuer) {
            confirm(Failure.of(Kind.DIFFERENT_SESSION, name, "issuer", stored.issuer(), issuer));
        } else if (!stored.clientId().equals(clientId)) {
            confirm(Failure.of(Kind.DIFFERENT_SESSION, name, "client", stored.clientId(), clientId));
        } else {
            return false;
        }
        return true;
    }

    /** Asks for the tokens and keeps them, both under the lock, and no person is waited for meanwhile. */
    private Profile finish(
            ProfileName name,
            Settings settings,
            Dialect dialect,
            Function<TokenEndpoint, TokenAnswer> ask,
            @Nullable String nonce,
            boolean replace) {
        Asked asked = engine.alone(name, lease -> {
            // First: what cannot be read must not cost an answer.
            Optional<Profile> stored = lease.read();
            Candidate candidate = candidate(settings, dialect, nonce, ask.apply(endpoint(settings, lease)));
            try {
                return new Asked(candidate, keep(lease, stored, name, candidate, replace), null);
            } catch (Failure e) {
                if (e.kind() != Kind.DIFFERENT_SESSION) {
                    throw e;
                }
                return new Asked(candidate, null, e);
            }
        });
        if (asked.kept() != null) {
            return asked.kept();
        }
        confirm(Objects.requireNonNull(asked.another()));
        return engine.alone(name, lease -> keep(lease, lease.read(), name, asked.candidate(), true));
    }

    /** An answer, and the profile with it or the failure that it belongs to another session than the stored one. */
    private record Asked(
            Candidate candidate,
            @Nullable Profile kept,
            @Nullable Failure another) {}

    private TokenEndpoint endpoint(Settings settings, Store.Lease lease) {
        return new TokenEndpoint(
                engine.network(settings.certificates(), lease.turn()),
                engine.environment().clock(),
                engine::tell);
    }

    private Candidate candidate(Settings settings, Dialect dialect, @Nullable String nonce, TokenAnswer answer) {
        if (answer instanceof TokenAnswer.Granted granted) {
            Tokens tokens = Answers.complete(granted.tokens(), dialect);
            return new Candidate(new Session(engine.randomId(), settings, tokens), nonce, null, granted.answeredAt());
        }
        throw Answers.failure(answer, settings, secretFrom(settings));
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

    private Profile keep(
            Store.Lease lease, Optional<Profile> stored, ProfileName name, Candidate candidate, boolean replace) {
        // Before a first answer is checked, the profile has settings and nothing else.
        Profile now =
                stored.orElseGet(() -> new Profile(name, 0, candidate.session().withoutTokens(), null));
        Tokens before = now.session().tokens();
        String subject = before == null || replace ? null : before.subject();
        return new CandidateCheck(engine).keep(lease, now, candidate.of(subject));
    }

    /** Asks whether what is stored may be replaced; without a yes, the failure is the answer. */
    private void confirm(Failure otherwise) {
        if (!engine.canAsk()) {
            throw otherwise;
        }
        var fields = otherwise.fields();
        String question = "Profile " + fields.get("profile") + " belongs to the " + fields.get("what") + " "
                + fields.get("stored") + ". Replace it by " + fields.get("given") + "? [y/N] ";
        try {
            String answer = engine.environment().terminal().readLine(question);
            if (!answer.strip().toLowerCase(Locale.ROOT).startsWith("y")) {
                throw otherwise;
            }
        } catch (IOException e) {
            throw otherwise;
        }
    }
}
