package dev.fleetauth.cli;

import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.demo.DemoStory;
import dev.fleetauth.demo.Playground;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code demo}: the whole story against the sandbox, with the real commands. */
@Command(
        name = "demo",
        description = "Tell the whole story against the sandbox: login, token, refresh, inspect, revoke.")
public final class DemoCommand extends Subcommand {

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (Playground playground = Playground.open(program()::run, environment())) {
            new DemoStory(environment(), playground).tell();
            return ExitCode.DONE;
        }
    }
}
