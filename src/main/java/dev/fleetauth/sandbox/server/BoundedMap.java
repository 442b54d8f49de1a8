package dev.fleetauth.sandbox.server;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A map that forgets its oldest entries: a server that runs for days must not grow with every token it gave.
 *
 * @param <K> the keys
 * @param <V> the values
 */
public final class BoundedMap<K, V> extends LinkedHashMap<K, V> {

    private static final long serialVersionUID = 1L;

    /** More than any trial or test holds at once. */
    public static final int AT_MOST = 10_000;

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > AT_MOST;
    }
}
