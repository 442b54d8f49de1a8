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
        String number = text.isEmpty() || Character.isDigit(text.charAt(text.length() - 1))
                ? text
                : text.substring(0, text.length() - 1);
        try {
            long count = Long.parseLong(number);
            Duration duration = switch (text.substring(number.length())) {
                case "", "s" -> Duration.ofSeconds(count);
                case "m" -> Duration.ofMinutes(count);
                case "h" -> Duration.ofHours(count);
                case "d" -> Duration.ofDays(count);
                default -> throw bad(text);
            };
            if (duration.isNegative() || duration.compareTo(LONGEST) > 0) {
                throw bad(text);
            }
            return duration;
        } catch (NumberFormatException | ArithmeticException e) {
            throw bad(text);
        }
    }

    private static TypeConversionException bad(String text) {
        return new TypeConversionException("'" + text + "' is not a length of time such as 90s, 5m, 8h or 2d");
    }
}
