package dev.fleetauth.serve.client;

import dev.fleetauth.cli.print.TokenFormat;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Secret;
import dev.fleetauth.serve.AccessTokens;
import java.util.function.Supplier;

/** Access tokens for clients with a key. A failure is a {@link ClientErrorException} that says when to try again. */
final class ClientTokens {

    private final AccessTokens tokens;

    ClientTokens(AccessTokens tokens) {
        this.tokens = tokens;
    }

    /** The profile with a valid access token. */
    Profile valid(ProfileName name) {
        return get(name, () -> tokens.valid(name, null));
    }

    /** The profile with an access token other than the one that the Fleet API has rejected, if there is a newer one. */
    Profile refreshed(Profile rejected) {
        Secret token = new Secret(TokenFormat.bearer(rejected));
        return get(rejected.name(), () -> tokens.refreshed(rejected.name(), token));
    }

    private Profile get(ProfileName name, Supplier<Profile> token) {
        try {
            return token.get();
        } catch (Failure e) {
            throw ClientErrorException.of(e, tokens.retryAfter(name));
        }
    }
}
