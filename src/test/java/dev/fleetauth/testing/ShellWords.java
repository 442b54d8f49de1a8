package dev.fleetauth.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Splits shell code into commands. It knows what the docs use: quotes, comments, redirections and substitutions. */
public final class ShellWords {

    private static final Set<String> BEFORE_A_COMMAND =
            Set.of("if", "while", "until", "!", "then", "else", "do", "exec", "{");

    private static final String ENDS_A_COMMAND = "\n|;&()";
    private static final String ENDS_A_WORD = " \t<>" + ENDS_A_COMMAND;

    private final String code;
    private final List<List<String>> commands = new ArrayList<>();
    private int at;

    private ShellWords(String code) {
        this.code = code;
    }

    /**
     * Every command in shell code, as its words; includes those in substitutions, and those passed to a shell with
     * {@code -c}.
     */
    public static List<List<String>> commands(String code) {
        ShellWords words = new ShellWords(code);
        words.list('\0');
        return words.commands;
    }

    private boolean hasMore() {
        return at < code.length();
    }

    private boolean isNext(String text) {
        return code.startsWith(text, at);
    }

    /** Reads commands up to a character, or to the end. */
    private void list(char end) {
        List<String> command = new ArrayList<>();
        @Nullable StringBuilder word = null;
        boolean redirected = false;
        char c = '\n';
        while (hasMore() && (c = code.charAt(at++)) != end) {
            if (c == '#' && word == null) {
                at = code.indexOf('\n', at) < 0 ? code.length() : code.indexOf('\n', at);
            } else if (c == '\\' && isNext("\n")) {
                at++;
            } else if (redirected && word == null && ">& ".indexOf(c) >= 0) {
                // Between a redirection operator and its target.
            } else if (ENDS_A_WORD.indexOf(c) < 0) {
                word = word == null ? new StringBuilder() : word;
                part(c, word);
            } else {
                boolean descriptor = (c == '<' || c == '>')
                        && word != null
                        && word.toString().matches("\\d");
                if (word != null && !redirected && !descriptor) {
                    command.add(word.toString());
                }
                word = null;
                redirected = c == '<' || c == '>';
                if (ENDS_A_COMMAND.indexOf(c) >= 0) {
                    add(command);
                    command.clear();
                }
            }
        }
        if (word != null && !redirected) {
            command.add(word.toString());
        }
        add(command);
    }

    /** Reads the part of a word that begins with a character, such as a quoted string or a substitution. */
    private void part(char c, StringBuilder word) {
        switch (c) {
            case '\\' -> word.append(hasMore() ? code.charAt(at++) : c);
            case '\'' -> {
                int close = code.indexOf('\'', at);
                word.append(code, at, close < 0 ? code.length() : close);
                at = close < 0 ? code.length() : close + 1;
            }
            case '"' -> {
                while (hasMore() && !isNext("\"")) {
                    part(code.charAt(at++), word);
                }
                at++;
            }
            case '$' -> {
                if (isNext("(")) {
                    at++;
                    list(')');
                }
                word.append(c);
            }
            default -> word.append(c);
        }
    }

    private void add(List<String> words) {
        List<String> command = new ArrayList<>(words);
        while (!command.isEmpty()
                && (BEFORE_A_COMMAND.contains(command.get(0)) || command.get(0).matches("\\w+=.*"))) {
            command.remove(0);
        }
        if (!command.isEmpty()) {
            commands.add(command);
        }
        // The code that is passed to a shell.
        if (words.contains("-c")) {
            words.stream().filter(word -> word.contains(" ")).forEach(word -> commands.addAll(commands(word)));
        }
    }
}
