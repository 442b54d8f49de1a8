package dev.fleetauth.host.time;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The time since the machine was booted, and an id of that boot. Unlike a clock, this time cannot be set.
 *
 * @param boot an id of this boot
 * @param elapsed the time since the boot, including time asleep
 */
public record Uptime(String boot, Duration elapsed) {

    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Path ELAPSED = Path.of("/proc/uptime");

    /** The uptime of this machine; empty on systems other than Linux. */
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
