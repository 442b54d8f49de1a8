package dev.fleetauth.cli.print;

import dev.fleetauth.flow.GivenSecret;
import dev.fleetauth.host.Limits;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Text as people read it. */
public final class TerminalText {

    private TerminalText() {}

    /**
     * A text that cannot move a terminal's cursor, change its colours or reverse its writing: control and format
     * characters are shown as JSON escapes them, and what is long is cut: a whole page must not fill the terminal.
     */
    public static String printable(String text) {
        StringBuilder printable = new StringBuilder(Math.min(text.length(), Limits.SHOWN_CHARACTERS));
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (printable.length() >= Limits.SHOWN_CHARACTERS) {
                return printable.append("...").toString();
            }
            if (isUnseen(c)) {
                for (char half : Character.toChars(c)) {
                    printable.append(escaped(half));
                }
            } else {
                printable.appendCodePoint(c);
            }
        }
        return printable.toString();
    }

    /** A message without the credentials of an address and without a client secret, which were given as something else. */
    static String withoutSecrets(String message) {
        return message.replaceAll("(?i)(https?://)[^/?#\\s'\"]*@", "$1…@")
                .replaceAll("(?i)(" + Pattern.quote(GivenSecret.CLIENT_SECRET_PREFIX) + ")[^\\s'\"]{4,}", "$1…");
    }

    /** Whether a character moves a cursor, turns writing round or cannot be seen. */
    static boolean isUnseen(int c) {
        int type = Character.getType(c);
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.SURROGATE
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }

    /** A character as JSON escapes it. */
    static String escaped(char c) {
        return "\\u" + HexFormat.of().toHexDigits(c);
    }

    /** A moment as RFC 3339 in UTC, to the second. */
    public static @Nullable String time(@Nullable Instant time) {
        return time == null ? null : time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
