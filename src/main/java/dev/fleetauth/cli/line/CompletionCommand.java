package dev.fleetauth.cli.line;

import dev.fleetauth.cli.Subcommand;
import dev.fleetauth.cli.print.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code completion}: the script that teaches a shell to complete command lines. It asks {@link CompleteCommand}. */
@Command(
        name = "completion",
        description = {
            "Print the script that completes commands, options, profiles, scopes and more in a shell.",
            "bash: eval \"$(fleetauth completion bash)\" in ~/.bashrc",
            "zsh:  eval \"$(fleetauth completion zsh)\" in ~/.zshrc, behind compinit",
            "fish: fleetauth completion fish | source in ~/.config/fish/config.fish",
            "PowerShell: fleetauth completion powershell | Out-String | Invoke-Expression in $PROFILE"
        })
final class CompletionCommand extends Subcommand {

    @Parameters(paramLabel = "SHELL", description = "bash, zsh, fish or powershell.")
    private Shell shell = Shell.BASH;

    /** The shells there is a script for. */
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
                throw new IllegalStateException("the build left out " + file);
            }
            environment().out().print(new String(script.readAllBytes(), StandardCharsets.UTF_8));
        }
        return ExitCode.DONE;
    }
}
