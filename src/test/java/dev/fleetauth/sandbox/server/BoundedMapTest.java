package dev.fleetauth.sandbox.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A server that runs for a long time does not grow with every token it issues. */
@Tag("any-jdk")
class BoundedMapTest {

    @Test
    void theOldestEntryIsRemoved() {
        var map = new BoundedMap<Integer, String>();
        for (int i = 0; i <= BoundedMap.MAX_ENTRIES; i++) {
            map.put(i, "token");
        }
        assertThat(map).hasSize(BoundedMap.MAX_ENTRIES).doesNotContainKey(0).containsKey(BoundedMap.MAX_ENTRIES);
    }
}
