package dev.fleetauth.model;

/**
 * The name of a profile. It is also used as a file name on every system, so few characters are allowed.
 *
 * @param value 1 to 64 characters of {@code a-z 0-9 . _ -}, the first one a letter or digit
 */
public record ProfileName(String value) implements Comparable<ProfileName> {

    /** The form of a name as a regular expression, for messages. */
    public static final String FORM = "[a-z0-9][a-z0-9._-]{0,63}";

    private static final int MAX_LENGTH = 64;

    /** The profile that is used if none is named. */
    public static final ProfileName DEFAULT = new ProfileName("default");

    /** @throws IllegalArgumentException if the value is not a name */
    public ProfileName {
        if (!isName(value)) {
            throw new IllegalArgumentException("not a profile name");
        }
    }

    /** Whether a string is a valid profile name. */
    public static boolean isName(String value) {
        // Without a regular expression, which costs a cold JVM a millisecond in every command.
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            if (!letterOrDigit && (i == 0 || "._-".indexOf(c) < 0)) {
                return false;
            }
        }
        return !value.isEmpty() && value.length() <= MAX_LENGTH;
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
