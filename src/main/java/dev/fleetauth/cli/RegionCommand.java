package dev.fleetauth.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fleetauth.cli.option.ReportFormat;
import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.cli.print.JsonOutput;
import dev.fleetauth.flow.report.Regions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code region}: shows a profile's region and hints about it, or changes it. */
@Command(
        name = "region",
        description = {
            "Show the profile's region and hints about it, or change it.",
            "Hints can be wrong, so they change nothing by themselves."
        })
public final class RegionCommand extends Subcommand {

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "REGION",
            description = "The new region: na, eu or cn. A change between na and eu needs no login.")
    private @Nullable String region;

    @Option(names = "--detect", description = "Also ask the Fleet API, with the access token.")
    private boolean detect;

    @Option(names = "--format", paramLabel = "FORMAT", description = "text or json.")
    private ReportFormat format = ReportFormat.TEXT;

    @Override
    public Integer call() {
        var regions = new Regions(engine());
        if (region != null) {
            regions.change(profile(), region);
        }
        Regions.Report report = regions.of(profile(), detect);
        if (format == ReportFormat.JSON) {
            print(JsonOutput.text(json(report)));
        } else {
            printText(report);
        }
        if (report.advice() != null) {
            console().notice(report.advice());
        }
        return ExitCode.DONE;
    }

    private static ObjectNode json(Regions.Report report) {
        ObjectNode json = JsonOutput.object();
        json.put("profile", report.profile().value());
        json.put("region", report.region());
        json.put("audience", report.audience());
        ArrayNode hints = json.putArray("hints");
        for (Regions.Hint hint : report.hints()) {
            ObjectNode entry = hints.addObject();
            entry.put("source", hint.source());
            entry.put("value", hint.value());
            entry.put("region", hint.region());
            entry.put("agrees", report.region().equals(hint.region()));
        }
        json.put("command", report.command());
        return json;
    }

    private void printText(Regions.Report report) {
        row("profile", report.profile().value());
        row("region", report.region() + ", " + report.place());
        row("audience", report.audience() == null ? "none" : report.audience());
        for (Regions.Hint hint : report.hints()) {
            row(
                    hint.source().replace('_', ' '),
                    hint.value()
                            + (hint.region() == null
                                    ? ": unknown region"
                                    : hint.region().equals(report.region())
                                            ? ": agrees"
                                            : ": suggests " + hint.region() + ", not " + report.region()));
        }
    }

    private void row(String label, String value) {
        rows(0, 15).add(label, value);
    }
}
