package dev.fleetauth.host.prompt;

import dev.fleetauth.host.Terminal;
import java.io.IOException;
import java.util.Arrays;

/**
 * A question at the terminal that is repeated after a mistake. The caller keeps the answers to earlier questions, so that
 * one slip does not cost them.
 */
public final class Prompt {

    /** After so many invalid answers the user needs help rather than another try. */
    public static final int MAX_ATTEMPTS = 3;

    private Prompt() {}

    /** An answer that is not valid. */
    public static final class Rejected extends Exception {

        private static final long serialVersionUID = 1L;

        private final RuntimeException failure;

        /**
         * An answer that is not valid.
         *
         * @param why shown before the question is repeated; holds no secret
         * @param failure thrown if this was the last attempt
         */
        public Rejected(String why, RuntimeException failure) {
            super(why, failure);
            this.failure = failure;
        }
    }

    /** Reads an answer. */
    public interface Reader<A, T> {
        /** The value of an answer. */
        T read(A answer) throws Rejected;
    }

    private interface Source<A> {
        A next(String prompt) throws IOException;
    }

    /**
     * Asks for a line, which the reader gets without the white space around it.
     *
     * @param question only its last line is repeated after a mistake
     * @throws IOException if the terminal went away or the user ended the input
     */
    public static <T> T line(Terminal terminal, String question, Reader<String, T> reader) throws IOException {
        return ask(prompt -> terminal.readLine(prompt).strip(), question, reader);
    }

    /**
     * Asks for a line that is not shown. It is wiped once the reader returns.
     *
     * @param question only its last line is repeated after a mistake
     * @throws IOException if the terminal went away or the user ended the input
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
