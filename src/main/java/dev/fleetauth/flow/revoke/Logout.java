package dev.fleetauth.flow.revoke;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.store.Store;

/** Wipes the tokens of a profile here, and tells the server nothing. */
public final class Logout {

    private final Engine engine;

    public Logout(Engine engine) {
        this.engine = engine;
    }

    /** Wipes the tokens and keeps the settings, so that a login needs nothing again. */
    public void run(ProfileName name) {
        engine.withLock(name, lease -> wipe(lease, lease.read().orElseThrow(() -> engine.absent(name))));
    }

    /** Removes the profile, settings and all; a user at a terminal has to confirm it. */
    public void forget(ProfileName name) {
        // A profile that does not open can be forgotten too; one that is only in a recovery folder has no name here
        // yet.
        if (!engine.store().names().contains(name) && engine.store().read(name).isEmpty()) {
            throw engine.absent(name);
        }
        if (engine.canAsk()
                && !engine.agrees(
                        "Remove profile '" + name + "', its tokens and settings? A new login needs all of them.")) {
            throw Failure.of(Kind.CANCELLED, "the removal");
        }
        engine.withLock(name, lease -> {
            lease.remove();
            return name;
        });
    }

    /** Leaves a profile its settings; an answer still to be checked goes too. */
    static Profile wipe(Store.Lease lease, Profile profile) {
        Profile wiped = profile.loggedOut();
        lease.save(wiped, false);
        return wiped;
    }
}
