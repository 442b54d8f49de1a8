package dev.fleetauth.model;

/**
 * The name of a profile. It is also the name of a file on every system, so it is narrow.
 *
 * @param value one to 64 of {@code a-z 0-9 . _ -}, the first a letter or a digit
 */
public record ProfileName(String value) implements Comparable<ProfileName> {

    /** What a name must look like, for messages. */
    public static final String FORM = "[a-z0-9][a-z0-9._-]{0,63}";

    private static final int LONGEST = 64;

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
        // By hand: every command reads one, and a regular expression takes a cold JVM a millisecond.
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            if (!letterOrDigit && (i == 0 || "._-".indexOf(c) < 0)) {
                return false;
            }
        }
        return !value.isEmpty() && value.length() <= LONGEST;
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
