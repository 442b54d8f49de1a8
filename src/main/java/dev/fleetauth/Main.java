package dev.fleetauth;

import dev.fleetauth.cli.Cli;
import dev.fleetauth.host.Environment;

/** The program: runs one command with the real environment and exits with its code. */
final class Main {

    private Main() {}

    public static void main(String[] args) {
        Environment environment = Environment.ofThisProcess();
        boolean quick = System.getProperty("fleetauth.quick") != null;
        int exitCode = quick ? Cli.tryRun(environment, args) : Cli.run(environment, args);
        // exit() would first set up logging, in case someone wants the exit logged (since JDK 21). What its hooks would
        // do,
        // to let the terminal show again what is typed, is done by now.
        Runtime.getRuntime().halt(exitCode);
    }
}
