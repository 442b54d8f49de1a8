package dev.fleetauth.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fleetauth.cli.option.DurationOption;
import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.cli.print.ExpiryNotice;
import dev.fleetauth.cli.print.Explanation;
import dev.fleetauth.cli.print.JsonOutput;
import dev.fleetauth.cli.print.ProgressLine;
import dev.fleetauth.cli.print.ReportFormat;
import dev.fleetauth.cli.print.Rows;
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
public final class StatusCommand extends Subcommand {

    /** The state of a profile whose record is damaged, or may not be read. */
    private static final String UNREADABLE = "unreadable";

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
            var list = JsonOutput.array();
            entries.forEach(entry -> list.add(json(entry)));
            unread.forEach((name, why) -> list.addObject()
                    .put("profile", name.value())
                    .put("state", UNREADABLE)
                    .put("problem", Explanation.of(why).message()));
            print(JsonOutput.text(list));
        } else if (names.isEmpty()) {
            console().notice("There is no profile yet. 'fleetauth login' makes one.");
        } else {
            printText(entries);
            unread.forEach((name, why) ->
                    print(name + ": " + UNREADABLE + ": " + Explanation.of(why).message()));
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
        return personNeeded > 0 ? ExitCode.PERSON_NEEDED : ExitCode.DONE;
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
        json(entry);
        new StatusTable(List.of(entry), now(), OptionalInt.empty());
        SessionExpiry.endsSoon(entry.profile().session(), now());
    }

    private static ObjectNode json(Status.Entry entry) {
        Session session = entry.profile().session();
        Settings settings = session.settings();
        Tokens tokens = session.tokens();
        ObjectNode json = JsonOutput.object();
        json.put("profile", entry.profile().name().value());
        json.put("type", settings.type());
        json.put("issuer", settings.issuer());
        json.put("client_id", settings.clientId());
        json.put("region", settings.region());
        ArrayNode trust = json.putArray("added_trust");
        for (AddedTrust added : AddedTrust.of(settings)) {
            ObjectNode certificate = trust.addObject();
            certificate.put("subject", added.subject());
            certificate.put("sha256", added.sha256());
            JsonOutput.putTime(certificate, "expires_at", added.until());
        }
        json.put("state", entry.state().id());
        json.put("account", entry.account().isEmpty() ? null : entry.account());
        Instant accessEnd = tokens == null ? null : tokens.expiresAt();
        Instant refreshEnd = tokens == null ? null : tokens.refreshExpiresAt();
        JsonOutput.putTime(json, "access_token_expires_at", accessEnd);
        JsonOutput.putEpoch(json, "access_token_expires_at_epoch", accessEnd);
        JsonOutput.putTime(json, "refresh_token_expires_at", refreshEnd);
        JsonOutput.putEpoch(json, "refresh_token_expires_at_epoch", refreshEnd);
        Refused refused = session.refused();
        json.put("refresh_token_refused", refused == null ? null : refused.error());
        JsonOutput.putTime(json, "login_needed_by", personNeededBy(entry));
        JsonOutput.putEpoch(json, "login_needed_by_epoch", personNeededBy(entry));
        Instant movedAt = session.moved() == null ? null : session.moved().at();
        JsonOutput.putTime(json, "moved_at", movedAt);
        JsonOutput.putEpoch(json, "moved_at_epoch", movedAt);
        json.put("hand_out_pending", entry.profile().isHandOutPending());
        JsonOutput.putList(json, "scope_requested", settings.scope().values());
        if (tokens == null || session.isScopeReported()) {
            JsonOutput.putList(json, "scope_granted", session.scopeGranted().values());
        } else {
            json.putNull("scope_granted");
        }
        JsonOutput.putList(json, "scope_missing", session.scopeMissing().values());
        json.put("store", entry.location());
        return json;
    }

    /** Null also where a person is needed already, as the state says, or elsewhere. */
    private static @Nullable Instant personNeededBy(Status.Entry entry) {
        boolean notHere = entry.state() == Status.State.LOGIN_REQUIRED || entry.state() == Status.State.MOVED;
        return notHere ? null : SessionExpiry.personNeededBy(entry.profile());
    }

    /** Several profiles are a table; all about one fits below each other. */
    private void printText(List<Status.Entry> entries) {
        if (entries.size() == 1) {
            printText(entries.get(0));
        } else if (!entries.isEmpty()) {
            new StatusTable(entries, now(), environment().terminal().outputColumns())
                    .lines(program().colorsOutput())
                    .forEach(this::print);
        }
    }

    private void printText(Status.Entry entry) {
        Session session = entry.profile().session();
        Settings settings = session.settings();
        Tokens tokens = session.tokens();
        String state = entry.state().id();
        print(entry.profile().name() + ": "
                + (program().colorsOutput() ? StatusTable.painted(state, entry.state()) : state));
        row(
                "provider",
                settings.issuer() + ", " + settings.type()
                        + (settings.region() == null ? "" : ", region " + settings.region()));
        row("client", settings.clientId());
        if (!entry.account().isEmpty()) {
            row("account", entry.account());
        }
        AddedTrust.of(settings).forEach(added -> row("also trusts", added.words()));
        Moved moved = session.moved();
        if (moved != null) {
            row(
                    "moved",
                    "away from " + moved.host()
                            + (moved.destination() == null
                                    ? ""
                                    : " to " + moved.destination().location() + ", unfinished")
                            + ", " + TerminalText.time(moved.at()));
        }
        if (entry.profile().isHandOutPending()) {
            row("hand out", "the newest tokens are not handed out yet");
        }
        if (tokens != null) {
            row("access token", tokens.hasAccessToken() ? life(tokens.expiresAt()) : "none yet");
            boolean isAlarming = session.refused() != null && program().colorsOutput();
            rows(isAlarming ? line -> print(StatusTable.alarming(line)) : this::print)
                    .add("refresh token", refreshLife(session, tokens));
            row("asked for", settings.scope().toString());
            row(
                    "granted",
                    session.isScopeReported() ? session.scopeGranted().toString() : "not reported by the provider");
            if (!session.scopeMissing().isEmpty()) {
                row("not granted", session.scopeMissing().toString());
            }
        }
        row("kept in", entry.location());
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

    private void row(String label, String value) {
        rows(this::print).add(label, value);
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
