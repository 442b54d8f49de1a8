package dev.fleetauth.cli.line;

import java.util.ArrayList;
import java.util.List;

/**
 * An option, positional argument or subcommand of a command, taken from {@link CommandTable}, which is read in a
 * hundredth of the time that picocli takes to build its model.
 *
 * @param names the names of an option, the longest first, or of a subcommand; none for a positional argument
 * @param arity how many values it takes, as picocli writes it, such as {@code 0..1}; with {@code !} if it must be given
 * @param type the type of the field that it sets
 * @param field the path to that field, from the command or, for an option of every command, from the program; empty if
 *     picocli does more than set a field
 * @param label the name of its value in the help
 * @param values the values of an enumeration; empty for any other type
 * @param description the first sentence of its description, without the period
 */
record Argument(
        List<String> names,
        String arity,
        String type,
        String field,
        String label,
        List<String> values,
        String description) {

    private static final int CELLS = 7;

    /** The arguments of a command such as {@code key set}, or of the program for an empty name. */
    static List<Argument> of(String command) {
        List<Argument> arguments = new ArrayList<>();
        for (String line : CommandTable.arguments(command).split("\n", 0)) {
            String[] cells = line.split("\\|", CELLS);
            if (cells.length == CELLS) {
                arguments.add(new Argument(
                        words(cells[0]), cells[1], cells[2], cells[3], cells[4], words(cells[5]), cells[6]));
            }
        }
        return arguments;
    }

    /** Whether a word is an option of the program that takes a value. */
    static boolean isOptionWithValue(String word) {
        return of("").stream().anyMatch(argument -> argument.isOption() && argument.takesValue() && argument.has(word));
    }

    private static List<String> words(String cell) {
        return cell.isEmpty() ? List.of() : List.of(cell.split(" ", 0));
    }

    /** The longest name; empty for a positional argument. */
    String name() {
        return names.isEmpty() ? "" : names.get(0);
    }

    boolean has(String name) {
        return names.contains(name);
    }

    boolean isOption() {
        return name().startsWith("-");
    }

    /** Whether it is positional: it has no name. */
    boolean isPositional() {
        return names.isEmpty();
    }

    boolean isCommand() {
        return !isOption() && !isPositional();
    }

    boolean takesValue() {
        return !arity.equals("0");
    }

    boolean isRequired() {
        return arity.endsWith("!");
    }

    /** Whether it accepts several values. */
    boolean isMultiple() {
        return type.equals("List") || type.equals("Map");
    }
}
