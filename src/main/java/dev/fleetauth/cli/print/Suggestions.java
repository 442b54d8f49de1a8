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
 * Suggests a correction for a misspelled word, such as a command or an option: the candidate with the smallest edit
 * distance. picocli's own suggestion compares pairs of letters, and does not find {@code --format} for
 * {@code --fromat}.
 */
public final class Suggestions {

    /** Options of other programs, with what this program has in their place. */
    private static final Map<String, String> ALIASES = Map.of(
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

    /** The option with which other programs select an output file or format. */
    private static final Pattern OUTPUT = Pattern.compile("(?:-o|--output(?=[= ]))[= ]?(.*)");

    private Suggestions() {}

    /**
     * The command, option or help topic closest to a word; empty if none is close.
     *
     * @param next the word after {@code word}, which may be the value of a misspelled option
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
        String alias = output.matches()
                ? output(output.group(1).replaceFirst(" .*", ""), command)
                : ALIASES.getOrDefault(typed, "");
        // Only commands have --format. Before the command, it is suggested for any command that may follow.
        boolean isFormatOfProgram = command.parent() == null && alias.startsWith("--format ");
        if (isFormatOfProgram || known.contains(alias.replaceFirst(" .*", ""))) {
            return Optional.of(alias);
        }
        // Topics of 'help' are not commands.
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

    /** The suggestion as the beginning of a hint. */
    public static String question(String nearest) {
        return nearest.isEmpty() ? "" : "did you mean '" + nearest + "'? ";
    }

    /** The word closest to what was typed; empty if none is close. */
    public static Optional<String> among(List<String> known, String typed) {
        String nearest = "";
        int fewest = 1 + typed.replace("-", "").length() / 3;
        for (String name : known) {
            if (typed.length() - name.length() >= fewest) {
                // The distance is at least this difference. Computing it would be slow for long text.
                continue;
            }
            int distance = distance(typed, name);
            if (distance < fewest || (name.startsWith(typed) && nearest.isEmpty() && typed.length() > 2)) {
                nearest = name;
                fewest = Math.min(distance, fewest);
            }
        }
        return Optional.of(nearest).filter(name -> !name.isEmpty());
    }

    /** The edit distance of two words (optimal string alignment). */
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
