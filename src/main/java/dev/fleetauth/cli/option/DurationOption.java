package dev.fleetauth.cli.option;

import dev.fleetauth.host.time.Durations;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts the value of an option that takes a duration, such as {@code 90s}. */
public final class DurationOption implements ITypeConverter<Duration> {

    @Override
    public Duration convert(String text) {
        try {
            return Durations.parse(text);
        } catch (IllegalArgumentException e) {
            boolean isNumber = !text.isEmpty() && text.chars().allMatch(Character::isDigit);
            throw new TypeConversionException("'" + text + "' "
                    + (isNumber
                            ? "needs a unit, such as " + text + "s, " + text + "m or " + text + "h"
                            : "is not " + Durations.ACCEPTED));
        }
    }
}
