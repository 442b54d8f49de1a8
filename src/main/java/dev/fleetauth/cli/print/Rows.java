package dev.fleetauth.cli.print;

import java.util.OptionalInt;
import java.util.function.Consumer;

/** Prints rows of a label and a value, with aligned values. At a terminal a long value is wrapped at words. */
public final class Rows {

    /** The minimum width of the values, however narrow the terminal. */
    private static final int MIN_VALUE = 20;

    private final Consumer<String> out;
    private final OptionalInt columns;
    private final int indent;
    private final int column;

    /**
     * @param out receives each line
     * @param columns the width of the terminal; empty for one line per row, as in a pipe
     * @param indent where labels begin
     * @param column where values begin
     */
    public Rows(Consumer<String> out, OptionalInt columns, int indent, int column) {
        this.out = out;
        this.columns = columns;
        this.indent = indent;
        this.column = column;
    }

    /** Prints a row; label and value are made safe to print. */
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
