package dev.fleetauth.sandbox.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** That a server which runs for long does not grow with what it gave. */
class RememberedTest {

    @Test
    void theOldestIsForgotten() {
        var map = new Remembered<Integer, String>();
        for (int i = 0; i <= Remembered.AT_MOST; i++) {
            map.put(i, "token");
        }
        assertThat(map).hasSize(Remembered.AT_MOST).doesNotContainKey(0).containsKey(Remembered.AT_MOST);
    }
}
