package dev.fleetauth.cli.line;

import dev.fleetauth.cli.Subcommand;
import dev.fleetauth.cli.print.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code completion}: prints a shell's completion script, which calls {@link CompleteCommand}. */
@Command(
        name = "completion",
        description = {
            "Print a shell script that completes commands, options, profiles, scopes and more.",
            "bash: eval \"$(fleetauth completion bash)\" in ~/.bashrc",
            "zsh:  eval \"$(fleetauth completion zsh)\" in ~/.zshrc, after compinit",
            "fish: fleetauth completion fish | source in ~/.config/fish/config.fish",
            "PowerShell: fleetauth completion powershell | Out-String | Invoke-Expression in $PROFILE"
        })
final class CompletionCommand extends Subcommand {

    @Parameters(paramLabel = "SHELL", description = "bash, zsh, fish or powershell.")
    private Shell shell = Shell.BASH;

    /** The supported shells. */
    enum Shell {
        BASH,
        ZSH,
        FISH,
        POWERSHELL
    }

    @Override
    public Integer call() throws IOException {
        String file = "completion." + shell.name().toLowerCase(Locale.ROOT);
        try (InputStream script = CompletionCommand.class.getResourceAsStream(file)) {
            if (script == null) {
                throw new IllegalStateException("the build has no " + file);
            }
            environment().out().print(new String(script.readAllBytes(), StandardCharsets.UTF_8));
        }
        return ExitCode.DONE;
    }
}
