package dev.fleetauth.host.time;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses and formats durations for users. */
public final class Durations {

    /** What {@link #parse} accepts, for messages. */
    public static final String ACCEPTED = "a duration of at most ten years, such as 90s, 5m, 1h30m or 2d";

    private static final Pattern FORM =
            Pattern.compile("(?:(\\d{1,9})d)?(?:(\\d{1,9})h)?(?:(\\d{1,9})m)?(?:(\\d{1,9})s)?");

    /** Longer than the lifetime of any token. */
    private static final Duration MAX = Duration.ofDays(3650);

    private Durations() {}

    /**
     * Parses numbers with units, the largest first, such as {@code 90s}, {@code 8h} or {@code 1h30m}.
     *
     * @throws IllegalArgumentException if the text has a different form, or the duration is longer than ten years
     */
    public static Duration parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (text.isEmpty() || !matcher.matches()) {
            throw new IllegalArgumentException("not a duration");
        }
        Duration duration = Duration.ofDays(number(matcher.group(1)))
                .plusHours(number(matcher.group(2)))
                .plusMinutes(number(matcher.group(3)))
                .plusSeconds(number(matcher.group(4)));
        if (duration.compareTo(MAX) > 0) {
            throw new IllegalArgumentException("longer than ten years");
        }
        return duration;
    }

    private static long number(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }

    /** A duration without its sign, in its two largest units, such as {@code 7 h 59 min}. */
    public static String text(Duration duration) {
        long seconds = duration.abs().toSeconds();
        if (seconds >= 86_400) {
            return pair(seconds / 86_400, "d", seconds % 86_400 / 3600, "h");
        }
        if (seconds >= 3600) {
            return pair(seconds / 3600, "h", seconds % 3600 / 60, "min");
        }
        return seconds >= 60 ? pair(seconds / 60, "min", seconds % 60, "s") : seconds + " s";
    }

    /** The remaining time in minutes and seconds, such as {@code 4:05}. */
    public static String countdown(Duration left) {
        long seconds = left.toSeconds();
        return seconds / 60 + (seconds % 60 < 10 ? ":0" : ":") + seconds % 60;
    }

    private static String pair(long large, String largeUnit, long small, String smallUnit) {
        return small == 0 ? large + " " + largeUnit : large + " " + largeUnit + " " + small + " " + smallUnit;
    }
}
