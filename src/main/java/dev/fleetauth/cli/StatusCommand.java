package dev.fleetauth.cli;

import dev.fleetauth.cli.option.DurationOption;
import dev.fleetauth.cli.option.ReportFormat;
import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.cli.print.ExpiryNotice;
import dev.fleetauth.cli.print.Explanation;
import dev.fleetauth.cli.print.ProgressLine;
import dev.fleetauth.cli.print.Rows;
import dev.fleetauth.cli.print.StatusJson;
import dev.fleetauth.cli.print.StatusReading;
import dev.fleetauth.cli.print.StatusTable;
import dev.fleetauth.cli.print.TerminalText;
import dev.fleetauth.flow.report.SessionExpiry;
import dev.fleetauth.flow.report.Status;
import dev.fleetauth.flow.report.TrustedCertificate;
import dev.fleetauth.host.time.Durations;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Moved;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Refused;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Settings;
import dev.fleetauth.model.Tokens;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code status}: shows the state of every profile, or of one of them. */
@Command(
        name = "status",
        description = "Show every profile, or the details of the one given with -p. Exits with 4 if one of them needs a"
                + " login.")
public class StatusCommand extends Subcommand {

    /** {@code list}: {@code status} by the name that most programs use for it. */
    @Command(name = "list", description = "Show every profile, as 'fleetauth status' does.")
    public static final class ListCommand extends StatusCommand {}

    @Option(
            names = "--fail-if-expiring",
            paramLabel = "TIME",
            converter = DurationOption.class,
            description = "Also exit with 4 if a profile needs a login within this time, such as 14d.")
    private @Nullable Duration failIfExpiring;

    @Option(names = "--format", paramLabel = "FORMAT", description = "text or json.")
    private ReportFormat format = ReportFormat.TEXT;

    @Override
    public Integer call() {
        var status = new Status(engine());
        List<ProfileName> names = program().profileIsNamed() ? List.of(profile()) : status.names();
        StatusReading found = read(status, names);
        List<Status.Entry> entries = found.entries();
        Map<ProfileName, Failure> unreadable = found.unreadable();
        if (format == ReportFormat.JSON) {
            print(StatusJson.text(entries, unreadable));
        } else if (names.isEmpty()) {
            console().notice("There is no profile yet: 'fleetauth login' creates one.");
        } else {
            printText(entries);
            unreadable.forEach((name, why) -> print(name + ": " + StatusJson.UNREADABLE + ": "
                    + Explanation.of(why).message()));
        }
        if (!unreadable.isEmpty()) {
            // The readable profiles have been printed; the first unreadable one determines the error and the exit code.
            throw unreadable.values().iterator().next();
        }
        entries.stream()
                .filter(entry -> entry.state() != Status.State.MOVED)
                .forEach(entry -> ExpiryNotice.print(console(), entry.profile(), now()));
        // Counts, because noticeIfLoginNeeded prints a notice per profile and anyMatch would stop at the first.
        long loginsNeeded = entries.stream().filter(this::noticeIfLoginNeeded).count();
        return loginsNeeded > 0 ? ExitCode.USER_ACTION : ExitCode.DONE;
    }

    /** Whether the profile needs a login; prints a notice if it needs one within {@code --fail-if-expiring}. */
    private boolean noticeIfLoginNeeded(Status.Entry entry) {
        Instant by = entry.state() == Status.State.MOVED ? null : SessionExpiry.loginNeededBy(entry.profile());
        if (failIfExpiring != null && by != null && by.isBefore(now().plus(failIfExpiring))) {
            console()
                    .notice("profile '" + entry.profile().name() + "' needs a login "
                            + (by.isAfter(now()) ? "in " + Durations.text(Duration.between(now(), by)) : "now"));
            return true;
        }
        return entry.state() == Status.State.LOGIN_REQUIRED;
    }

    private Instant now() {
        return environment().clock().instant();
    }

    private StatusReading read(Status status, List<ProfileName> names) {
        try (ProgressLine progress = console().progress()) {
            return StatusReading.of(status, names, this::requireShowable, done -> progress.step(done, names.size()));
        }
    }

