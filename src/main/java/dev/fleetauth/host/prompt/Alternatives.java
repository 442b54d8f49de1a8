package dev.fleetauth.host.prompt;

import dev.fleetauth.host.Terminal;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The allowed answers to a question, each with its synonyms. Case, spaces and punctuation are ignored, and a prefix
 * suffices if it is unambiguous.
 *
 * @param <T> the meaning of an answer
 */
public final class Alternatives<T> implements Prompt.Reader<String, T> {

    private final String expected;
    private final RuntimeException failure;
    private final Map<String, T> names = new LinkedHashMap<>();
    private @Nullable T defaultAnswer;

    /**
     * Creates an empty set of answers.
     *
     * @param expected the allowed answers, in words
     * @param failure thrown after too many invalid answers
     */
    public Alternatives(String expected, RuntimeException failure) {
        this.expected = expected;
        this.failure = failure;
    }

    /** Adds an answer with all its names. */
    public Alternatives<T> with(T answer, String... synonyms) {
        for (String name : synonyms) {
            names.put(plain(name), answer);
        }
        return this;
    }

    /** Sets the answer that an empty line stands for. */
    public Alternatives<T> withDefault(T answer) {
        defaultAnswer = answer;
        return this;
    }

    @Override
    public T read(String typed) throws Prompt.Rejected {
        String name = plain(typed);
        if (name.isEmpty() && typed.isBlank() && defaultAnswer != null) {
            return defaultAnswer;
        }
        T exact = names.get(name);
        if (exact != null) {
            return exact;
        }
        Set<T> found = new LinkedHashSet<>();
        names.forEach((candidate, answer) -> {
            if (!name.isEmpty() && candidate.startsWith(name)) {
                found.add(answer);
            }
        });
        if (found.size() == 1) {
            return found.iterator().next();
        }
        // The input is not repeated: a passphrase is easily typed at the wrong prompt.
        String why = found.isEmpty() ? "That is not one of the answers" : "That matches more than one answer";
        throw new Prompt.Rejected(why + ": enter " + expected + ".", failure);
    }

    private static String plain(String text) {
        StringBuilder plain = new StringBuilder();
        text.toLowerCase(Locale.ROOT)
                .codePoints()
                .filter(Character::isLetterOrDigit)
                .forEach(plain::appendCodePoint);
        return plain.toString();
    }

    /**
     * Asks for a confirmation. An empty line counts as no, and so do too many unclear answers.
     *
     * @throws IOException if the terminal was closed or the user ended the input
     */
    public static boolean confirm(Terminal terminal, String question) throws IOException {
        var unclear = new IllegalStateException("no clear answer");
        var answers = new Alternatives<Boolean>("yes or no", unclear)
                .with(true, "yes", "ok", "true")
                .with(false, "no", "false")
                .withDefault(false);
        try {
            return Prompt.line(terminal, question + " [y/N] ", answers);
        } catch (IllegalStateException e) {
            return false;
        }
    }
}
