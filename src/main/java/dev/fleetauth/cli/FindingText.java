package dev.fleetauth.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fleetauth.flow.Finding;
import dev.fleetauth.flow.Finding.Verdict;
import java.util.Locale;

/** What was found in one place, as a row of a table or as JSON. */
final class FindingText {

    private static final int VERDICT_COLUMNS = 6;
    private static final int VALUE_COLUMN = 18;

    private final Subcommand command;

    FindingText(Subcommand command) {
        this.command = command;
    }

    /** Prints a row, and its remedy below. */
    void print(Finding finding) {
        String verdict = verdict(finding);
        boolean isAlarming =
                finding.verdict() == Verdict.BAD && command.program().colorsOutput();
        Rows rows = command.rows(
                isAlarming ? line -> command.print(StatusTable.alarming(line)) : command::print, 0, VALUE_COLUMN);
        rows.add(verdict + " ".repeat(VERDICT_COLUMNS - verdict.length()) + finding.check(), found(finding));
        if (!remedy(finding).isEmpty()) {
            rows.add("", remedy(finding));
        }
    }

    static ObjectNode json(Finding finding) {
        ObjectNode json = Json.object();
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
