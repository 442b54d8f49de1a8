package dev.fleetauth.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fleetauth.cli.option.ProviderOptions;
import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.cli.print.Explanation;
import dev.fleetauth.cli.print.JsonOutput;
import dev.fleetauth.cli.print.ReportFormat;
import dev.fleetauth.cli.print.Rows;
import dev.fleetauth.cli.print.StatusTable;
import dev.fleetauth.flow.report.Doctor;
import dev.fleetauth.flow.report.Doctor.Finding;
import dev.fleetauth.flow.report.Doctor.Verdict;
import java.util.Locale;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code doctor}: what goes wrong in practice, looked for. */
@Command(
        name = "doctor",
        description = {
            "Look for what goes wrong in practice: runtime, home, key, store, login, terminal, browser, callback, proxy, network,"
                    + " clock, provider. Each with its remedy.",
            "Nothing is changed, no token is sent, and nothing secret is shown: the output can go into a bug report. Exits"
                    + " with the code of the first thing that is bad."
        })
public final class DoctorCommand extends Subcommand {

    @Option(names = "--format", paramLabel = "FORMAT", description = "text or json.")
    private ReportFormat format = ReportFormat.TEXT;

    private int exitCode = ExitCode.DONE;

    @Override
    public Integer call() {
        ArrayNode list = JsonOutput.array();
        Consumer<Finding> show = format == ReportFormat.JSON ? finding -> list.add(json(finding)) : this::printText;
        new Doctor(engine(), show.andThen(this::judge)).run(profile(), this::firstLogin);
        if (format == ReportFormat.JSON) {
            print(JsonOutput.text(list));
        }
        return exitCode;
    }

    private Doctor.FirstLogin firstLogin() {
        var provider = new ProviderOptions();
        return new Doctor.FirstLogin(
                provider.issuer(environment()), provider.region(environment()), provider.certificates(environment()));
    }

    private void judge(Finding finding) {
        if (finding.failure() != null && exitCode == ExitCode.DONE) {
            exitCode = Explanation.of(finding.failure()).exitCode();
        }
    }

    private static ObjectNode json(Finding finding) {
        ObjectNode json = JsonOutput.object();
        json.put("check", finding.check());
        json.put("verdict", id(finding.verdict()));
        json.put("found", found(finding));
        json.put("remedy", remedy(finding));
        return json;
    }

    private void printText(Finding finding) {
        String verdict = id(finding.verdict());
        boolean isAlarming = finding.verdict() == Verdict.BAD && program().colorsOutput();
        Rows rows = rows(isAlarming ? line -> print(StatusTable.alarming(line)) : this::print, 0, 16);
        rows.add(verdict + " ".repeat(6 - verdict.length()) + finding.check(), found(finding));
        if (!remedy(finding).isEmpty()) {
            rows.add("", remedy(finding));
        }
    }

    private static String id(Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT);
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
