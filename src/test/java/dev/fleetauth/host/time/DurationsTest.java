package dev.fleetauth.host.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

    @ParameterizedTest
    @CsvSource({"0s, 0", "90s, 90", "5m, 300", "1h30m, 5400", "2d, 172800", "1d2h3m4s, 93784", "3650d, 315360000"})
    void readsNumbersWithUnits(String text, long seconds) {
        assertThat(Durations.parse(text)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "8", "h", "5x", "-5m", "1m1h", "5 m", "5M", "3651d", "9999999999s", "1h30", "٣h", "1.5h"})
    void rejectsAnythingElse(String text) {
        assertThatThrownBy(() -> Durations.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 s",
        "59, 59 s",
        "60, 1 min",
        "61, 1 min 1 s",
        "3600, 1 h",
        "28740, 7 h 59 min",
        "90000, 1 d 1 h",
        "-120, 2 min"
    })
    void formatsInTheTwoLargestUnits(long seconds, String text) {
        assertThat(Durations.text(Duration.ofSeconds(seconds))).isEqualTo(text);
    }
}
