package dev.fleetauth.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.sandbox.server.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An attempt stays open until a response, or a verdict on its token, resolves it. */
@Tag("any-jdk")
class UnresolvedAttemptTest {

    @TempDir
    private Path folder;

    /** A refusal of the client says nothing about a token that was posted earlier. */
    @Test
    void aRefusalOfTheClientDoesNotResolveAnEarlierAttempt() throws IOException {
        try (ProcessFixture fixture = new ProcessFixture(folder, true)) {
            fixture.login(ProcessFixture.PROFILE, Duration.ZERO);
            fixture.sandbox.enqueue(Fault.lostResponse());
            fixture.runNow("refresh").exits(6);
            fixture.sandbox.enqueue(Fault.response(401, "application/json", "{\"error\":\"invalid_client\"}"));
            fixture.runNow("refresh", "--take-over").exits(5);

            assertThat(fixture.runNow("refresh").exits(6).err()).contains("got no response");

            assertThat(fixture.refreshes()).isEqualTo(2);
            assertThat(fixture.isActive(fixture.tokens(ProcessFixture.PROFILE).accessToken()))
                    .as("the session is alive")
                    .isTrue();
        }
    }
}
