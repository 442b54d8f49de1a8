package dev.fleetauth.cli;

import dev.fleetauth.cli.option.DurationOption;
import dev.fleetauth.cli.option.ReportFormat;
import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.cli.print.ExpiryNotice;
import dev.fleetauth.cli.print.Explanation;
import dev.fleetauth.cli.print.ProgressLine;
import dev.fleetauth.cli.print.Rows;
import dev.fleetauth.cli.print.StatusJson;
import dev.fleetauth.cli.print.StatusTable;
import dev.fleetauth.cli.print.TerminalText;
import dev.fleetauth.flow.report.AddedTrust;
import dev.fleetauth.flow.report.SessionExpiry;
import dev.fleetauth.flow.report.Status;
import dev.fleetauth.host.time.Durations;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Moved;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Refused;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Settings;
import dev.fleetauth.model.Tokens;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code status}: how every profile stands, or one of them. */
@Command(
        name = "status",
        description =
                "Show every profile, or all about the one named with -p. Exits with 4 when one of them needs a login.")
public class StatusCommand extends Subcommand {

    /** What may be wrong with one profile while the others are well. */
    private static final Set<Kind> OF_ONE_PROFILE =
            Set.of(Kind.STORE_DAMAGED, Kind.STORE_UNREADABLE, Kind.STORE_EXPOSED, Kind.STORE_FOREIGN);

    @Option(
            names = "--fail-if-expiring",
            paramLabel = "TIME",
            converter = DurationOption.class,
            description = "Exit with 4 also when one of them needs a login within this time, such as 14d.")
    private @Nullable Duration failIfExpiring;

    @Option(names = "--format", paramLabel = "FORMAT", description = "text or json.")
    private ReportFormat format = ReportFormat.TEXT;

    @Override
    public Integer call() {
        var status = new Status(engine());
        List<ProfileName> names = program().profileIsNamed() ? List.of(profile()) : status.names();
        Map<ProfileName, Failure> unread = new LinkedHashMap<>();
        List<Status.Entry> entries = entries(status, names, unread);
        if (format == ReportFormat.JSON) {
            print(StatusJson.text(entries, unread));
        } else if (names.isEmpty()) {
            console().notice("There is no profile yet. 'fleetauth login' makes one.");
        } else {
            printText(entries);
            unread.forEach((name, why) -> print(name + ": " + StatusJson.UNREADABLE + ": "
                    + Explanation.of(why).message()));
        }
        if (!unread.isEmpty()) {
            // The others are shown all the same; what is wrong with the first is said, and the code is its.
            throw unread.values().iterator().next();
        }
        entries.stream()
                .filter(entry -> entry.state() != Status.State.MOVED)
                .forEach(entry -> ExpiryNotice.give(console(), entry.profile(), now()));
        // Each of them is told, not only the first.
        long personNeeded = entries.stream().filter(this::needsAPerson).count();
        return personNeeded > 0 ? ExitCode.USER_ACTION : ExitCode.DONE;
    }

    private boolean needsAPerson(Status.Entry entry) {
        Instant by = entry.state() == Status.State.MOVED ? null : SessionExpiry.personNeededBy(entry.profile());
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

    /** Looks at each profile; one that is damaged does not hide the others. */
    private List<Status.Entry> entries(Status status, List<ProfileName> names, Map<ProfileName, Failure> unread) {
        List<Status.Entry> entries = new ArrayList<>();
        try (ProgressLine progress = console().progress()) {
            for (ProfileName name : names) {
                try {
                    Status.Entry entry = status.of(name);
                    requireShowable(entry);
                    entries.add(entry);
                } catch (Failure e) {
                    if (!OF_ONE_PROFILE.contains(e.kind())) {
                        throw e;
                    }
                    unread.put(name, e);
                } catch (RuntimeException e) {
                    unread.put(
                            name,
                            Failure.because(
                                    e,
                                    Kind.STORE_DAMAGED,
                                    status.location(name),
                                    "it holds a value that cannot be shown"));
                }
                progress.step(entries.size() + unread.size(), names.size());
            }
        }
        return entries;
    }

    /** What cannot be shown, such as the time of a profile that this program has not made, fails here and not in the table. */
    private void requireShowable(Status.Entry entry) {
        if (format == ReportFormat.JSON) {
            StatusJson.of(entry);
        } else {
            print(entry, line -> {});
            new StatusTable(List.of(entry), now(), OptionalInt.empty());
        }
        SessionExpiry.endsSoon(entry.profile().session(), now());
    }

    /** Several profiles are a table; all about one fits below each other. */
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
        row(out, "client", settings.clientId());
        if (!entry.account().isEmpty()) {
            row(out, "account", entry.account());
        }
        AddedTrust.of(settings).forEach(added -> row(out, "also trusts", added.words()));
        Moved moved = session.moved();
        if (moved != null) {
            row(
                    out,
                    "moved",
                    "away from " + moved.host()
                            + (moved.destination() == null
                                    ? ""
                                    : " to " + moved.destination().location() + ", unfinished")
                            + ", " + TerminalText.time(moved.at()));
        }
        if (entry.profile().isPublishPending()) {
            row(out, "publish", "the newest tokens are not published yet");
        }
        if (tokens != null) {
            row(out, "access token", tokens.hasAccessToken() ? life(tokens.expiresAt()) : "none yet");
            boolean isAlarming = session.refused() != null && program().colorsOutput();
            rows(isAlarming ? line -> out.accept(StatusTable.alarming(line)) : out)
                    .add("refresh token", refreshLife(session, tokens));
            row(out, "asked for", settings.scope().toString());
            row(
                    out,
                    "granted",
                    session.isScopeReported() ? session.scopeGranted().toString() : "not reported by the provider");
            if (!session.scopeMissing().isEmpty()) {
                row(out, "not granted", session.scopeMissing().toString());
            }
        }
        row(out, "kept in", entry.location());
    }

    /** Tesla does not say when its refresh tokens end; what is shown is reckoned. */
    private String refreshLife(Session session, Tokens tokens) {
        if (tokens.refreshToken() == null) {
            return "none";
        }
        Refused refused = session.refused();
        if (refused != null) {
            return "not taken any more, the provider said " + TerminalText.time(refused.at()) + " (" + refused.error()
                    + ")";
        }
        boolean reckoned = session.settings().region() != null && tokens.refreshExpiresAt() != null;
        return life(tokens.refreshExpiresAt()) + (reckoned ? ", as reckoned from Tesla's three months" : "");
    }

    private void row(Consumer<String> out, String label, String value) {
        rows(out).add(label, value);
    }

    private Rows rows(Consumer<String> out) {
        return rows(out, 2, 17);
    }

    private String life(@Nullable Instant end) {
        if (end == null) {
            return "end unknown";
        }
        Duration left = Duration.between(environment().clock().instant(), end);
        return left.isNegative()
                ? "expired " + TerminalText.time(end) + ", " + Durations.text(left) + " ago"
                : "until " + TerminalText.time(end) + ", " + Durations.text(left) + " left";
    }
}
