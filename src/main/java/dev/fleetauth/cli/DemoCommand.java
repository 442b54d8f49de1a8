package dev.fleetauth.cli;

import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.demo.DemoStory;
import dev.fleetauth.demo.Playground;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code demo}: runs the real commands against the sandbox, step by step. */
@Command(name = "demo", description = "Demonstrate fleetauth with the sandbox: login, token, refresh, inspect, revoke.")
public final class DemoCommand extends Subcommand {

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (Playground playground = Playground.open(program()::run, environment())) {
            new DemoStory(environment(), playground).run();
            return ExitCode.DONE;
        }
    }
}
