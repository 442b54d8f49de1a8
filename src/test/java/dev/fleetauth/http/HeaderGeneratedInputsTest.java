package dev.fleetauth.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.testing.Generated;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Generated values of headers cause no exception, and no unreasonable wait. */
class HeaderGeneratedInputsTest {

    @Test
    void aGeneratedValueIsParsedOrIgnored() {
        Generated.from(
                        "Sun, 22 Nov 2026 06:00:00 GMT",
                        "120",
                        "Thu, 1 Jan 1970 00:00:00 +0000",
                        "application/json; a=\"b\"")
                .forEach(value -> {
                    var answer = new HttpResponse(
                            URI.create("https://auth.example"),
                            429,
                            Map.of(
                                    "retry-after", List.of(value),
                                    "date", List.of("Sun, 22 Nov 2026 05:00:00 GMT"),
                                    "content-type", List.of(value)),
                            new byte[0]);
                    Duration wait = answer.retryAfter();
                    assertThat(wait == null || (!wait.isNegative() && wait.toDays() <= 1))
                            .as("seed %s: %s", Generated.SEED, value)
                            .isTrue();
                    assertThat(answer.mediaType()).doesNotContain(";");
                    HttpDate.parse(value);
                });
    }
}
