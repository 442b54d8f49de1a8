package dev.fleetauth.seal.key;

import dev.fleetauth.host.Command;
import dev.fleetauth.host.Environment;
import dev.fleetauth.host.time.Durations;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.time.Duration;

/**
 * Runs the programs that keys and passphrases are asked of. One that wants something of a person gets time for it where
 * there is one; where there is none, nothing will come of waiting. Neither a command line nor what a program printed is ever
 * repeated: both may hold the secret.
 */
final class KeyCommands {

    private static final Duration ALONE = Duration.ofSeconds(3);
    private static final Duration WITH_A_PERSON = Duration.ofSeconds(60);

    /** Most answer at once, and then there is nothing to say. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final int MAX_BYTES = 16 * 1024;
    private static final int MAX_COMPLAINT_CHARS = 200;

    private final Environment env;
    private final boolean noInput;

    KeyCommands(Environment env, boolean noInput) {
        this.env = env;
        this.noInput = noInput;
    }

    Environment environment() {
        return env;
    }

    /**
     * What a command line prints.
     *
     * @param source what named it
     */
    byte[] output(String source, String line) {
        Command.Answer answer = run(Command.shell(env, line), source, new byte[0]);
        if (answer.exitCode() != 0) {
            throw failed(source, "it exited with " + answer.exitCode() + said(answer.complaint()));
        }
        return answer.out();
    }

    /**
     * Runs a program.
     *
     * @param source what named it
     */
    Command.Answer run(Command command, String source, byte[] input) {
        boolean person = !noInput && env.terminal().isPresent();
        Duration limit = person ? WITH_A_PERSON : ALONE;
        Runnable waiting = () -> {
            if (person) {
                env.err().println("Waiting for " + source + ", " + Durations.text(limit) + " at most ...");
            }
        };
        try {
            return command.run(input, MAX_BYTES, limit, PATIENCE, waiting);
        } catch (Command.NoAnswer e) {
            throw Failure.because(e, Kind.KEY_SOURCE_FAILED, source, e.why());
        }
    }

    static Failure failed(String source, String why) {
        return Failure.of(Kind.KEY_SOURCE_FAILED, source, why);
    }

    /** What a program complained of, as the end of a sentence. */
    static String said(String complaint) {
        if (complaint.isEmpty()) {
            return "";
        }
        return ": " + complaint.substring(0, Math.min(complaint.length(), MAX_COMPLAINT_CHARS));
    }
}
