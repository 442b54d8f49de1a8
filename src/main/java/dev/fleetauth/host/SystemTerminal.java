package dev.fleetauth.host;

import java.io.ByteArrayOutputStream;
import java.io.Console;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The controlling terminal by its own name, {@code /dev/tty}. {@link System#console()} would not do: it is null as soon
 * as standard output is a pipe, as inside {@code $(fleetauth token)}. On Windows the console is all the JDK offers.
 */
final class SystemTerminal implements Terminal {

    private static final File TTY = new File("/dev/tty");

    /** Too short to be felt, and long enough to cost nothing. */
    private static final long POLL_MILLIS = 20;

    private static final int USUAL_COLUMNS = 80;

    private SystemTerminal() {}

    static Terminal of(OperatingSystem system) {
        return system == OperatingSystem.WINDOWS ? new WindowsConsole() : new SystemTerminal();
    }

    @Override
    public boolean isPresent() {
        // The file is there even without a terminal; only opening it tells.
        try (InputStream tty = new FileInputStream(TTY)) {
            return tty.available() >= 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public boolean showsErrors() {
        return isTerminal(2);
    }

    @Override
    public OptionalInt errorColumns() {
        return columns(2);
    }

    @Override
    public OptionalInt outputColumns() {
        return columns(1);
    }

    private static OptionalInt columns(int descriptor) {
        return isTerminal(descriptor) ? OptionalInt.of(columns()) : OptionalInt.empty();
    }

    private static int columns() {
        // Rows and columns. A terminal that does not know says zero.
        String size = answerOf("stty", "size");
        try {
            int columns = Integer.parseInt(size.substring(size.indexOf(' ') + 1));
            return columns > 0 ? columns : USUAL_COLUMNS;
        } catch (NumberFormatException e) {
            return USUAL_COLUMNS;
        }
    }

    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal(int descriptor) {
        try {
            String file = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return file.startsWith("/dev/pts/") || file.startsWith("/dev/tty");
        } catch (IOException e) {
            // No Linux: the JDK only knows of standard input and output, which is a good guess for the third.
            return System.console() != null;
        }
    }

    /** The line that a program prints which is given the terminal as its input; empty if it fails. */
    private static String answerOf(String... command) {
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

    @Override
    public String readLine(String prompt) throws IOException {
        Thread atInterrupt = atInterrupt(() -> {});
        try {
            return new String(ask(() -> prompt), StandardCharsets.UTF_8);
        } finally {
            Runtime.getRuntime().removeShutdownHook(atInterrupt);
        }
    }

    @Override
    public char[] readSecret(String prompt) throws IOException {
        return readSecret(() -> prompt);
    }

    @Override
    public char[] readSecret(Supplier<String> prompt) throws IOException {
        Thread atInterrupt = atInterrupt(() -> stty("echo"));
        stty("-echo");
        byte[] line;
        try {
            line = ask(prompt);
        } finally {
            stty("echo");
            Runtime.getRuntime().removeShutdownHook(atInterrupt);
            print("\n");
        }
        ByteBuffer bytes = ByteBuffer.wrap(line);
        var decoded = StandardCharsets.UTF_8.decode(bytes);
        char[] secret = new char[decoded.remaining()];
        decoded.get(secret);
        Arrays.fill(line, (byte) 0);
        Arrays.fill(decoded.array(), '\0');
        return secret;
    }

    /**
     * An interrupt ends the JVM through its shutdown hooks and skips every finally. What the shell prints next begins on a line
     * of its own.
     */
    private static Thread atInterrupt(Runnable restore) {
        Thread hook = new Thread(
                () -> {
                    restore.run();
                    try {
                        print("\n");
                    } catch (IOException e) {
                        // The terminal is gone, and nobody looks at it.
                    }
                },
                "restore-terminal");
        Runtime.getRuntime().addShutdownHook(hook);
        return hook;
    }

    private static byte[] ask(Supplier<String> prompt) throws IOException {
        String shown = prompt.get();
        int columns = 0;
        print(shown);
        try (InputStream tty = new FileInputStream(TTY);
                WipedBuffer line = new WipedBuffer()) {
            while (true) {
                // Not a blocking read: whoever waits for the browser at the same time must be able to stop this.
                while (tty.available() == 0) {
                    Thread.sleep(POLL_MILLIS);
                    String now = prompt.get();
                    if (!now.equals(shown)) {
                        columns = columns == 0 ? columns() : columns;
                    }
                    // From a line that the terminal has broken there is no way back to its beginning.
                    if (!now.equals(shown) && Math.max(now.length(), shown.length()) < columns) {
                        // Blanks, because not every terminal knows how to clear a line.
                        String rest = " ".repeat(Math.max(0, shown.length() - now.length()));
                        print("\r" + now + rest + "\b".repeat(rest.length()));
                        shown = now;
                    }
                }
                int b = tty.read();
                if (b == '\n') {
                    return line.toByteArray();
                }
                if (b < 0) {
                    throw new IOException("the terminal was closed");
                }
                line.write(b);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    private static void print(String text) throws IOException {
        try (OutputStream tty = new FileOutputStream(TTY)) {
            tty.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void stty(String setting) {
        try {
            ChildProcesses.withoutOurVariables(new ProcessBuilder("stty", setting))
                    .redirectInput(TTY)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            // A system without stty shows what is typed; better than no prompt at all.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A buffer whose content is wiped when it is done with. */
    private static final class WipedBuffer extends ByteArrayOutputStream {
        @Override
        public void close() {
            Arrays.fill(buf, (byte) 0);
        }
    }

    /**
     * The console of Windows, absent where input or output is redirected. From JDK 22 on that takes
     * {@code -Djdk.console=java.base}, which the launcher gives.
     */
    @SuppressWarnings("SystemConsoleNull")
    private static final class WindowsConsole implements Terminal {
        @Override
        public boolean isPresent() {
            return System.console() != null;
        }

        @Override
        public boolean showsErrors() {
            return isPresent();
        }

        @Override
        public String readLine(String prompt) throws IOException {
            return present(console().readLine("%s", prompt));
        }

        @Override
        public char[] readSecret(String prompt) throws IOException {
            return present(console().readPassword("%s", prompt));
        }

        private static Console console() throws IOException {
            return present(System.console());
        }

        private static <T> T present(@Nullable T value) throws IOException {
            if (value == null) {
                throw new IOException("the terminal was closed");
            }
            return value;
        }
    }
}
