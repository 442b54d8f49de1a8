package dev.fleetauth.cli.print;

import java.util.OptionalInt;
import java.util.function.Consumer;

/** Lines of a label and a value, the values below each other. At a terminal a long value is folded at words. */
public final class Rows {

    /** Values are not squeezed into less, however narrow the terminal. */
    private static final int MIN_VALUE = 20;

    private final Consumer<String> out;
    private final OptionalInt columns;
    private final int indent;
    private final int column;

    /**
     * @param out takes each line
     * @param columns the width of the terminal; empty for one line a row, as in a pipe
     * @param indent where labels begin
     * @param column where values begin
     */
    public Rows(Consumer<String> out, OptionalInt columns, int indent, int column) {
        this.out = out;
        this.columns = columns;
        this.indent = indent;
        this.column = column;
    }

    /** A row, of which both parts may hold anything, since they are made printable. */
    public void add(String label, String value) {
        String start = " ".repeat(indent) + label;
        String line = TerminalText.printable(start + " ".repeat(Math.max(1, column - start.length())) + value);
        if (columns.isEmpty()) {
            out.accept(line);
        } else {
            Wrap.lines(line, Math.max(columns.getAsInt(), column + MIN_VALUE), " ".repeat(column))
                    .forEach(out);
        }
    }
}
