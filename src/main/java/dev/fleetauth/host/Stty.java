package dev.fleetauth.host;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** The program {@code stty}, given the terminal as its input. Without it, what is typed is shown: better than no prompt. */
final class Stty {

    static final File TTY = new File("/dev/tty");

    private Stty() {}

    /** Changes settings. */
    static void run(String... settings) {
        output(settings);
    }

    /** What it prints, without the line end; empty if it fails. */
    static String output(String... arguments) {
        String[] command = new String[arguments.length + 1];
        command[0] = "stty";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return printed(command);
    }

    /** Shows a text at the terminal. */
    static void print(String text) throws IOException {
        try (OutputStream tty = new FileOutputStream(TTY)) {
            tty.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** What a program prints that is given the terminal as its input; empty if it cannot be started. */
    static String printed(String... command) {
        try {
            Process process = ChildProcesses.withoutOurVariables(new ProcessBuilder(command))
                    .redirectInput(TTY)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
