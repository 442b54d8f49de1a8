package dev.fleetauth;

import dev.fleetauth.cli.Cli;
import dev.fleetauth.host.Environment;

/** The program: runs one command with the real environment and exits with its code. */
final class Main {

    private Main() {}

    public static void main(String[] args) {
        Environment environment = Environment.ofThisProcess();
        if (System.getProperty("fleetauth.quick") == null) {
            System.exit(Cli.run(environment, args));
        }
        int exitCode = Cli.tryRun(environment, args);
        // exit() would first set up logging, in case someone wants exits logged (since JDK 21).
        Runtime.getRuntime().halt(exitCode);
    }
}
