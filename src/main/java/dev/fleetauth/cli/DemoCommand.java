package dev.fleetauth.cli;

import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code demo}: the whole story against the sandbox, with the real commands. */
@Command(
        name = "demo",
        description = "Tell the whole story against the sandbox: login, token, refresh, inspect, revoke.")
final class DemoCommand extends Subcommand {

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (Playground playground = Playground.open(environment())) {
            new DemoStory(environment(), playground).tell();
            return ExitCode.DONE;
        }
    }
}
