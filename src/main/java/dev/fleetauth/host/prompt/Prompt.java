package dev.fleetauth.host.prompt;

import dev.fleetauth.host.Terminal;
import java.io.IOException;
import java.util.Arrays;

/**
 * A question at the terminal, repeated after a mistake. The caller keeps the answers to earlier questions, so that a
 * mistake does not lose them.
 */
public final class Prompt {

    /** After this many invalid answers the user needs help rather than another try. */
    public static final int MAX_ATTEMPTS = 3;

    private Prompt() {}

    /** An invalid answer. */
    public static final class Rejected extends Exception {

        private static final long serialVersionUID = 1L;

        private final RuntimeException failure;

        /**
         * Creates an exception for an invalid answer.
         *
         * @param why shown before the question is repeated; contains no secret
         * @param failure thrown if this was the last attempt
         */
        public Rejected(String why, RuntimeException failure) {
            super(why, failure);
            this.failure = failure;
        }
    }

    /** Parses an answer. */
    public interface Reader<A, T> {
        /** Parses an answer. */
        T read(A answer) throws Rejected;
    }

    private interface Source<A> {
        A next(String prompt) throws IOException;
    }

    /**
     * Asks for a line and passes it to the reader without surrounding white space.
     *
     * @param question only its last line is repeated after a mistake
     * @throws IOException if the terminal was closed or the user ended the input
     */
    public static <T> T line(Terminal terminal, String question, Reader<String, T> reader) throws IOException {
        return ask(prompt -> terminal.readLine(prompt).strip(), question, reader);
    }

    /**
     * Asks for a line without echo. The line is wiped once the reader returns.
     *
     * @param question only its last line is repeated after a mistake
     * @throws IOException if the terminal was closed or the user ended the input
     */
    public static <T> T secret(Terminal terminal, String question, Reader<char[], T> reader) throws IOException {
        return ask(terminal::readSecret, question, typed -> {
            try {
                return reader.read(typed);
            } finally {
                Arrays.fill(typed, '\0');
            }
        });
    }

    private static <A, T> T ask(Source<A> source, String question, Reader<A, T> reader) throws IOException {
        String prompt = question;
        for (int attempt = 1; ; attempt++) {
            try {
                return reader.read(source.next(prompt));
            } catch (Rejected e) {
                if (attempt == MAX_ATTEMPTS) {
                    throw e.failure;
                }
                prompt = e.getMessage() + "\n" + question.substring(question.lastIndexOf('\n') + 1);
            }
        }
    }
}
