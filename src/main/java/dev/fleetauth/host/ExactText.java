package dev.fleetauth.host;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Decodes and checks external text that is used as a key, a secret, a path or a command and must be exact: a character
 * lost in decoding would silently change the key or file.
 */
public final class ExactText {

    /** Marks the encoding of a text; not part of it. */
    public static final char BYTE_ORDER_MARK = '\uFEFF';

    /** What a decoder substitutes for invalid bytes. */
    private static final char REPLACEMENT = '\uFFFD';

    private static final String LOST = "it contains the character U+FFFD, which replaces one that could not be decoded";

    private ExactText() {}

    /** Thrown if a text cannot be used. It gives the reason and quotes nothing from the text. */
    public static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String source;
        private final String why;

        private Malformed(String source, String why) {
            super(why);
            this.source = source;
            this.why = why;
        }

        /** The file, variable or option that the text comes from. */
        public String source() {
            return source;
        }

        /** The reason. */
        public String why() {
            return why;
        }
    }

    /**
     * Decodes UTF-8 and wipes the bytes. A leading byte order mark is removed.
     *
     * @param source where the bytes come from, for messages
     * @throws Malformed if they are not exact text
     */
    public static char[] decode(byte[] utf8, String source) {
        CharBuffer chars;
        try {
            if (isUtf16(utf8)) {
                throw new Malformed(source, "it is UTF-16 text, not UTF-8");
            }
            chars = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8));
        } catch (CharacterCodingException e) {
            throw new Malformed(source, "it is not UTF-8 text");
        } finally {
            Arrays.fill(utf8, (byte) 0);
        }
        try {
            String flaw = flaw(chars);
            if (flaw != null) {
                throw new Malformed(source, flaw);
            }
            if (chars.hasRemaining() && chars.get(chars.position()) == BYTE_ORDER_MARK) {
                chars.get();
            }
            char[] text = new char[chars.remaining()];
            chars.get(text);
            return text;
        } finally {
            Arrays.fill(chars.array(), '\0');
        }
    }

    private static boolean isUtf16(byte[] bytes) {
        return bytes.length >= 2
                && ((bytes[0] == (byte) 0xFE && bytes[1] == (byte) 0xFF)
                        || (bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xFE));
    }

    /**
     * Returns the text if no character of it was lost.
     *
     * @param source where it comes from, for messages
     * @throws Malformed if one was lost
     */
    public static <T extends CharSequence> T require(T text, String source) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == REPLACEMENT) {
                throw new Malformed(source, LOST);
            }
        }
        return text;
    }

    /**
     * Converts a text to a path.
     *
     * @param source where it comes from, for messages
     * @throws Malformed if it is not exact, or not a valid path on this system
     */
    public static Path path(String text, String source) {
        try {
            return Path.of(require(text, source));
        } catch (InvalidPathException e) {
            throw new Malformed(source, "it is not a valid path on this system");
        }
    }

    /** The problem with a text that may have been decoded elsewhere; null if it is exact. */
    public static @Nullable String flaw(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == REPLACEMENT) {
                return LOST;
            }
            if (c == '\0') {
                return "it contains NUL characters, as UTF-16 text does";
            }
        }
        return null;
    }
}
