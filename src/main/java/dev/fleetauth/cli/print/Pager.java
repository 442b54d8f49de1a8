package dev.fleetauth.cli.print;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.ForegroundProgram;
import dev.fleetauth.host.StandardOutput;
import java.io.IOException;
import java.util.Map;

/** Shows long text in the user's pager, as git does, unless the terminal is dumb. */
public final class Pager {

    /** Git's settings: show colors, do not clear the screen, exit at once if the text fits on the screen. */
    private static final Map<String, String> SETTINGS = Map.of("LESS", "FRX", "LV", "-c");

    private Pager() {}

    /** Shows text that has no trailing line separator. If standard output is not a terminal, the text is printed. */
    public static void show(Environment environment, String text) {
        String pager = pager(environment);
        if (pager.isEmpty() || !runPager(environment, pager, text)) {
            environment.out().println(text);
        }
    }

    /** Runs the pager; false if it cannot be run. */
    private static boolean runPager(Environment environment, String pager, String text) {
        try {
            int exitCode = new ForegroundProgram(environment).show(pager, text + System.lineSeparator(), SETTINGS);
            return exitCode != ExitCode.NOT_FOUND && exitCode != ExitCode.NOT_EXECUTABLE;
        } catch (IOException e) {
            return false;
        }
    }

    /** The command line of the pager; empty for none. */
    private static String pager(Environment environment) {
        boolean isAtTerminal = environment.out() instanceof StandardOutput
                && environment.terminal().outputColumns().isPresent()
                && environment
                        .variable("TERM")
                        .filter(term -> !term.equals("dumb"))
                        .isPresent();
        Map<String, String> variables = environment.variables();
        String pager = variables.getOrDefault("FLEETAUTH_PAGER", variables.getOrDefault("PAGER", "less"));
        return isAtTerminal && !pager.isBlank() && !pager.equals("cat") ? pager : "";
    }
}
