package dev.fleetauth;

import dev.fleetauth.cli.line.Cli;
import dev.fleetauth.host.Environment;
import dev.fleetauth.host.ExactText;
import dev.fleetauth.host.ShutdownGuard;

/** The program: runs one command with the real environment and exits with its code. */
final class Main {

    private Main() {}

    public static void main(String[] args) {
        // Without a handler, no library logs to standard error, which by default shows warnings, perhaps with secrets.
        // A class that is instantiated replaces the configuration, which takes 3 % of a refresh to read.
        System.setProperty("java.util.logging.config.class", "java.lang.Object");
        int exitCode;
        try {
            exitCode = Cli.run(Environment.ofThisProcess(), args);
        } catch (ExactText.Malformed e) {
            exitCode = Cli.unusable(System.err, e);
        }
        // Not System.exit(): since JDK 21 it initializes logging, in case exits are to be logged. That takes a tenth of
        // the time of a whole 'token' command.
        ShutdownGuard.end(exitCode);
    }
}
