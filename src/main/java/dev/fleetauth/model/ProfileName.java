package dev.fleetauth.model;

import java.util.regex.Pattern;

/**
 * The name of a profile. It is also the name of a file on every system, so it is narrow.
 *
 * @param value one to 64 of {@code a-z 0-9 . _ -}, the first a letter or a digit
 */
public record ProfileName(String value) implements Comparable<ProfileName> {

    /** What a name must look like, for messages. */
    public static final String FORM = "[a-z0-9][a-z0-9._-]{0,63}";

    private static final Pattern PATTERN = Pattern.compile(FORM);

    /** The profile meant where none is named. */
    public static final ProfileName DEFAULT = new ProfileName("default");

    /** @throws IllegalArgumentException if the value is not a name */
    public ProfileName {
        if (!isName(value)) {
            throw new IllegalArgumentException("not a profile name");
        }
    }

    /** Whether a text can be the name of a profile. */
    public static boolean isName(String value) {
        return PATTERN.matcher(value).matches();
    }

    @Override
    public int compareTo(ProfileName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
