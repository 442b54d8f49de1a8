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

/** What every command has: the program it belongs to. */
public abstract class Subcommand implements Callable<Integer> {

    @ParentCommand
    private @Nullable Fleetauth program;

    /** Makes the command a part of a program, as picocli does it. */
    public void setProgram(Fleetauth program) {
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

    /**
     * Publishes the profile's tokens if they are still to be published.
     *
     * @param afterRefresh what does it; null if no command is given for it
     * @return why they could not be published; null if they are, or need not be
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

    /** Tells why tokens are not published, which spoils nothing that was printed. */
    protected int exitCode(@Nullable Failure unpublished) {
        return unpublished == null ? ExitCode.DONE : console().failure(unpublished);
    }
}
