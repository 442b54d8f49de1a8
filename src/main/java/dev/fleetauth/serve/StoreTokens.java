package dev.fleetauth.serve;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.refresh.Refresh;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Secret;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Access tokens of the profiles in a store. */
public final class StoreTokens implements AccessTokens {

    private final Refresh refresh;

    public StoreTokens(Engine engine) {
        this.refresh = new Refresh(engine);
    }

    @Override
    public synchronized Profile valid(ProfileName name, @Nullable Duration minValidity) {
        return refresh.token(name, minValidity, true);
    }

    @Override
    public synchronized Profile refreshed(ProfileName name, Secret rejected) {
        Profile profile = valid(name, null);
        return rejected.equals(profile.session().tokens() == null
                        ? null
                        : profile.session().tokens().accessToken())
                ? refresh.refresh(name, false)
                : profile;
    }
}
