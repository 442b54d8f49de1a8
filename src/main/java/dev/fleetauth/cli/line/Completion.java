package dev.fleetauth.cli.line;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** What may stand where the cursor is in a command line, for the shells' completion. */
final class Completion {

    /** What the shell knows better than this program, by the label of an option's or argument's value. */
    private static final Map<String, String> SHELLS_OWN = Map.of(
            "FILE", ":files",
            "PATH", ":files",
            "DIR", ":folders",
            "CMD", ":commands");

    private final Function<String, List<Candidate>> live;
    private CommandSpec command;
    private @Nullable OptionSpec open;
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

    private Completion(CommandSpec root, Function<String, List<Candidate>> live) {
        this.command = root;
        this.live = live;
    }

    /**
     * What may come.
     *
     * @param program the program with all of its commands
     * @param words the words behind the program's name up to the cursor; the last one is being typed and may be empty
     * @param live the values that depend on what is there, by the label of what takes them; empty for none
     */
    static List<Candidate> of(CommandLine program, List<String> words, Function<String, List<Candidate>> live) {
        var completion = new Completion(program.getCommandSpec(), live);
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
            open = word.equals("=") ? open : null;
        } else if (argumentsOnly) {
            arguments++;
        } else if (word.equals("--")) {
            argumentsOnly = true;
        } else if (word.startsWith("-")) {
            OptionSpec option = command.findOption(word);
            open = option != null && option.arity().max() > 0 ? option : null;
        } else {
            CommandLine next = command.subcommands().get(word);
            if (next == null) {
                arguments++;
            } else {
                command = next.getCommandSpec();
            }
        }
    }

    private List<Candidate> last(String word) {
        if (open != null) {
            return values(open, word.equals("=") ? "" : word, "");
        }
        int equals = word.indexOf('=');
        OptionSpec given = !argumentsOnly && equals > 0 ? command.findOption(word.substring(0, equals)) : null;
        if (given != null) {
            return values(given, word.substring(equals + 1), word.substring(0, equals + 1));
        }
        if (!argumentsOnly && word.startsWith("-")) {
            return options(word);
        }
        List<Candidate> found = new ArrayList<>();
        if (!argumentsOnly && arguments == 0) {
            found.addAll(commands(word));
        }
        for (PositionalParamSpec argument : command.positionalParameters()) {
            if (argument.index().contains(arguments)) {
                found.addAll(values(argument, word, ""));
            }
        }
        return found;
    }

    private List<Candidate> commands(String begun) {
        List<Candidate> found = new ArrayList<>();
        command.subcommands().forEach((name, next) -> {
            if (name.startsWith(begun) && !next.getCommandSpec().usageMessage().hidden()) {
                found.add(new Candidate(
                        name, sentence(next.getCommandSpec().usageMessage().description())));
            }
        });
        return found;
    }

    private List<Candidate> options(String begun) {
        List<Candidate> found = new ArrayList<>();
        for (OptionSpec option : command.options()) {
            if (option.longestName().startsWith(begun) && !option.hidden()) {
                found.add(new Candidate(option.longestName(), sentence(option.description())));
            }
        }
        return found;
    }

    private List<Candidate> values(ArgSpec taker, String begun, String front) {
        String own = SHELLS_OWN.get(taker.paramLabel());
        if (own != null) {
            return List.of(new Candidate(own, ""));
        }
        List<Candidate> all = new ArrayList<>();
        if (taker.completionCandidates() != null) {
            taker.completionCandidates().forEach(value -> all.add(new Candidate(value.toLowerCase(Locale.ROOT), "")));
        } else {
            all.addAll(live.apply(taker.paramLabel()));
        }
        // Where several values may stand in one word, with commas between, the last one is being typed.
        String before = taker.isMultiValue() ? begun.substring(0, begun.lastIndexOf(',') + 1) : "";
        return all.stream()
                .filter(candidate -> candidate.value().startsWith(begun.substring(before.length())))
                .map(candidate -> new Candidate(front + before + candidate.value(), candidate.description()))
                .toList();
    }

    /** The first sentence. */
    private static String sentence(String... description) {
        String text = description.length == 0 ? "" : Objects.requireNonNullElse(description[0], "");
        int end = text.indexOf(". ");
        String first = end < 0 ? text : text.substring(0, end);
        return first.endsWith(".") ? first.substring(0, first.length() - 1) : first;
    }
}
