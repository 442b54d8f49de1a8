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
import dev.fleetauth.oauth.TokenResponse;
import dev.fleetauth.store.Store;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes over the refresh token of another program. It is saved before it is proved by a refresh, as every answer is: what the
 * refresh brings must have its place already.
 */
public final class AdoptedToken {

    private final Engine engine;

    public AdoptedToken(Engine engine) {
        this.engine = engine;
    }

    /**
     * A refresh token of another program.
     *
     * @param provider which provider it belongs to
     * @param client which client it belongs to
     * @param scope the scope it was granted for; null if that is not known
     * @param refreshToken the refresh token
     */
    public record Given(
            ProviderChoice provider,
            ClientChoice client,
            @Nullable Scope scope,
            Secret refreshToken) {}

    /**
     * What came of it.
     *
     * @param profile the profile with its first access token
     * @param spent whether the provider gave a new refresh token, so that the other program's is spent
     */
    public record Result(Profile profile, boolean spent) {}

    /**
     * Saves a refresh token, and refreshes.
     *
     * @param name the profile it is saved in
     * @param replace whether another session may be replaced
     * @throws Failure if it could not be refreshed. The refresh token is kept, unless the provider refused it: then what was
     *     there before is back. Of kind {@code PROFILE_EXISTS} if there is a profile that may not go, and then nothing was
     *     sent
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
                // A login that was made while the user was asked for the key, or the provider for its document.
                throw exists(name);
            }
            long generation = there.orElseGet(() -> lease.start(session)).generation() + 1;
            lease.save(new Profile(name, generation, session, null), false);
            return there;
        });
        engine.notice("The refresh token is saved in profile '" + name + "'; now it is tried, which spends it.");
        Profile profile =
                new Refresh(engine).first(name, (lease, refused) -> undo(lease, refused, session, before.orElse(null)));
        Tokens tokens = Objects.requireNonNull(profile.session().tokens());
        return new Result(profile, !given.refreshToken().equals(tokens.refreshToken()));
    }

    private static Failure exists(ProfileName name) {
        return Failure.of(Kind.PROFILE_EXISTS, name, "it has a login of its own");
    }

    /** After a verdict nothing is left of the refresh token: what was in its place comes back. */
    private static void undo(
            Store.Lease lease, TokenResponse.Refused refused, Session adopted, @Nullable Profile before) {
        Profile now = lease.read().orElse(null);
        if (now == null || !isUnproved(now, adopted)) {
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

    /** Whether a profile is still what was adopted, with no answer to it. */
    private static boolean isUnproved(Profile now, Session adopted) {
        return now.session().id().equals(adopted.id())
                && now.candidate() == null
                && Objects.equals(now.session().tokens(), adopted.tokens());
    }

    private Settings settings(Given given) {
        ProviderChoice choice = RegionPrompt.complete(engine, given.provider(), null);
        var plan = new LoginSettings(choice, given.client(), GrantChoice.ofScope(given.scope()), null);
        if (plan.grant() != Grant.AUTHORIZATION_CODE) {
            throw Failure.of(
                    Kind.CONFLICTING_OPTIONS,
                    "--refresh-token-file",
                    "--type " + choice.type(),
                    "such tokens are asked for again, and have no refresh token");
        }
        var client = new ClientPrompts(engine, plan);
        String clientId = client.id();
        ProviderMetadata metadata =
                choice.metadata(plan.provider(), engine.discovery(plan.certificates()), engine::notice);
        Dialect dialect = plan.provider().dialect(metadata);
        // Where a refresh goes without the secret, none is asked for.
        Secret clientSecret = dialect.refresh() == Dialect.Refresh.AUTHENTICATED
                ? client.secret(clientId)
                : given.client().secret();
        Settings settings = plan.complete(clientId, clientSecret, null, metadata);
        Secret refreshToken = given.refreshToken();
        if (refreshToken.equals(clientSecret) || refreshToken.reveal().equals(clientId)) {
            throw Failure.of(
                    Kind.SECRET_REJECTED,
                    "what was given",
                    "refresh token",
                    "it is the client " + (refreshToken.equals(clientSecret) ? "secret" : "id"));
        }
        // What it was asked for with is not known here, and only some refreshes have to repeat it.
        boolean unsaid = given.scope() == null && dialect.refresh() != Dialect.Refresh.PLAIN_WITH_SCOPE;
        return unsaid ? settings.withScope(Scope.NONE) : settings;
    }
}
