package dev.fleetauth.host.time;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How long the machine has been up, which nobody can set as one sets a clock, and in which run.
 *
 * @param boot an id of this run of the machine
 * @param elapsed the time since its start, time asleep included
 */
public record Uptime(String boot, Duration elapsed) {

    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Path ELAPSED = Path.of("/proc/uptime");

    /** What this machine says; empty where it does not say it, as only Linux does. */
    public static Optional<Uptime> ofThisMachine() {
        try {
            String boot = Files.readString(BOOT, StandardCharsets.US_ASCII).strip();
            String seconds =
                    Files.readString(ELAPSED, StandardCharsets.US_ASCII).split("[. ]", 2)[0];
            return Optional.of(new Uptime(boot, Duration.ofSeconds(Long.parseLong(seconds))));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }
}
