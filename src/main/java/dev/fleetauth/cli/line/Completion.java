package dev.fleetauth.cli.line;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Computes the completion candidates at the cursor of a command line. */
final class Completion {

    /** The values that the shell completes itself, by the label of an option's or argument's value. */
    private static final Map<String, String> COMPLETED_BY_SHELL = Map.of(
            "FILE", ":files",
            "PATH", ":files",
            "DIR", ":directories",
            "CMD", ":commands");

    private final BiFunction<String, Map<String, String>, List<Candidate>> lookUp;
    private final Map<String, String> given = new HashMap<>();
    private String command = "";
    /** The arguments that may come next. */
    private List<Argument> next = Argument.of(command);

    /** The option whose value comes next; null for none. */
    private @Nullable Argument pendingOption;

    private boolean positionalOnly;
    /** The number of positional arguments before the cursor. */
    private int positionalCount;

    /**
     * A completion candidate.
     *
     * @param value the word, or what the shell completes itself: {@code :files}, {@code :directories} or
     *     {@code :commands}
     * @param description a line of description; empty if none is needed
     */
    record Candidate(String value, String description) {}

    private Completion(BiFunction<String, Map<String, String>, List<Candidate>> lookUp) {
        this.lookUp = lookUp;
    }

    /**
     * The candidates for the last word.
     *
     * @param words the words after the program's name up to the cursor; the last one is being typed and may be empty
     * @param lookUp returns the values that {@link CommandTable} does not list, for a label and the preceding options
     */
    static List<Candidate> of(List<String> words, BiFunction<String, Map<String, String>, List<Candidate>> lookUp) {
        var completion = new Completion(lookUp);
        if (words.isEmpty()) {
            return completion.candidates("");
        }
        words.subList(0, words.size() - 1).forEach(completion::accept);
        return completion.candidates(words.get(words.size() - 1));
    }

    /** Processes a complete word. */
    private void accept(String word) {
        if (pendingOption != null) {
            // bash treats the equals sign between an option and its value as a word.
            if (!word.equals("=")) {
                given.put(pendingOption.name(), unquoted(word));
                pendingOption = null;
            }
        } else if (positionalOnly) {
            positionalCount++;
        } else if (word.equals("--")) {
            positionalOnly = true;
        } else if (word.startsWith("-")) {
            int equals = word.indexOf('=');
            Argument option = option(equals < 0 ? word : word.substring(0, equals));
            pendingOption = option != null && option.takesValue() && equals < 0 ? option : null;
            if (option != null && equals > 0) {
                given.put(option.name(), unquoted(word.substring(equals + 1)));
            }
        } else if (next.stream().anyMatch(argument -> argument.isCommand() && argument.has(word))) {
            command = command.isEmpty() ? word : command + " " + word;
            next = new ArrayList<>(Argument.of(command));
            Argument.of("").stream().filter(Argument::isOption).forEach(next::add);
        } else {
            positionalCount++;
        }
    }

    /** A word without quotes and escapes, because some shells pass words to the completion as they were typed. */
    private static String unquoted(String word) {
        return word.replaceAll("^([\"'])(.*)\\1$", "$2").replaceAll("\\\\(.)", "$1");
    }

    private @Nullable Argument option(String name) {
        return next.stream()
                .filter(argument -> argument.isOption() && argument.has(name))
                .findFirst()
                .orElse(null);
    }

    /** The candidates for the word that is being typed. */
    private List<Candidate> candidates(String word) {
        if (pendingOption != null) {
            return values(pendingOption, word.equals("=") ? "" : word, "");
        }
        int equals = word.indexOf('=');
        Argument option = !positionalOnly && equals > 0 ? option(word.substring(0, equals)) : null;
        if (option != null) {
            return values(option, word.substring(equals + 1), word.substring(0, equals + 1));
        }
        boolean isOption = !positionalOnly && word.startsWith("-");
        List<Candidate> found = new ArrayList<>();
        for (Argument argument : next) {
            boolean isNext =
                    argument.isOption() ? isOption : !isOption && (positionalCount == 0 || argument.isMultiple());
            if (isNext && argument.isPositional()) {
                found.addAll(values(argument, word, ""));
            } else if (isNext && !positionalOnly && argument.name().startsWith(word)) {
                found.add(new Candidate(argument.name(), argument.description()));
            }
        }
        return found;
    }

    /** @param prefix the part of the word before the value */
    private List<Candidate> values(Argument argument, String typed, String prefix) {
        String byShell = COMPLETED_BY_SHELL.get(argument.label());
        if (byShell != null) {
            return List.of(new Candidate(byShell, ""));
        }
        List<Candidate> all = new ArrayList<>();
        for (String value : argument.values()) {
            all.add(new Candidate(value, ""));
        }
        all.addAll(lookUp.apply(argument.label(), given));
        // In a word with several values, separated by commas, the last one is being typed.
        String before = argument.isMultiple() ? typed.substring(0, typed.lastIndexOf(',') + 1) : "";
        return all.stream()
                .filter(candidate -> candidate.value().startsWith(typed.substring(before.length())))
                .map(candidate -> new Candidate(prefix + before + candidate.value(), candidate.description()))
                .toList();
    }
}
