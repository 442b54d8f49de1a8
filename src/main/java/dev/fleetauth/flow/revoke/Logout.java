package dev.fleetauth.flow.revoke;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.store.Store;

/** Deletes a profile's tokens here, without contacting the provider. */
public final class Logout {

    private final Engine engine;

    public Logout(Engine engine) {
        this.engine = engine;
    }

    /** Deletes the tokens and keeps the settings, so that the next login needs no options. */
    public void run(ProfileName name) {
        engine.withLock(name, lease -> deleteTokens(lease, engine.require(lease.read(), name)));
    }

    /** Removes the profile with its settings; a user at a terminal has to confirm it. */
    public void forget(ProfileName name) {
        // A listed profile may be unreadable; one that is only in a recovery directory is readable but not listed yet.
        if (!engine.store().names().contains(name) && engine.store().read(name).isEmpty()) {
            throw engine.absent(name);
        }
        if (engine.canAsk()
                && !engine.confirm("Delete profile '" + name
                        + "', with its tokens and settings? The next login will ask for the"
                        + " settings again.")) {
            throw Failure.of(Kind.CANCELED, "the removal");
        }
        engine.withLock(name, lease -> {
            lease.remove();
            return name;
        });
    }

    /** Deletes the tokens and an unverified response, and keeps the settings. */
    static Profile deleteTokens(Store.Lease lease, Profile profile) {
        Profile loggedOut = profile.loggedOut();
        lease.save(loggedOut, false);
        return loggedOut;
    }
}
