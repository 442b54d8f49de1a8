package dev.fleetauth.flow.login;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The waits between polls. A letter stands for a response: p for pending, s for slow_down, f for a failure. */
@Tag("any-jdk")
class PollingPaceTest {

    @ParameterizedTest
    @CsvSource({
        "5, ppp, 5 5 5 5",
        "5, psp, 5 5 10 10",
        "1, sss, 1 6 11 16",
        "5, ffff, 5 10 20 40 60",
        "5, fffffp, 5 10 20 40 60 60 5",
        "5, fsf, 5 10 10 20",
        "5, sffp, 5 10 20 40 10",
        "90, fff, 90 90 90 90",
        "40, ff, 40 60 60",
    })
    void theWaitDependsOnTheResponses(int interval, String answers, String waits) {
        var pace = new PollingPace(Duration.ofSeconds(interval));
        List<String> actual = new ArrayList<>(List.of(String.valueOf(pace.next().toSeconds())));
        for (int i = 0; i < answers.length(); i++) {
            switch (answers.charAt(i)) {
                case 'p' -> pace.pending();
                case 's' -> pace.slowDown();
                default -> pace.failed(null);
            }
            actual.add(String.valueOf(pace.next().toSeconds()));
        }
        assertThat(String.join(" ", actual)).isEqualTo(waits);
    }

    /** A requested wait is limited, applies once, and is never shorter than the interval. */
    @ParameterizedTest
    @CsvSource({
        "5, 30, 30",
        "5, 5, 5",
        "5, 4, 5",
        "5, 0, 5",
        "5, -7, 5",
        "5, 300, 300",
        "5, 301, 300",
        "5, 86400, 300",
        "400, 350, 400",
        "400, 86400, 400",
    })
    void theProviderMayAskForAWait(int interval, int asked, int wait) {
        var pace = new PollingPace(Duration.ofSeconds(interval));
        pace.failed(Duration.ofSeconds(asked));
        assertThat(pace.next()).isEqualTo(Duration.ofSeconds(wait));
        pace.pending();
        assertThat(pace.next()).isEqualTo(Duration.ofSeconds(interval));
    }
}
