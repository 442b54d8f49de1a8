package dev.fleetauth.cli.print;

import dev.fleetauth.flow.report.TrustedCertificate;
import dev.fleetauth.host.Terminal;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Prints notices and errors on standard error. */
public final class Console {

    private static final PrintStream NOWHERE =
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);

    /** A line of at most this length fits any terminal, so the terminal's width need not be determined. */
    private static final int MIN_COLUMNS = 40;

    private static final String ERROR = "fleetauth: error:";
    private static final String HINT = "hint:";

    private final PrintStream err;
    private final Terminal terminal;
    private final boolean colored;
    private boolean quiet;

    public Console(PrintStream err, Terminal terminal, boolean colored) {
        this.err = err;
        this.terminal = terminal;
        this.colored = colored;
    }

    /** Suppresses everything but errors and traces. */
    public void setQuiet() {
        quiet = true;
    }

    /** Prints a line of the trace, even in quiet mode, since it was requested. */
    public void trace(String line) {
        err.println(TerminalText.printable(line));
    }

    /** Prints a notice, unless in quiet mode. */
    public void notice(String line) {
        if (!quiet) {
            wrapped(line, "  ").forEach(err::println);
        }
    }

    /** The lines of a text, made safe to print and, if standard error is a terminal, wrapped at words. */
    private List<String> wrapped(String text, String hanging) {
        String printable = TerminalText.printable(text);
        int columns =
                printable.length() <= MIN_COLUMNS ? 0 : terminal.errorColumns().orElse(0);
        return columns == 0 ? List.of(printable) : Wrap.lines(printable, Math.max(columns, MIN_COLUMNS), hanging);
    }

    /** Prints the certificates that a profile trusts in addition to the system's. */
    public void addedTrust(Profile profile) {
        for (TrustedCertificate added : TrustedCertificate.of(profile.session().settings())) {
            notice("Profile '" + profile.name() + "' now also trusts: " + added.words());
        }
    }

    /** A progress line, which is visible only on a terminal and not in quiet mode. */
    public ProgressLine progress() {
        return new ProgressLine(quiet || !terminal.showsErrors() ? NOWHERE : err);
    }

    /** Prints an error, and a hint unless the hint is empty. */
    public void error(String message, String hint) {
        printLabeled(ERROR, "31", TerminalText.withoutSecrets(message), "  ");
        if (!hint.isEmpty()) {
            printLabeled(HINT, "36", hint, "      ");
        }
    }

    private void printLabeled(String label, String color, String text, String hanging) {
        List<String> lines = wrapped(label + " " + text, hanging);
        // Colored after wrapping, because escape sequences occupy no columns.
        err.println(bold(label, color) + lines.get(0).substring(label.length()));
        lines.subList(1, lines.size()).forEach(err::println);
    }

    /** Prints a failure and returns its exit code. */
    public int failure(Failure failure) {
        Explanation explanation = Explanation.of(failure);
        error(explanation.message(), explanation.hint());
        return explanation.exitCode();
    }

    /** Prints a failure with the name of its profile, for commands that use several, and returns its exit code. */
    public int failure(ProfileName profile, Failure failure) {
        Explanation explanation = Explanation.of(failure);
        boolean named = profile.value().equals(failure.fields().get("profile"));
        error((named ? "" : "profile '" + profile + "': ") + explanation.message(), explanation.hint());
        return explanation.exitCode();
    }

    private String bold(String label, String color) {
        return colored ? "\033[1;" + color + "m" + label + "\033[0m" : label;
    }
}
