package dev.fleetauth.host.keyring;

import dev.fleetauth.host.Command;
import dev.fleetauth.host.Environment;
import dev.fleetauth.host.time.Durations;
import java.time.Duration;

/**
 * Runs programs that provide keys and passphrases. A program may prompt the user, so it gets more time if a user is
 * present. Since a command line or output may contain the secret, only the program's error message is shown.
 */
public final class SecretCommands {

    private static final Duration NO_USER_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration USER_TIMEOUT = Duration.ofSeconds(60);

    /** The delay before the user is told to wait: most programs finish immediately. */
    private static final Duration NOTICE_DELAY = Duration.ofSeconds(1);

    private static final int MAX_BYTES = 16 * 1024;
    private static final int MAX_ERROR_CHARS = 200;

    private final Environment env;
    private final boolean noInput;

    public SecretCommands(Environment env, boolean noInput) {
        this.env = env;
        this.noInput = noInput;
    }

    Environment environment() {
        return env;
    }

    /**
     * Runs a command line in the shell and returns its output.
     *
     * @param source what configured it, for messages
     */
    public byte[] output(String source, String line) throws NoSecretException {
        Command.Result result = run(Command.shell(env, line), source, new byte[0]);
        if (result.exitCode() != 0) {
            throw failed(source, result, result.errorMessage());
        }
        return result.out();
    }

    /**
     * Runs a program.
     *
     * @param source what configured it, for messages
     */
    Command.Result run(Command command, String source, byte[] input) throws NoSecretException {
        boolean hasUser = !noInput && env.terminal().isPresent();
        Duration limit = hasUser ? USER_TIMEOUT : NO_USER_TIMEOUT;
        Runnable notice = () -> {
            if (hasUser) {
                env.err().println("Waiting up to " + Durations.text(limit) + " for " + source + " ...");
            }
        };
        try {
            return command.run(input, MAX_BYTES, limit, NOTICE_DELAY, notice);
        } catch (Command.NoResult e) {
            throw new NoSecretException(source, e.why());
        }
    }

    /**
     * The exception for a program that failed.
     *
     * @param errorMessage its error message; empty for none
     */
    static NoSecretException failed(String source, Command.Result result, String errorMessage) {
        String end = errorMessage.isEmpty()
                ? ""
                : ": " + errorMessage.substring(0, Math.min(errorMessage.length(), MAX_ERROR_CHARS));
        return new NoSecretException(source, "it exited with " + result.exitCode() + end);
    }
}
