package dev.fleetauth.sandbox.server;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A map that drops its oldest entries, so that a server that runs for days does not grow with every token it issues.
 *
 * @param <K> the keys
 * @param <V> the values
 */
public final class BoundedMap<K, V> extends LinkedHashMap<K, V> {

    private static final long serialVersionUID = 1L;

    /** More than any experiment or test uses at once. */
    public static final int MAX_ENTRIES = 10_000;

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > MAX_ENTRIES;
    }
}
