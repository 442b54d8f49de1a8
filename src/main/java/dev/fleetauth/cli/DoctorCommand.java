package dev.fleetauth.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.fleetauth.cli.option.ProviderOptions;
import dev.fleetauth.cli.option.ReportFormat;
import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.cli.print.Explanation;
import dev.fleetauth.cli.print.FindingText;
import dev.fleetauth.cli.print.JsonOutput;
import dev.fleetauth.flow.Finding;
import dev.fleetauth.flow.report.Doctor;
import dev.fleetauth.flow.setup.MoveHome;
import dev.fleetauth.serve.SocketPlace;
import java.nio.file.Path;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code doctor}: checks for common problems. */
@Command(
        name = "doctor",
        description = {
            "Check for common problems (runtime, home, key, store, login, registration, terminal, browser, callback,"
                    + " proxy, network, clock, provider), and print a remedy for each.",
            "Changes nothing, sends no token and shows no secret: the output can go into a bug report. Exits with the"
                    + " code of the first problem.",
            "In a terminal, offers to move an earlier version's home out of the settings directory."
        })
public final class DoctorCommand extends Subcommand {

    private static final int VALUE_COLUMN = 16;

    @Option(names = "--format", paramLabel = "FORMAT", description = "text or json.")
    private ReportFormat format = ReportFormat.TEXT;

    @Option(
            names = "--move-home",
            description = "Move a home in the settings directory to the state directory, and check nothing.")
    private boolean moveHome;

    private int exitCode = ExitCode.DONE;

    @Override
    public Integer call() {
        if (moveHome) {
            new MoveHome(engine()).run();
            return ExitCode.DONE;
        }
        ArrayNode list = JsonOutput.array();
        var rows = new FindingText(
                this::print,
                environment().terminal().outputColumns(),
                VALUE_COLUMN,
                program().colorsOutput());
        Consumer<Finding> show =
                format == ReportFormat.JSON ? finding -> list.add(FindingText.json(finding)) : rows::print;
        new Doctor(engine(), show.andThen(this::recordExitCode)).run(profile(), this::firstLogin);
        lookForServer(show);
        if (format == ReportFormat.JSON) {
            print(JsonOutput.text(list));
        } else {
            offerMove();
        }
        return exitCode;
    }

    private void lookForServer(Consumer<Finding> show) {
        Path socket = SocketPlace.standard(environment(), engine().home());
        if (SocketPlace.answers(socket)) {
            show.accept(Finding.ok("serve", "a server provides tokens at " + socket));
        }
    }

    private void offerMove() {
        var move = new MoveHome(engine());
        move.target()
                .filter(target -> engine().confirm("Move the home to " + target + "?"))
                .ifPresent(target -> move.run());
    }

    private Doctor.FirstLogin firstLogin() {
        var provider = new ProviderOptions();
        return new Doctor.FirstLogin(
                provider.issuer(environment()), provider.region(environment()), provider.certificates(environment()));
    }

    private void recordExitCode(Finding finding) {
        if (finding.failure() != null && exitCode == ExitCode.DONE) {
            exitCode = Explanation.of(finding.failure()).exitCode();
        }
    }
}