    /** Fails, before output begins, for a value that cannot be displayed, such as a time out of range. */
    private void requireShowable(Status.Entry entry) {
        if (format == ReportFormat.JSON) {
            StatusJson.of(entry);
        } else {
            print(entry, line -> {});
            new StatusTable(List.of(entry), now(), OptionalInt.empty());
        }
        SessionExpiry.endsSoon(entry.profile().session(), now());
    }

    /** Prints several profiles as a table, and a single one as a list of its details. */
    private void printText(List<Status.Entry> entries) {
        if (entries.size() == 1) {
            print(entries.get(0), this::print);
        } else if (!entries.isEmpty()) {
            new StatusTable(entries, now(), environment().terminal().outputColumns())
                    .lines(program().colorsOutput())
                    .forEach(this::print);
        }
    }

    private void print(Status.Entry entry, Consumer<String> out) {
        Session session = entry.profile().session();
        Settings settings = session.settings();
        Tokens tokens = session.tokens();
        String state = entry.state().id();
        out.accept(entry.profile().name() + ": "
                + (program().colorsOutput() ? StatusTable.painted(state, entry.state()) : state));
        row(
                out,
                "provider",
                settings.issuer() + ", " + settings.type()
                        + (settings.region() == null ? "" : ", region " + settings.region()));
        row(out, "client", Status.client(settings));
        settings.parameters().forEach((name, value) -> row(out, "parameter", name + "=" + value));
        if (!entry.account().isEmpty()) {
            row(out, "account", entry.account());
        }
        TrustedCertificate.of(settings).forEach(added -> row(out, "also trusts", added.words()));
        Moved moved = session.moved();
        if (moved != null) {
            row(
                    out,
                    "moved",
                    "from " + moved.host()
                            + (moved.destination() == null
                                    ? ""
                                    : " to " + moved.destination().location() + ", unfinished")
                            + ", " + TerminalText.time(moved.at()));
        }
        if (entry.profile().isPublishPending()) {
            row(out, "publish", "pending for the newest tokens");
        }
        if (tokens != null) {
            row(out, "access token", tokens.hasAccessToken() ? life(tokens.expiresAt()) : "none yet");
            boolean isAlarming = session.refused() != null && program().colorsOutput();
            rows(isAlarming ? line -> out.accept(StatusTable.alarming(line)) : out)
                    .add("refresh token", refreshLife(session, tokens));
            row(out, "requested", settings.scope().toString());
            row(
                    out,
                    "granted",
                    session.isScopeReported() ? session.scopeGranted().toString() : "not reported by the provider");
            if (!session.scopeMissing().isEmpty()) {
                row(out, "not granted", session.scopeMissing().toString());
            }
        }
        row(out, "stored in", entry.location());
    }

    /** When the refresh token expires. For Tesla, which does not say, it is an estimate. */
    private String refreshLife(Session session, Tokens tokens) {
        if (tokens.refreshToken() == null) {
            return "none";
        }
        Refused refused = session.refused();
        if (refused != null) {
            return "rejected by the provider " + TerminalText.time(refused.at()) + " (" + refused.error() + ")";
        }
        boolean isEstimate = session.settings().region() != null && tokens.refreshExpiresAt() != null;
        return life(tokens.refreshExpiresAt()) + (isEstimate ? ", estimated from a 3-month lifetime" : "");
    }

    private void row(Consumer<String> out, String label, String value) {
        rows(out).add(label, value);
    }

    private Rows rows(Consumer<String> out) {
        return rows(out, 2, 17);
    }

    private String life(@Nullable Instant end) {
        if (end == null) {
            return "expiry unknown";
        }
        Duration left = Duration.between(environment().clock().instant(), end);
        return left.isNegative()
                ? "expired " + TerminalText.time(end) + ", " + Durations.text(left) + " ago"
                : "until " + TerminalText.time(end) + ", " + Durations.text(left) + " left";
    }
}
