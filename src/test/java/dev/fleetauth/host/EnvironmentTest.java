package dev.fleetauth.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The time zone and the home that the variables of the process determine. */
class EnvironmentTest {

    private static final Instant SUMMER = Instant.parse("2026-07-01T00:00:00Z");

    /** POSIX offsets are positive west of Greenwich, the JDK's east of it. */
    @ParameterizedTest
    @CsvSource({
        "UTC-8, +08:00",
        "UTC+8, -08:00",
        "GMT-5:30, +05:30",
        "CET-1, +01:00",
        "EST5, -05:00",
        "<+0530>-5:30, +05:30",
        "UTC0, Z",
        "UTC, Z",
        "Etc/GMT+8, -08:00",
        "Europe/Berlin, +02:00",
        ":Europe/Berlin, +02:00",
        "/usr/share/zoneinfo/Asia/Tokyo, +09:00",
        "EST5EDT, -04:00"
    })
    void aValidTzDeterminesTheTimeZone(String tz, String offset) {
        assertThat(environment(Map.of("TZ", tz), "/home/me").zone().getRules().getOffset(SUMMER))
                .hasToString(offset);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "+08:00", "UTC-99", "CET-1CEST,M3.5.0,M10.5.0/3", "/etc/localtime"})
    void withoutAValidTzTheSystemsTimeZoneIsUsed(String tz) {
        assertThat(environment(Map.of("TZ", tz), "/home/me").zone()).isEqualTo(ZoneId.systemDefault());
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aUserWithoutAHomeDirectoryHasNoHome() {
        assertThat(environment(Map.of(), "?").home(Optional.empty())).isEmpty();
        assertThat(environment(Map.of("XDG_STATE_HOME", "relative"), "?").home(Optional.empty()))
                .isEmpty();
        assertThat(environment(Map.of("XDG_STATE_HOME", "/state"), "?").home(Optional.empty()))
                .contains(Path.of("/state/fleetauth"));
        assertThat(environment(Map.of("FLEETAUTH_HOME", "/mine"), "?").home(Optional.empty()))
                .contains(Path.of("/mine"));
        assertThat(environment(Map.of(), "?").home(Optional.of(Path.of("/given"))))
                .contains(Path.of("/given"));
        assertThat(environment(Map.of(), "/home/me").home(Optional.empty()))
                .contains(Path.of("/home/me/.local/state/fleetauth"));
    }

    static Environment environment(Map<String, String> variables, String home) {
        var nowhere = new PrintStream(OutputStream.nullOutputStream());
        return new Environment(
                InputStream.nullInputStream(),
                nowhere,
                nowhere,
                variables,
                Clock.systemUTC(),
                new SecureRandom(),
                Terminal.NONE,
                page -> false,
                Path.of(home),
                OperatingSystem.LINUX);
    }
}
