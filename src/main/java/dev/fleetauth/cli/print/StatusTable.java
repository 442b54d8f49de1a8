package dev.fleetauth.cli.print;

import dev.fleetauth.flow.report.Status;
import dev.fleetauth.host.time.Durations;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Settings;
import dev.fleetauth.model.Tokens;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A table of profiles, one per line, with relative times; narrowed as far as possible to fit the terminal. */
public final class StatusTable {

    private static final List<String> HEADINGS =
            List.of("PROFILE", "STATE", "PROVIDER", "ACCOUNT", "ACCESS", "REFRESH", "NOT GRANTED");
    private static final int STATE = 1;
    private static final int PROVIDER = 2;
    private static final int ACCOUNT = 3;
    private static final int REFRESH = 5;
    private static final int NOT_GRANTED = 6;

    /** The minimum width of a truncated column. */
    private static final int MIN_WIDTH = 9;

    private static final String RED = "31";
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();
    private final List<Status.Entry> entries;
    private final int[] widths = new int[HEADINGS.size()];

    /** @param columns the width of the terminal; empty for no limit */
    public StatusTable(List<Status.Entry> entries, Instant now, OptionalInt columns) {
        this.entries = entries;
        add(HEADINGS);
        entries.forEach(entry -> add(row(entry, now)));
        columns.ifPresent(this::fit);
    }

    private void add(List<String> row) {
        for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.max(widths[i], row.get(i).length());
        }
        rows.add(row);
    }

    /**
     * If the table is too wide, drops the provider, which the profile's name usually suggests, and truncates columns
     * that -p shows in full.
     */
    private void fit(int columns) {
        if (width() > columns) {
            widths[PROVIDER] = 0;
        }
        for (int column : new int[] {NOT_GRANTED, ACCOUNT}) {
            int tooWide = Math.max(0, width() - columns);
            widths[column] = Math.max(Math.min(MIN_WIDTH, widths[column]), widths[column] - tooWide);
        }
    }

    private int width() {
        int width = 0;
        for (int column : widths) {
            width += column == 0 ? 0 : column + GAP.length();
        }
        return width - GAP.length();
    }

    private static List<String> row(Status.Entry entry, Instant now) {
        Session session = entry.profile().session();
        Tokens tokens = session.tokens();
        return List.of(
                entry.profile().name().value(),
                entry.state().id(),
                TerminalText.printable(provider(session.settings())),
                TerminalText.printable(entry.account()),
                tokens == null || !tokens.hasAccessToken() ? "none" : left(tokens.expiresAt(), now),
                refresh(session, now),
                TerminalText.printable(String.join(" ", session.scopeMissing().values())));
    }

    private static String provider(Settings settings) {
        String region = settings.region();
        return settings.type() + " "
                + (region != null ? region : URI.create(settings.issuer()).getAuthority());
    }

    private static String refresh(Session session, Instant now) {
        Tokens tokens = session.tokens();
        if (tokens == null || tokens.refreshToken() == null) {
            return "none";
        }
        return session.refused() != null ? "rejected" : left(tokens.refreshExpiresAt(), now);
    }

    private static String left(@Nullable Instant end, Instant now) {
        if (end == null) {
            return "unknown";
        }
        Duration left = Duration.between(now, end);
        return left.isNegative() ? "expired" : Durations.text(left);
    }

    /** The lines, optionally with colored states. */
    public List<String> lines(boolean colored) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                if (widths[column] > 0) {
                    String cell = cut(rows.get(i).get(column), widths[column]);
                    line.append(colored && i > 0 ? painted(cell, column, entries.get(i - 1)) : cell)
                            .append(" ".repeat(widths[column] - cell.length()))
                            .append(GAP);
                }
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    private static String cut(String cell, int width) {
        return cell.length() <= width ? cell : cell.substring(0, width - 3) + "...";
    }

    private static String painted(String cell, int column, Status.Entry entry) {
        if (column == STATE) {
            return painted(cell, entry.state());
        }
        boolean isRejected = column == REFRESH && entry.profile().session().refused() != null;
        return isRejected ? painted(cell, RED) : cell;
    }

    /** A string in the color of a state. */
    public static String painted(String text, Status.State state) {
        return painted(
                text,
                switch (state) {
                    case VALID -> "32";
                    case REFRESHABLE -> "33";
                    case LOGIN_REQUIRED -> RED;
                    case MOVED -> "36";
                });
    }

    /** A string in the color of errors. */
    public static String alarming(String text) {
        return painted(text, RED);
    }

    private static String painted(String text, String color) {
        return "\033[" + color + "m" + text + "\033[0m";
    }
}
