package dev.fleetauth.host;

import java.io.IOException;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * The terminal a person sits at, apart from standard input and output: inside {@code $(fleetauth token)} these are
 * pipes, and the person is there all the same.
 */
public interface Terminal {

    /** No terminal at all. */
    Terminal NONE = new Terminal() {
        @Override
        public boolean isPresent() {
            return false;
        }

        @Override
        public boolean showsErrors() {
            return false;
        }

        @Override
        public String readLine(String prompt) throws IOException {
            throw new IOException("there is no terminal");
        }

        @Override
        public char[] readSecret(String prompt) throws IOException {
            throw new IOException("there is no terminal");
        }
    };

    /**
     * Whether there is a terminal that this process may read from: not in a background job. Where there is none, the other
     * methods must not be called.
     */
    boolean isPresent();

    /** Whether standard error ends at a terminal, so that colours make sense there. */
    boolean showsErrors();

    /** How many columns there are for standard error; empty if it does not end at a terminal. */
    default OptionalInt errorColumns() {
        return OptionalInt.empty();
    }

    /** How many columns there are for standard output; empty if it does not end at a terminal. */
    default OptionalInt outputColumns() {
        return OptionalInt.empty();
    }

    /**
     * Asks for a line, shown as it is typed.
     *
     * @throws IOException if the terminal went away or the person ended the input
     */
    String readLine(String prompt) throws IOException;

    /**
     * Asks for a line that is not shown as it is typed. Echo is restored whatever happens, an interrupt or a suspension
     * included.
     *
     * @return the line without its end; the caller wipes it
     * @throws IOException if the terminal went away or the person ended the input
     */
    char[] readSecret(String prompt) throws IOException;

    /** What was typed, as a text; the characters are wiped. */
    static String taken(char[] typed) {
        try {
            return new String(typed);
        } finally {
            Arrays.fill(typed, '\0');
        }
    }

    /**
     * Asks as {@link #readSecret(String)} does, with a prompt that may change while it waits, such as the time that is left.
     *
     * @param prompt asked several times a second; never longer than a line
     * @throws IOException if the terminal went away or the person ended the input
     */
    default char[] readSecret(Supplier<String> prompt) throws IOException {
        return readSecret(prompt.get());
    }
}
