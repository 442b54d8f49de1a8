package dev.fleetauth.cli.line;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** What may stand where the cursor is in a command line, for the shells' completion. */
final class Completion {

    /** What the shell knows better than this program, by the label of an option's or argument's value. */
    private static final Map<String, String> SHELLS_OWN = Map.of(
            "FILE", ":files",
            "PATH", ":files",
            "DIR", ":folders",
            "CMD", ":commands");

    private final BiFunction<String, Map<String, String>, List<Candidate>> live;
    private final Map<String, String> given = new HashMap<>();
    private String command = "";
    private List<Argument> next = Argument.of(command);
    private @Nullable Argument open;
    private boolean argumentsOnly;
    private int arguments;

    /**
     * What may come.
     *
     * @param value the word, or with a colon in front what the shell is to complete itself: {@code :files},
     *     {@code :folders} or {@code :commands}
     * @param description what it is, in a line; empty if it speaks for itself
     */
    record Candidate(String value, String description) {}

    private Completion(BiFunction<String, Map<String, String>, List<Candidate>> live) {
        this.live = live;
    }

    /**
     * What may come.
     *
     * @param words the words behind the program's name up to the cursor; the last one is being typed and may be empty
     * @param live the values that depend on what is there, by the label of what takes them and the options in front of it;
     *     empty for none
     */
    static List<Candidate> of(List<String> words, BiFunction<String, Map<String, String>, List<Candidate>> live) {
        var completion = new Completion(live);
        if (words.isEmpty()) {
            return completion.last("");
        }
        words.subList(0, words.size() - 1).forEach(completion::pass);
        return completion.last(words.get(words.size() - 1));
    }

    /** Reads a word that is complete. */
    private void pass(String word) {
        if (open != null) {
            // bash takes the equals sign between an option and its value for a word.
            if (!word.equals("=")) {
                given.put(open.name(), unquoted(word));
                open = null;
            }
        } else if (argumentsOnly) {
            arguments++;
        } else if (word.equals("--")) {
            argumentsOnly = true;
        } else if (word.startsWith("-")) {
            int equals = word.indexOf('=');
            Argument option = option(equals < 0 ? word : word.substring(0, equals));
            open = option != null && option.takesValue() && equals < 0 ? option : null;
            if (option != null && equals > 0) {
                given.put(option.name(), unquoted(word.substring(equals + 1)));
            }
        } else if (next.stream().anyMatch(argument -> argument.isCommand() && argument.has(word))) {
            command = command.isEmpty() ? word : command + " " + word;
            next = new ArrayList<>(Argument.of(command));
            Argument.of("").stream().filter(Argument::isOption).forEach(next::add);
        } else {
            arguments++;
        }
    }

    /** A word as a shell would give it to a program: some shells complete words as they are typed. */
    private static String unquoted(String word) {
        return word.replaceAll("^([\"'])(.*)\\1$", "$2").replaceAll("\\\\(.)", "$1");
    }

    private @Nullable Argument option(String name) {
        return next.stream()
                .filter(argument -> argument.isOption() && argument.has(name))
                .findFirst()
                .orElse(null);
    }

    private List<Candidate> last(String word) {
        if (open != null) {
            return values(open, word.equals("=") ? "" : word, "");
        }
        int equals = word.indexOf('=');
        Argument given = !argumentsOnly && equals > 0 ? option(word.substring(0, equals)) : null;
        if (given != null) {
            return values(given, word.substring(equals + 1), word.substring(0, equals + 1));
        }
        boolean isOption = !argumentsOnly && word.startsWith("-");
        List<Candidate> found = new ArrayList<>();
        for (Argument argument : next) {
            boolean isNext = argument.isOption() ? isOption : !isOption && (arguments == 0 || argument.isMultiple());
            if (isNext && argument.isPositional()) {
                found.addAll(values(argument, word, ""));
            } else if (isNext && !argumentsOnly && argument.name().startsWith(word)) {
                found.add(new Candidate(argument.name(), argument.description()));
            }
        }
        return found;
    }

    private List<Candidate> values(Argument taker, String begun, String front) {
        String own = SHELLS_OWN.get(taker.label());
        if (own != null) {
            return List.of(new Candidate(own, ""));
        }
        List<Candidate> all = new ArrayList<>();
        for (String value : taker.values()) {
            all.add(new Candidate(value, ""));
        }
        all.addAll(live.apply(taker.label(), given));
        // Where several values may stand in one word, with commas between, the last one is being typed.
        String before = taker.isMultiple() ? begun.substring(0, begun.lastIndexOf(',') + 1) : "";
        return all.stream()
                .filter(candidate -> candidate.value().startsWith(begun.substring(before.length())))
                .map(candidate -> new Candidate(front + before + candidate.value(), candidate.description()))
                .toList();
    }
}
