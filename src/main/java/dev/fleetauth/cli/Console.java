package dev.fleetauth.cli;

import dev.fleetauth.flow.AddedTrust;
import dev.fleetauth.host.Terminal;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Profile;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What a person reads on the way, on standard error. */
final class Console {

    private static final PrintStream NOWHERE =
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);

    private final PrintStream err;
    private final boolean colored;
    private boolean quiet;

    Console(PrintStream err, boolean colored) {
        this.err = err;
        this.colored = colored;
    }

    /** Leaves out whatever is not an error. */
    void beQuiet() {
        quiet = true;
    }

    /** A line of the trace, which was asked for by itself. */
    void trace(String line) {
        err.println(Text.printable(line));
    }

    /** A line that is good to know. */
    void notice(String line) {
        if (!quiet) {
            err.println(Text.printable(line));
        }
    }

    /** Tells whom a profile trusts in addition to the system's authorities, which it goes on to do. */
    void addedTrust(Profile profile) {
        for (AddedTrust added : AddedTrust.of(profile.session().settings())) {
            notice("profile '" + profile.name() + "' also trusts, from now on: " + added.words());
        }
    }

    /** Tells how far something is, if there is someone at a terminal who sees it. */
    Progress progress(Terminal terminal) {
        return new Progress(quiet || !terminal.showsErrors() ? NOWHERE : err);
    }

    /** What went wrong, and what to do about it, if there is something. */
    void error(String message, String hint) {
        err.println(bold("fleetauth: error:", "31") + " " + Text.printable(Text.withoutSecrets(message)));
        if (!hint.isEmpty()) {
            err.println(bold("hint:", "36") + " " + Text.printable(hint));
        }
    }

    /** A failure in words; what comes back is its exit code. */
    int failure(Failure failure) {
        Explanation explanation = Explanation.of(failure);
        error(explanation.message(), explanation.hint());
        return explanation.exitCode();
    }

    private String bold(String label, String color) {
        return colored ? "\033[1;" + color + "m" + label + "\033[0m" : label;
    }
}
