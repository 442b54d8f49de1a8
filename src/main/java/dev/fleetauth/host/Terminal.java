package dev.fleetauth.host;

import java.io.IOException;

/**
 * The terminal a person sits at, apart from standard input and output: inside {@code $(fleetauth token)} these are
 * pipes, and the person is there all the same.
 */
public interface Terminal {

    /** Whether there is a terminal; where there is none, the other methods must not be called. */
    boolean isPresent();

    /**
     * Asks for a line, shown as it is typed.
     *
     * @throws IOException if the terminal went away or the person ended the input
     */
    String readLine(String prompt) throws IOException;

    /**
     * Asks for a line that is not shown as it is typed. Echo is restored whatever happens, an interrupt included.
     *
     * @return the line without its end; the caller wipes it
     * @throws IOException if the terminal went away or the person ended the input
     */
    char[] readSecret(String prompt) throws IOException;
}
