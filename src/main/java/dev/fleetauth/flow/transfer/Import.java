package dev.fleetauth.flow.transfer;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.http.Addresses;
import dev.fleetauth.model.ExportKeySource;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.oauth.PastedSecret;
import dev.fleetauth.seal.key.ExportKeys;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Takes a profile that was exported on another machine. Nothing is asked of the provider: the next command that needs to does. */
public final class Import {

    private final Engine engine;
    private final ExportKeys keys;

    /** @param key what the export is opened with */
    public Import(Engine engine, ExportKeySource key) {
        this.engine = engine;
        this.keys = engine.exportKeys(key);
    }

    /**
     * Puts an export in its place.
     *
     * @param sealed the export
     * @param where what it was read from, for messages
     * @param as the profile's name here; null for the one it had
     * @param replace whether another session, or a newer state of this one, may go
     * @throws Failure of kind {@code EXPORT_UNREADABLE} or {@code PROFILE_EXISTS}, and then nothing was changed
     */
    public Profile run(String sealed, String where, @Nullable ProfileName as, boolean replace) {
        Profile exported = keys.open(unwrapped(sealed, where), where);
        ImportedProfile.requireSound(exported, where);
        ProfileName name = as == null ? exported.name() : as;
        Profile imported = new Profile(name, exported.generation(), exported.session(), exported.candidate());
        URI issuer = URI.create(exported.session().settings().issuer());
        if (Addresses.isLoopback(issuer)) {
            engine.notice("warning: the provider of this export is on this machine, at " + Addresses.shown(issuer)
                    + ": its tokens are sent there");
        }
        engine.store().checkWritable(name);
        return engine.withLock(name, "the import", lease -> {
            Optional<Profile> there = lease.read();
            if (!replace) {
                there.ifPresent(profile -> requireNewer(imported, profile));
            }
            lease.save(imported, false);
            return imported;
        });
    }

    /** An export may be in quotes, or after its name, as secrets are. */
    private static String unwrapped(String text, String where) {
        try {
            return PastedSecret.token(text, List.of("export"));
        } catch (PastedSecret.Malformed e) {
            throw Failure.of(Kind.EXPORT_UNREADABLE, where, e.why());
        }
    }

    /** What is there may go only for a newer state of the same session. */
    private static void requireNewer(Profile imported, Profile there) {
        if (!there.isOfSameSession(imported)) {
            throw Failure.of(Kind.PROFILE_EXISTS, there.name(), "it has another login than the export");
        }
        if (!imported.isNewerThan(there)) {
            throw Failure.of(
                    Kind.PROFILE_EXISTS,
                    there.name(),
                    imported.generation() < there.generation()
                            ? "it is newer than the export, whose refresh token is spent"
                            : "it is the very state that was exported");
        }
    }
}
