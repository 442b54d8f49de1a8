package dev.fleetauth.serve;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.ShellCommand;
import dev.fleetauth.model.ProfileName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells the user that a profile needs a login, and runs the command of {@code --on-login-needed}. */
public final class LoginAlarm implements Consumer<ProfileName> {

    private static final Duration COMMAND_TIMEOUT = Duration.ofMinutes(1);

    private final Environment environment;
    private final @Nullable String command;
    private final Consumer<String> notices;

    /** @param command a command line for the shell, which gets the profile's name on standard input; null for none */
    public LoginAlarm(Environment environment, @Nullable String command, Consumer<String> notices) {
        this.environment = environment;
        this.command = command;
        this.notices = notices;
    }

    @Override
    public void accept(ProfileName name) {
        notices.accept("warning: profile '" + name + "' needs a login: run 'fleetauth login -p " + name + "'");
        if (command != null) {
            // In its own thread, so that no client waits for the command.
            Thread thread = new Thread(() -> run(command, name), "login-needed");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void run(String line, ProfileName name) {
        String problem;
        try {
            OptionalInt exitCode = new ShellCommand(environment, line)
                    .run((name + "\n").getBytes(StandardCharsets.US_ASCII), COMMAND_TIMEOUT);
            problem = exitCode.isEmpty()
                    ? "was killed: it took too long"
                    : exitCode.getAsInt() == 0 ? "" : "failed with exit code " + exitCode.getAsInt();
        } catch (IOException e) {
            problem = "was not run: there is no shell";
        }
        if (!problem.isEmpty()) {
            notices.accept("warning: the command of --on-login-needed " + problem);
        }
    }
}
