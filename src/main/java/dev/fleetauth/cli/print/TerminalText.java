package dev.fleetauth.cli.print;

import dev.fleetauth.flow.GivenSecret;
import dev.fleetauth.host.Limits;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes text safe and readable for a terminal. */
public final class TerminalText {

    private TerminalText() {}

    /**
     * Makes text safe to print: truncates long text, and escapes control and format characters as in JSON. Such
     * characters could move the cursor, change colors or reverse the writing direction.
     */
    public static String printable(String text) {
        StringBuilder printable = new StringBuilder(Math.min(text.length(), Limits.SHOWN_CHARACTERS));
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (printable.length() >= Limits.SHOWN_CHARACTERS) {
                return printable.append("...").toString();
            }
            if (isInvisible(c)) {
                for (char half : Character.toChars(c)) {
                    printable.append(escaped(half));
                }
            } else {
                printable.appendCodePoint(c);
            }
        }
        return printable.toString();
    }

    /** Redacts client secrets, and credentials in addresses, that a user gave by mistake. */
    static String withoutSecrets(String message) {
        return message.replaceAll("(?i)(https?://)[^/?#\\s'\"]*@", "$1…@")
                .replaceAll("(?i)(" + Pattern.quote(GivenSecret.CLIENT_SECRET_PREFIX) + ")[^\\s'\"]{4,}", "$1…");
    }

    /** Whether a character is invisible, or controls the terminal or the writing direction. */
    static boolean isInvisible(int c) {
        int type = Character.getType(c);
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.SURROGATE
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }

    /** The JSON escape of a character. */
    static String escaped(char c) {
        return "\\u" + HexFormat.of().toHexDigits(c);
    }

    /** A time in RFC 3339, in UTC, to the second; null for null. */
    public static @Nullable String time(@Nullable Instant time) {
        return time == null ? null : time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
