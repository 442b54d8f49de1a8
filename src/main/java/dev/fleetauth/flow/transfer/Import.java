package dev.fleetauth.flow.transfer;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.http.Addresses;
import dev.fleetauth.key.ExportKeys;
import dev.fleetauth.model.ExportKeySource;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.oauth.PastedSecret;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Imports a profile that was exported on another machine. Sends nothing to the provider; only later commands do. */
public final class Import {

    /** The remedy if a profile of this name has another login. */
    static final String OTHER_NAME = "use another name with -p, or replace the profile with --replace";

    private final Engine engine;
    private final ExportKeys keys;

    /** @param key the source of the export's key */
    public Import(Engine engine, ExportKeySource key) {
        this.engine = engine;
        this.keys = engine.exportKeys(key);
    }

    /**
     * Opens an export and saves its profile.
     *
     * @param sealed the export
     * @param where the source of the export, for messages
     * @param as the profile's name here; null to keep its name
     * @param replace whether another session, or a newer state of this one, may be replaced
     * @throws Failure of kind {@code EXPORT_UNREADABLE} or {@code PROFILE_EXISTS}; then nothing was changed
     */
    public Profile run(String sealed, String where, @Nullable ProfileName as, boolean replace) {
        Profile exported = keys.open(unwrapped(sealed, where), where);
        ImportedProfile.validate(exported, where);
        ProfileName name = as == null ? exported.name() : as;
        Profile imported = new Profile(name, exported.generation(), exported.session(), exported.candidate());
        URI issuer = URI.create(exported.session().settings().issuer());
        if (Addresses.isLoopback(issuer)) {
            engine.notice("warning: the provider of this export is on this machine, at " + Addresses.shown(issuer)
                    + ": its tokens will be sent there");
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

    /** Extracts an export that, like other pasted secrets, may be in quotes or preceded by its name. */
    private static String unwrapped(String text, String where) {
        try {
            return PastedSecret.token(text, List.of("export"));
        } catch (PastedSecret.Malformed e) {
            throw Failure.of(Kind.EXPORT_UNREADABLE, where, e.why());
        }
    }

    /** Requires the imported profile to be a newer state of the same session. */
    private static void requireNewer(Profile imported, Profile there) {
        if (!there.isOfSameSession(imported)) {
            throw Failure.of(Kind.PROFILE_EXISTS, there.name(), "it has a different login than the export", OTHER_NAME);
        }
        if (imported.generation() < there.generation()) {
            throw Failure.of(
                    Kind.PROFILE_EXISTS,
                    there.name(),
                    "it is newer than the export, whose refresh token may be spent",
                    "use the profile as it is; --replace would restore the older state");
        }
        if (!imported.isNewerThan(there)) {
            throw Failure.of(
                    Kind.PROFILE_EXISTS,
                    there.name(),
                    "it is in the same state as the export",
                    "use the profile as it is; there is nothing to import");
        }
    }
}
