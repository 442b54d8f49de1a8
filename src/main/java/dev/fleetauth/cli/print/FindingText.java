package dev.fleetauth.cli.print;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fleetauth.flow.Finding;
import dev.fleetauth.flow.Finding.Verdict;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** Prints a finding as a row of a table with its remedy below, or converts it to JSON. */
public final class FindingText {

    private static final int VERDICT_COLUMNS = 6;

    private final Consumer<String> out;
    private final OptionalInt columns;
    private final int column;
    private final boolean colored;

    /**
     * Creates a table.
     *
     * @param out receives each line
     * @param columns the width of the terminal; empty for one line per row, as in a pipe
     * @param column where the findings begin
     * @param colored whether failures are colored
     */
    public FindingText(Consumer<String> out, OptionalInt columns, int column, boolean colored) {
        this.out = out;
        this.columns = columns;
        this.column = column;
        this.colored = colored;
    }

    /** Prints a finding as a row. */
    public void print(Finding finding) {
        String verdict = verdict(finding);
        boolean isAlarming = colored && finding.verdict() == Verdict.BAD;
        Rows rows = new Rows(isAlarming ? line -> out.accept(StatusTable.alarming(line)) : out, columns, 0, column);
        rows.add(verdict + " ".repeat(VERDICT_COLUMNS - verdict.length()) + finding.check(), found(finding));
        if (!remedy(finding).isEmpty()) {
            rows.add("", remedy(finding));
        }
    }

    /** A finding as JSON. */
    public static ObjectNode json(Finding finding) {
        ObjectNode json = JsonOutput.object();
        json.put("check", finding.check());
        json.put("verdict", verdict(finding));
        json.put("found", found(finding));
        json.put("remedy", remedy(finding));
        return json;
    }

    private static String verdict(Finding finding) {
        return finding.verdict().name().toLowerCase(Locale.ROOT);
    }

    private static String found(Finding finding) {
        return finding.failure() == null
                ? finding.what()
                : Explanation.of(finding.failure()).message();
    }

    private static String remedy(Finding finding) {
        return finding.failure() == null
                ? finding.remedy()
                : Explanation.of(finding.failure()).hint();
    }
}
