package dev.fleetauth.host.time;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Interprets the variable {@code TZ} as POSIX specifies (Base Definitions 8.3), from which the JDK deviates. */
public final class TimeZones {

    private static final Pattern OFFSET = Pattern.compile(
            "(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]+>)(?<sign>[+-]?)(?<hours>\\d{1,2})(?::(?<minutes>\\d{2}))?");

    /** The name of a zone, possibly as a path in the system's time zone database. */
    private static final Pattern NAME = Pattern.compile(":?(?:/.*/zoneinfo/)?(?<name>.+)");

    private TimeZones() {}

    /** The zone for a value; the system's if the value is not a zone. */
    public static ZoneId of(String tz) {
        try {
            Matcher offset = OFFSET.matcher(tz);
            if (offset.matches()) {
                return offset(offset);
            }
            Matcher name = NAME.matcher(tz);
            return name.matches() && ZoneId.getAvailableZoneIds().contains(name.group("name"))
                    ? ZoneId.of(name.group("name"))
                    : ZoneId.systemDefault();
        } catch (DateTimeException e) {
            return ZoneId.systemDefault();
        }
    }

    /** POSIX counts westward: UTC-8 is eight hours ahead. */
    private static ZoneId offset(Matcher offset) {
        int minutes = offset.group("minutes") == null ? 0 : Integer.parseInt(offset.group("minutes"));
        int total = Integer.parseInt(offset.group("hours")) * 60 + minutes;
        return ZoneOffset.ofTotalSeconds(60 * (offset.group("sign").equals("-") ? total : -total));
    }
}
