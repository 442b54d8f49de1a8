package dev.fleetauth.cli.line;

import java.util.ArrayList;
import java.util.List;

/**
 * What may follow a command: an option, an argument or a subcommand. It is what picocli's model says of it, which takes a
 * hundred times as long to build as {@link CommandTable} takes to read.
 *
 * @param names the names of an option, the longest first, or of a subcommand; none for an argument
 * @param arity how many values it takes, as picocli writes it, such as {@code 0..1}; with {@code !} if it must be given
 * @param type the type of the field that it sets
 * @param field the path to that field, from the command or, for an option of every command, from the program; empty where
 *     picocli has more to do than to set one
 * @param label what the help calls its value
 * @param values the values it may have, where they are few
 * @param description its first sentence, without the full stop
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

    /** What may follow a command such as {@code key set}, or the program for an empty name. */
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

    private static List<String> words(String cell) {
        return cell.isEmpty() ? List.of() : List.of(cell.split(" ", 0));
    }

    /** The longest name; empty for an argument. */
    String name() {
        return names.isEmpty() ? "" : names.get(0);
    }

    boolean has(String name) {
        return names.contains(name);
    }

    boolean isOption() {
        return name().startsWith("-");
    }

    /** Whether it has no name, but stands in its place. */
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

    /** Whether several values may be given. */
    boolean isMultiple() {
        return type.equals("List") || type.equals("Map");
    }
}
