package dev.fleetauth.flow.transfer;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.refresh.Refresh;
import dev.fleetauth.model.ExportKeySource;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import java.util.OptionalInt;
import java.util.function.Predicate;

/** A refresh whose tokens are published within this process. */
public final class Publishing {

    private Publishing() {}

    /**
     * Refreshes and publishes, as {@code refresh --after-refresh} does.
     *
     * @param sink receives the export; returns false if that fails
     */
    public static Profile refresh(Engine engine, ProfileName name, ExportKeySource key, Predicate<byte[]> sink) {
        AfterRefresh afterRefresh =
                AfterRefresh.begin(engine, name, (export, timeout) -> OptionalInt.of(sink.test(export) ? 0 : 1), key);
        try (afterRefresh) {
            Profile refreshed = new Refresh(engine, true).refresh(name, false);
            Failure unpublished = afterRefresh.publish(refreshed);
            if (unpublished != null) {
                throw unpublished;
            }
            return refreshed;
        }
    }
}
