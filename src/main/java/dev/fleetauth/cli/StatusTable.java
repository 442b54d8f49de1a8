package dev.fleetauth.cli;

import dev.fleetauth.flow.Status;
import dev.fleetauth.host.Durations;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Settings;
import dev.fleetauth.model.Tokens;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Profiles as a table, a line each, with times as seen from now. */
final class StatusTable {

    private static final List<String> HEADINGS =
            List.of("PROFILE", "STATE", "PROVIDER", "ACCESS TOKEN", "REFRESH TOKEN", "NOT GRANTED");
    private static final int STATE = 1;
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();
    private final List<Status.State> states = new ArrayList<>();
    private final int[] widths = new int[HEADINGS.size()];

    StatusTable(List<Status.Entry> entries, Instant now) {
        add(HEADINGS);
        for (Status.Entry entry : entries) {
            add(row(entry, now));
            states.add(entry.state());
        }
    }

    private void add(List<String> row) {
        for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.max(widths[i], row.get(i).length());
        }
        rows.add(row);
    }

    private static List<String> row(Status.Entry entry, Instant now) {
        Session session = entry.profile().session();
        Tokens tokens = session.tokens();
        return List.of(
                entry.profile().name().value(),
                entry.state().id(),
                Text.printable(provider(session.settings())),
                tokens == null ? "none" : life(tokens.expiresAt(), now),
                tokens == null || tokens.refreshToken() == null ? "none" : life(tokens.refreshExpiresAt(), now),
                Text.printable(session.scopeMissing().toString()));
    }

    private static String provider(Settings settings) {
        String region = settings.region();
        return settings.type() + " "
                + (region != null ? region : URI.create(settings.issuer()).getAuthority());
    }

    private static String life(@Nullable Instant end, Instant now) {
        if (end == null) {
            return "end unknown";
        }
        Duration left = Duration.between(now, end);
        return left.isNegative() ? "ended " + Durations.text(left) + " ago" : Durations.text(left) + " left";
    }

    /** How many columns of a terminal it takes. */
    int width() {
        int width = GAP.length() * (widths.length - 1);
        for (int column : widths) {
            width += column;
        }
        return width;
    }

    /** The lines; the states are coloured if asked for. */
    List<String> lines(boolean colored) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                String cell = rows.get(i).get(column);
                boolean colors = colored && column == STATE && i > 0;
                line.append(colors ? painted(cell, states.get(i - 1)) : cell)
                        .append(" ".repeat(widths[column] - cell.length()))
                        .append(GAP);
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    /** A state's words in its colour. */
    static String painted(String text, Status.State state) {
        String color = switch (state) {
            case VALID -> "32";
            case REFRESHABLE -> "33";
            case LOGIN_REQUIRED -> "31";
            case MOVED -> "36";
        };
        return "\033[" + color + "m" + text + "\033[0m";
    }
}
