package dev.fleetauth.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.model.Failure.Kind;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class FailureTest {

    @Test
    void aTimeHasNoFractionOfASecond() {
        var failure = Failure.of(Kind.MOVED, "car", "laptop", Instant.parse("2026-11-22T10:11:12.987Z"));
        assertThat(failure.fields()).containsEntry("since", "2026-11-22T10:11:12Z");
    }
}
