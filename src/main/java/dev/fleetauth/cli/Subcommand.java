package dev.fleetauth.cli;

import dev.fleetauth.cli.print.Console;
import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.cli.print.Rows;
import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.transfer.AfterRefresh;
import dev.fleetauth.host.Environment;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParentCommand;

/** Base class of the commands: gives access to the program they belong to. */
public abstract class Subcommand implements Callable<Integer> {

    @ParentCommand
    private @Nullable Fleetauth program;

    /** Attaches the command to a program, as picocli does. */
    public void setProgram(Fleetauth program) {
        this.program = program;
    }

    protected Fleetauth program() {
        if (program == null) {
            throw new IllegalStateException("the parent command is not set");
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
     * Rows of labels and values for the command's result.
     *
     * @param indent where labels begin
     * @param column where values begin
     */
    protected Rows rows(int indent, int column) {
        return rows(this::print, indent, column);
    }

    /** Rows of labels and values for a consumer of lines. */
    Rows rows(Consumer<String> out, int indent, int column) {
        return new Rows(out, environment().terminal().outputColumns(), indent, column);
    }

    /** Prints a line of the command's result. */
    protected void print(String line) {
        environment().out().println(line);
    }

    /**
     * Publishes the profile's tokens if publication is pending; if no command is configured, only warns.
     *
     * @param afterRefresh the publisher; null if no command is configured
     * @return the failure to publish them; null if there was none
     */
    protected @Nullable Failure publish(@Nullable AfterRefresh afterRefresh, Profile profile) {
        if (afterRefresh != null) {
            return afterRefresh.publish(profile);
        }
        if (profile.isPublishPending()) {
            AfterRefresh.warnOfPending(engine(), profile.name());
        }
        return null;
    }

    /** Reports a failed publication, if any, and returns the exit code. The printed result stays valid. */
    protected int exitCode(@Nullable Failure unpublished) {
        return unpublished == null ? ExitCode.DONE : console().failure(unpublished);
    }
}
