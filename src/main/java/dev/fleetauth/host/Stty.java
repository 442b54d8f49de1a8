package dev.fleetauth.host;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Runs {@code stty} on the terminal. Without that program, typed characters are shown, which is better than no prompt.
 */
final class Stty {

    static final File TTY = new File("/dev/tty");

    private Stty() {}

    /** Changes settings. */
    static void run(String... settings) {
        output(settings);
    }

    /** The output without the line end; empty if the program fails. */
    static String output(String... arguments) {
        String[] command = new String[arguments.length + 1];
        command[0] = "stty";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return printed(command);
    }

    /** Prints text to the terminal. */
    static void print(String text) throws IOException {
        try (OutputStream tty = new FileOutputStream(TTY)) {
            tty.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** The output of a program that has the terminal as its input; empty if it cannot be started. */
    static String printed(String... command) {
        try {
            Process process = ChildProcesses.withoutOwnVariables(new ProcessBuilder(command))
                    .redirectInput(TTY)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
