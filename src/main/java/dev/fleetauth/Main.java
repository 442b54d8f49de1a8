package dev.fleetauth;

import dev.fleetauth.cli.Cli;
import dev.fleetauth.host.Environment;

/** The program: runs one command with the real environment and exits with its code. */
final class Main {

    private Main() {}

    public static void main(String[] args) {
        System.exit(Cli.run(Environment.ofThisProcess(), args));
    }
}
