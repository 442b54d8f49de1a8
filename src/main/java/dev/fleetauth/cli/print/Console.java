package dev.fleetauth.cli.print;

import dev.fleetauth.flow.report.AddedTrust;
import dev.fleetauth.host.Terminal;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a person reads on the way, on standard error. */
public final class Console {

    private static final PrintStream NOWHERE =
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);

    /** What is shorter fits any terminal, whose width need not be asked for. */
    private static final int SHORT = 40;

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

    /** Leaves out whatever is not an error. */
    public void beQuiet() {
        quiet = true;
    }

    /** A line of the trace, which was asked for by itself. */
    public void trace(String line) {
        err.println(TerminalText.printable(line));
    }

    /** A line that is good to know. */
    public void notice(String line) {
        if (!quiet) {
            print(line, "  ").forEach(err::println);
        }
    }

    /** A text as lines that cannot move the cursor, folded at words if standard error ends at a terminal. */
    private List<String> print(String text, String hanging) {
        String printable = TerminalText.printable(text);
        int columns = printable.length() <= SHORT ? 0 : terminal.errorColumns().orElse(0);
        return columns == 0 ? List.of(printable) : Wrap.lines(printable, Math.max(columns, SHORT), hanging);
    }

    /** Tells whom a profile trusts in addition to the system's authorities, which it goes on to do. */
    public void addedTrust(Profile profile) {
        for (AddedTrust added : AddedTrust.of(profile.session().settings())) {
            notice("profile '" + profile.name() + "' also trusts, from now on: " + added.words());
        }
    }

    /** Tells how far something is, if there is someone at a terminal who sees it. */
    public ProgressLine progress() {
        return new ProgressLine(quiet || !terminal.showsErrors() ? NOWHERE : err);
    }

    /** What went wrong, and what to do about it, if there is something. */
    public void error(String message, String hint) {
        labelled(ERROR, "31", TerminalText.withoutSecrets(message), "  ");
        if (!hint.isEmpty()) {
            labelled(HINT, "36", hint, "      ");
        }
    }

    private void labelled(String label, String color, String text, String hanging) {
        List<String> lines = print(label + " " + text, hanging);
        // Coloured after it was folded: a colour takes no column.
        err.println(bold(label, color) + lines.get(0).substring(label.length()));
        lines.subList(1, lines.size()).forEach(err::println);
    }

    /** A failure in words; what comes back is its exit code. */
    public int failure(Failure failure) {
        Explanation explanation = Explanation.of(failure);
        error(explanation.message(), explanation.hint());
        return explanation.exitCode();
    }

    /** The same, with the name of the profile it is about, of several that a command needs. */
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
