package dev.fleetauth.cli;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Lengths of time as people type them: a number and {@code s}, {@code m}, {@code h} or {@code d}; seconds without. */
final class DurationOption implements ITypeConverter<Duration> {

    /** More than any token lives; a larger number is a slip, and would overflow what is counted with. */
    private static final Duration LONGEST = Duration.ofDays(3650);

    @Override
    public Duration convert(String text) {
        try {
            return parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException("'" + text + "' is not a length of time such as 90s, 5m, 8h or 2d");
        }
    }

    /** @throws IllegalArgumentException if the text is not a length of time */
    static Duration parse(String text) {
        String number = text.isEmpty() || Character.isDigit(text.charAt(text.length() - 1))
                ? text
                : text.substring(0, text.length() - 1);
        long count = Long.parseLong(number);
        // Counted in seconds after the comparison, so that nothing overflows.
        long unit = switch (text.substring(number.length())) {
            case "", "s" -> 1;
            case "m" -> 60;
            case "h" -> 3_600;
            case "d" -> 86_400;
            default -> throw new IllegalArgumentException();
        };
        if (count < 0 || count > LONGEST.toSeconds() / unit) {
            throw new IllegalArgumentException();
        }
        return Duration.ofSeconds(count * unit);
    }
}
