package dev.fleetauth.flow.transfer;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.ProviderChoice;
import dev.fleetauth.flow.login.ClientChoice;
import dev.fleetauth.flow.login.ClientPrompts;
import dev.fleetauth.flow.login.GrantChoice;
import dev.fleetauth.flow.login.LoginSettings;
import dev.fleetauth.flow.login.RegionPrompt;
import dev.fleetauth.flow.refresh.Refresh;
import dev.fleetauth.model.Dialect;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Grant;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.ProviderMetadata;
import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Settings;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.oauth.endpoint.TokenResponse;
import dev.fleetauth.store.Store;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes over another program's refresh token. It is saved before it is tested by a refresh, so that there is a profile
 * for the response.
 */
public final class AdoptedToken {

    private final Engine engine;

    public AdoptedToken(Engine engine) {
        this.engine = engine;
    }

    /**
     * Another program's refresh token.
     *
     * @param provider the provider that issued it
     * @param client the client it was issued to
     * @param scope the scope it was granted for; null if unknown
     * @param refreshToken the refresh token
     */
    public record Given(
            ProviderChoice provider,
            ClientChoice client,
            @Nullable Scope scope,
            Secret refreshToken) {}

    /**
     * The result.
     *
     * @param profile the profile with its first access token
     * @param isOriginalSpent whether the provider issued a new refresh token, so that the other program's is spent
     */
    public record Result(Profile profile, boolean isOriginalSpent) {}

    /**
     * Saves a refresh token, and refreshes.
     *
     * @param name the profile it is saved in
     * @param replace whether another session may be replaced
     * @throws Failure of kind {@code PROFILE_EXISTS} if there is a profile that must not be replaced; then the token
     *     was not sent. If the refresh failed, the refresh token stays saved, unless the provider refused it: then the
     *     previous state is restored
     */
    public Result run(ProfileName name, Given given, boolean replace) {
        if (engine.hasProfile(name) && !replace) {
            throw exists(name);
        }
        Settings settings = settings(given);
        engine.store().checkWritable(name);
        Tokens adopted = Tokens.ofRefreshToken(
                given.refreshToken(), engine.environment().clock().instant());
        Session session = new Session(engine.randomId(), settings, adopted);
        Optional<Profile> before = engine.withLock(name, lease -> {
            Optional<Profile> there = lease.read();
            if (there.isPresent() && !replace) {
                // Another login was made during a prompt or a request.
                throw exists(name);
            }
            long generation = there.orElseGet(() -> lease.newProfile(session)).generation() + 1;
            lease.save(new Profile(name, generation, session, null), false);
            return there;
        });
        engine.notice(
                "The refresh token is saved in profile '" + name + "'. Testing it with a refresh, which spends it.");
        Profile profile = new Refresh(engine)
                .refreshImported(name, (lease, refused) -> undo(lease, refused, session, before.orElse(null)));
        Tokens tokens = Objects.requireNonNull(profile.session().tokens());
        return new Result(profile, !given.refreshToken().equals(tokens.refreshToken()));
    }

    private static Failure exists(ProfileName name) {
        return Failure.of(Kind.PROFILE_EXISTS, name, "it has another login", Import.OTHER_NAME);
    }

    /**
     * Removes a refused refresh token, and restores the previous state.
     *
     * @throws Failure of kind {@code IMPORT_REFUSED} if the provider refused the token itself, not the client
     */
    private static void undo(
            Store.Lease lease, TokenResponse.Refused refused, Session adopted, @Nullable Profile before) {
        Profile now = lease.read().orElse(null);
        if (now == null || !isUntested(now, adopted)) {
            return;
        }
        if (before == null) {
            lease.remove();
        } else {
            lease.save(new Profile(now.name(), now.generation() + 1, before.session(), before.candidate()), false);
        }
        if (refused.isInvalidGrant()) {
            throw Failure.of(Kind.IMPORT_REFUSED, refused.error());
        }
    }

    /** Whether a profile still has the adopted token, without a response to it. */
    private static boolean isUntested(Profile now, Session adopted) {
        return now.session().id().equals(adopted.id())
                && now.candidate() == null
                && Objects.equals(now.session().tokens(), adopted.tokens());
    }

    private Settings settings(Given given) {
        ProviderChoice choice = RegionPrompt.complete(engine, given.provider(), null);
        var plan = new LoginSettings(choice, given.client(), GrantChoice.ofScope(given.scope()), null);
        if (plan.grant() != Grant.AUTHORIZATION_CODE) {
            throw Failure.of(
                    Kind.UNUSABLE,
                    "the refresh token",
                    "logins of type " + choice.type() + " have no refresh token",
                    "run 'fleetauth login --type " + choice.type() + "'");
        }
        var client = new ClientPrompts(engine, plan);
        String clientId = client.id();
        ProviderMetadata metadata =
                choice.metadata(plan.provider(), engine.discovery(plan.certificates()), engine::notice);
        Dialect dialect = plan.provider().dialect(metadata);
        // The secret is only needed if refreshes are authenticated.
        Secret clientSecret = dialect.refresh() == Dialect.Refresh.AUTHENTICATED
                ? client.secret(clientId)
                : given.client().secret();
        Settings settings = plan.complete(clientId, clientSecret, null, metadata);
        Secret refreshToken = given.refreshToken();
        if (refreshToken.equals(clientSecret) || refreshToken.reveal().equals(clientId)) {
            throw Failure.of(
                    Kind.SECRET_REJECTED,
                    "the given value",
                    "refresh token",
                    "it is the client " + (refreshToken.equals(clientSecret) ? "secret" : "id"));
        }
        // The originally requested scope is unknown, and only some refreshes have to repeat it.
        boolean isScopeUnknown = given.scope() == null && dialect.refresh() != Dialect.Refresh.PLAIN_WITH_SCOPE;
        return isScopeUnknown ? settings.withScope(Scope.NONE) : settings;
    }
}
