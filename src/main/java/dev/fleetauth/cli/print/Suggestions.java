package dev.fleetauth.cli.print;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What was meant by a misspelt word, such as a command or an option: the one that takes the fewest letters put in, left out, replaced or swapped.
 * picocli's own guess compares pairs of letters, and does not find {@code --format} in {@code --fromat}.
 */
public final class Suggestions {

    /** What other programs call an option of this one. */
    private static final Map<String, String> FAMILIAR = Map.of(
            "--json",
            "--format json",
            "--no-color",
            "--color never",
            "--no-colour",
            "--color never",
            "--nocolor",
            "--color never",
            "--nocolour",
            "--color never",
            "-f",
            "--format");

    /** What other programs call the option of a file, or that of a format. */
    private static final Pattern OUTPUT = Pattern.compile("(?:-o|--output(?=[= ]))[= ]?(.*)");

    private Suggestions() {}

    /**
     * The command or option of a command that is near a word; empty if none is.
     *
     * @param next the word that follows it, which may be its value
     */
    public static Optional<String> to(String word, String next, CommandSpec command) {
        List<String> known = new ArrayList<>();
        if (word.startsWith("-")) {
            command.options().forEach(option -> known.add(option.longestName()));
        } else {
            command.subcommands().forEach((name, sub) -> {
                if (!sub.getCommandSpec().usageMessage().hidden()) {
                    known.add(name);
                }
            });
        }
        String typed = word.replaceFirst("=.*", "");
        Matcher output = OUTPUT.matcher(word + " " + next);
        String familiar = output.matches()
                ? output(output.group(1).replaceFirst(" .*", ""), command)
                : FAMILIAR.getOrDefault(typed, "");
        // Only a command has a format, and before one nobody knows which.
        boolean isAnyCommands = command.parent() == null && familiar.startsWith("--format ");
        if (isAnyCommands || known.contains(familiar.replaceFirst(" .*", ""))) {
            return Optional.of(familiar);
        }
        // What 'help' tells of is no command.
        List<String> topics = new ArrayList<>();
        if (command.parent() == null) {
            for (HelpTopic topic : HelpTopic.values()) {
                topics.add(topic.topicName());
            }
        }
        return among(known, typed).or(() -> among(topics, typed).map(topic -> "help " + topic));
    }

    private static String output(String value, CommandSpec command) {
        OptionSpec format = command.findOption("--format");
        if (format != null && format.completionCandidates() != null) {
            for (String candidate : format.completionCandidates()) {
                if (candidate.equalsIgnoreCase(value)) {
                    return "--format " + candidate.toLowerCase(Locale.ROOT);
                }
            }
        }
        return command.findOption("--out") != null ? "--out" : "--format";
    }

    /** As the beginning of a hint. */
    public static String question(String nearest) {
        return nearest.isEmpty() ? "" : "did you mean '" + nearest + "'? ";
    }

    /** The word that is near what was typed; empty if none is. */
    public static Optional<String> among(List<String> known, String typed) {
        String nearest = "";
        int fewest = 1 + typed.replace("-", "").length() / 3;
        for (String name : known) {
            int distance = distance(typed, name);
            if (distance < fewest || (name.startsWith(typed) && nearest.isEmpty() && typed.length() > 2)) {
                nearest = name;
                fewest = Math.min(distance, fewest);
            }
        }
        return Optional.of(nearest).filter(name -> !name.isEmpty());
    }

    /** How many steps lead from one word to the other (optimal string alignment). */
    static int distance(String from, String to) {
        int[][] steps = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                if (i == 0 || j == 0) {
                    steps[i][j] = i + j;
                    continue;
                }
                int replaced = steps[i - 1][j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                steps[i][j] = Math.min(replaced, 1 + Math.min(steps[i - 1][j], steps[i][j - 1]));
                if (i > 1
                        && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1)) {
                    steps[i][j] = Math.min(steps[i][j], 1 + steps[i - 2][j - 2]);
                }
            }
        }
        return steps[from.length()][to.length()];
    }
}
