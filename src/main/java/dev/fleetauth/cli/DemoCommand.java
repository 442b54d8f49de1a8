package dev.fleetauth.cli;

import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.demo.DemoStory;
import dev.fleetauth.demo.Playground;
import dev.fleetauth.host.Environment;
import java.io.IOException;
import java.util.function.ToIntBiFunction;
import picocli.CommandLine.Command;

/** {@code demo}: runs the real commands against the sandbox, step by step. */
@Command(name = "demo", description = "Demonstrate fleetauth with the sandbox: login, token, refresh, inspect, revoke.")
public final class DemoCommand extends Subcommand {

    private final ToIntBiFunction<Environment, String[]> program;

    /** @param program runs a command line and returns its exit code */
    public DemoCommand(ToIntBiFunction<Environment, String[]> program) {
        this.program = program;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (Playground playground = Playground.open(program, environment())) {
            new DemoStory(environment(), playground).run();
            return ExitCode.DONE;
        }
    }
}
