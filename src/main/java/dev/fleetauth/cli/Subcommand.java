package dev.fleetauth.cli;

import dev.fleetauth.cli.print.Console;
import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.cli.print.Rows;
import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.transfer.AfterRefresh;
import dev.fleetauth.host.Environment;
import dev.fleetauth.model.ProfileName;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParentCommand;

/** What every command has: the program it belongs to. */
public abstract class Subcommand implements Callable<Integer> {

    @ParentCommand
    private @Nullable Fleetauth program;

    /** A command that picocli makes a part of the program. */
    protected Subcommand() {}

    protected Subcommand(Fleetauth program) {
        this.program = program;
    }

    protected Fleetauth program() {
        if (program == null) {
            throw new IllegalStateException("a command runs below the program");
        }
        return program;
    }

    protected Environment environment() {
        return program().environment();
    }

    protected Engine engine() {
        return program().engine();
    }

    protected ProfileName profile() {
        return program().profile();
    }

    protected Console console() {
        return program().console();
    }

    /**
     * Lines of labels and values of the command's result.
     *
     * @param indent where labels begin
     * @param column where values begin
     */
    protected Rows rows(int indent, int column) {
        return rows(this::print, indent, column);
    }

    /** Such lines for what takes them to the command's result. */
    Rows rows(Consumer<String> out, int indent, int column) {
        return new Rows(out, environment().terminal().outputColumns(), indent, column);
    }

    /** A line of the command's result. */
    protected void print(String line) {
        environment().out().println(line);
    }

    /** Says why tokens are not handed out, if so, which spoils nothing that was printed. */
    protected int exitCode(AfterRefresh.Result result) {
        return result.failure() == null ? ExitCode.DONE : console().failure(result.failure());
    }
}
