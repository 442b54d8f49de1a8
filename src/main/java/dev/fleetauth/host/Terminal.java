package dev.fleetauth.host;

import java.io.IOException;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * The user's terminal, independent of standard input and output: in {@code $(fleetauth token)} the output is a pipe
 * although the user is present.
 */
public interface Terminal {

    /** No terminal. */
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
     * Whether there is a terminal that this process may read from, which is not the case in a background job. If not,
     * the methods that read must not be called.
     */
    boolean isPresent();

    /** Whether standard error is a terminal, so that colors can be used. */
    boolean showsErrors();

    /** The number of columns for standard error; empty if it is not a terminal. */
    default OptionalInt errorColumns() {
        return OptionalInt.empty();
    }

    /** The number of columns for standard output; empty if it is not a terminal. */
    default OptionalInt outputColumns() {
        return OptionalInt.empty();
    }

    /**
     * Prompts for a line, echoing it.
     *
     * @throws IOException if the terminal was closed or the user ended the input
     */
    String readLine(String prompt) throws IOException;

    /**
     * Prompts for a line without echo. Echo is restored in every case, including an interrupt or a suspension.
     *
     * @return the line without its end; the caller wipes it
     * @throws IOException if the terminal was closed or the user ended the input
     */
    char[] readSecret(String prompt) throws IOException;

    /** Converts typed characters to a string, and wipes them. */
    static String toText(char[] typed) {
        try {
            return new String(typed);
        } finally {
            Arrays.fill(typed, '\0');
        }
    }

    /**
     * Like {@link #readSecret(String)}, with a prompt that may change while waiting, such as a countdown.
     *
     * @param prompt queried several times per second; never longer than a line
     * @throws IOException if the terminal was closed or the user ended the input
     */
    default char[] readSecret(Supplier<String> prompt) throws IOException {
        return readSecret(prompt.get());
    }
}
