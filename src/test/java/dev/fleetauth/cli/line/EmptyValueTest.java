package dev.fleetauth.cli.line;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.cli.Fleetauth;
import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestShell.Result;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** An empty value, as scripts pass it for an unset variable, is an error, except in {@code FLEETAUTH_PAGER}. */
@SuppressWarnings("NullAway.Init") // Initialized by the @BeforeEach method.
@Tag("any-jdk")
class EmptyValueTest {

    private static final Pattern VARIABLE = Pattern.compile("(?m)^\\| `(FLEETAUTH_[A-Z_]+)` \\| (?!not read)");

    @TempDir
    private Path folder;

    private ShellAndSandbox fixture;
    private TestShell shell;

    /** The access token has expired, so a command that accepts an empty value would send a request. */
    @BeforeEach
    void aSession() throws IOException {
        fixture = ShellAndSandbox.tesla(folder).loggedIn();
        shell = fixture.shell;
        fixture.expire();
    }

    @AfterEach
    void end() throws IOException {
        assertThat(fixture.posts("refresh_token")).as("refreshes").isZero();
        assertThat(fixture.sandbox.received(Endpoint.REVOCATION)).isEmpty();
        fixture.close();
    }

    @Test
    void anEmptyOptionIsNamedInTheError() {
        List<String> unnamed = new ArrayList<>();
        CommandLine program = Commands.all(new Fleetauth(
                shell.environment(
                        InputStream.nullInputStream(), new ByteArrayOutputStream(), new ByteArrayOutputStream()),
                Cli::run));
        for (CommandLine command : program.getSubcommands().values()) {
            options(command, unnamed);
            command.getSubcommands().values().forEach(sub -> options(sub, unnamed));
        }
        assertThat(unnamed).isEmpty();
    }

    private void options(CommandLine command, List<String> unnamed) {
        List<String> all = List.of(command.getCommandSpec().qualifiedName().split(" ", -1));
        List<OptionSpec> options = command.getCommandSpec().options().stream()
                .filter(option -> option.arity().max() > 0)
                // For the options that all commands share, one command is enough.
                .filter(option ->
                        !option.inherited() || command.getCommandName().equals("token"))
                .toList();
        for (OptionSpec option : options) {
            for (String empty : List.of("", " ")) {
                List<String> line = new ArrayList<>(all.subList(1, all.size()));
                line.addAll(List.of(option.longestName(), empty));
                if (line.get(0).equals("exec")) {
                    line.addAll(List.of("--", "true"));
                }
                Result result = run(Map.of(), line);
                boolean isNamed = result.err().contains(option.longestName())
                        // Another mistake is reported first.
                        || result.err().toLowerCase(Locale.ROOT).contains("missing required");
                if (result.exitCode() != ExitCode.USAGE || !isNamed) {
                    unnamed.add(line + ": " + result);
                }
            }
        }
    }

    /** Skips the search for leaked secrets, which takes longer than the command. */
    private Result run(Map<String, String> variables, List<String> line) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int exitCode = Cli.run(
                shell.environmentWith(variables, InputStream.nullInputStream(), out, err), line.toArray(String[]::new));
        return new Result(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void anEmptyVariableIsNamedInTheError() throws IOException {
        List<String> variables = VARIABLE.matcher(Files.readString(Path.of("docs/reference.md")))
                .results()
                .map(row -> row.group(1))
                .toList();
        assertThat(variables).contains("FLEETAUTH_AFTER_REFRESH").hasSizeGreaterThan(20);
        for (String variable : variables) {
            // As in git, an empty value means no pager.
            if (variable.equals("FLEETAUTH_PAGER")) {
                continue;
            }
            for (String empty : List.of("", " ")) {
                run(Map.of(variable, empty), List.of("token"))
                        .exits(ExitCode.USAGE)
                        .says(variable + " '", "' is not valid");
            }
        }
    }

    /** As in a workflow in which somebody has commented the command out. */
    @ParameterizedTest
    @ValueSource(strings = {"# gh secret set CAR", "  #", "#one\n\n # two\n"})
    void aCommandOfOnlyCommentsIsRejected(String command) {
        shell.run("refresh", "--after-refresh", command)
                .exits(2)
                .says("--after-refresh cannot be used: it contains no command");
        shell.variable("FLEETAUTH_AFTER_REFRESH", command);
        shell.run("token")
                .exits(2)
                .printsNothing()
                .says("FLEETAUTH_AFTER_REFRESH cannot be used: it contains no command");
    }

    @Test
    void anEmptyArgumentIsRejected() {
        shell.run("exec", "--", "").exits(2).says("after -- is empty");
        shell.run("import", "").exits(2).says("the value of FILE is empty");
        shell.run("inspect", " ").exits(2).says("the value of FILE is empty");
        shell.run("region", "").exits(2).says("the value of REGION is empty");
        shell.run("explain", "").exits(2).says("the value of ERROR is empty");
        shell.run("key", "new-file", "").exits(2).says("the value of PATH is empty");
    }
}
