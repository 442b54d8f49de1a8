package dev.fleetauth.schedule;

import dev.fleetauth.model.Failure;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.seal.StoreKeys;
import dev.fleetauth.store.Backend;
import dev.fleetauth.store.Hold;
import java.time.Duration;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** A backend whose callers do not pause, since the schedule determines when they continue. */
record ImpatientBackend(Backend backend) implements Backend {

    @Override
    public Duration maxPause() {
        return Duration.ZERO;
    }

    @Override
    public boolean isShared() {
        return backend.isShared();
    }

    @Override
    public SortedMap<ProfileName, String> records() {
        return backend.records();
    }

    @Override
    public Set<ProfileName> allNames() {
        return backend.allNames();
    }

    @Override
    public Reading read(String name) {
        return backend.read(name);
    }

    @Override
    public boolean hasLeftover(String name) {
        return backend.hasLeftover(name);
    }

    @Override
    public @Nullable String keys() {
        return backend.keys();
    }

    @Override
    public @Nullable Hold tryHold(String name, Duration turn) {
        return backend.tryHold(name, turn);
    }

    @Override
    public Failure held(Failure.Kind kind, Object what, String name, @Nullable StoreKeys keys) {
        return backend.held(kind, what, name, keys);
    }

    @Override
    public void checkWritable(String name, String sealed) {
        backend.checkWritable(name, sealed);
    }

    @Override
    public void sync() {
        backend.sync();
    }

    @Override
    public String location() {
        return backend.location();
    }

    @Override
    public String location(String name) {
        return backend.location(name);
    }
}
