package dev.fleetauth.host;

import java.io.ByteArrayOutputStream;
import java.io.Console;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The controlling terminal, opened as {@code /dev/tty}. {@link System#console()} is null if standard output is a pipe,
 * as in {@code $(fleetauth token)}. On Windows the JDK only offers the console.
 */
final class SystemTerminal implements Terminal {

    /** The polling interval: too short to be noticed, and long enough to cost almost no processor time. */
    private static final long POLL_MILLIS = 20;

    /**
     * The polling interval while suspended: longer, since checking whether this process is in the foreground may start
     * a program.
     */
    private static final long SUSPENDED_POLL_MILLIS = 100;

    private static final int DEFAULT_COLUMNS = 80;

    /** 128 plus the number of SIGQUIT. */
    private static final int EXIT_CODE_OF_QUIT = 131;

    private SystemTerminal() {}

    static Terminal of(OperatingSystem system) {
        return system == OperatingSystem.WINDOWS ? new WindowsConsole() : new SystemTerminal();
    }

    @Override
    public boolean isPresent() {
        // The file exists even without a terminal, so it must be opened. A background job would be stopped when it
        // reads, and appear to hang.
        try (InputStream tty = new FileInputStream(Stty.TTY)) {
            return tty.available() >= 0 && PromptMode.isForeground();
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
        // Rows and columns; zero if unknown.
        String size = Stty.output("size");
        try {
            int columns = Integer.parseInt(size.substring(size.indexOf(' ') + 1));
            return columns > 0 ? columns : DEFAULT_COLUMNS;
        } catch (NumberFormatException e) {
            return DEFAULT_COLUMNS;
        }
    }

    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal(int descriptor) {
        try {
            String file = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return file.startsWith("/dev/pts/") || file.startsWith("/dev/tty");
        } catch (IOException e) {
            // Not Linux. The JDK checks only standard input and output; standard error is usually the same terminal.
            return System.console() != null;
        }
    }

    @Override
    public String readLine(String prompt) throws IOException {
        return new String(ask(() -> prompt, true), StandardCharsets.UTF_8);
    }

    @Override
    public char[] readSecret(String prompt) throws IOException {
        return readSecret(() -> prompt);
    }

    @Override
    public char[] readSecret(Supplier<String> prompt) throws IOException {
        byte[] line;
        try {
            line = ask(prompt, false);
        } finally {
            Stty.print("\n");
        }
        ByteBuffer bytes = ByteBuffer.wrap(line);
        var decoded = StandardCharsets.UTF_8.decode(bytes);
        char[] secret = new char[decoded.remaining()];
        decoded.get(secret);
        Arrays.fill(line, (byte) 0);
        Arrays.fill(decoded.array(), '\0');
        return secret;
    }

    private static byte[] ask(Supplier<String> prompt, boolean echo) throws IOException {
        String shown = prompt.get();
        int columns = 0;
        try (PromptMode mode = new PromptMode(echo);
                InputStream tty = new FileInputStream(Stty.TTY);
                WipedBuffer line = new WipedBuffer()) {
            Stty.print(shown);
            while (true) {
                // Polled, so that a caller that also waits for the browser can interrupt this thread.
                while (mode.isSuspended() || tty.available() == 0) {
                    Thread.sleep(mode.isSuspended() ? SUSPENDED_POLL_MILLIS : POLL_MILLIS);
                    String now = prompt.get();
                    if (mode.isSuspended()) {
                        if (mode.resume()) {
                            shown = now;
                            Stty.print(shown);
                        }
                        continue;
                    }
                    if (!now.equals(shown)) {
                        columns = columns == 0 ? columns() : columns;
                    }
                    // Once the terminal has wrapped a line, its beginning cannot be reached.
                    if (!now.equals(shown) && Math.max(now.length(), shown.length()) < columns) {
                        // Spaces, because not every terminal can clear a line.
                        String rest = " ".repeat(Math.max(0, shown.length() - now.length()));
                        Stty.print("\r" + now + rest + "\b".repeat(rest.length()));
                        shown = now;
                    }
                }
                int b = tty.read();
                if (b == '\n') {
                    return line.toByteArray();
                }
                if (b == PromptMode.QUIT) {
                    ShutdownGuard.exit(EXIT_CODE_OF_QUIT);
                }
                if (b == PromptMode.END_OF_INPUT) {
                    Stty.print(echo ? "\n" : "");
                    throw new EOFException("the user ended the input");
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

    /** A buffer whose content is wiped when it is closed. */
    private static final class WipedBuffer extends ByteArrayOutputStream {
        @Override
        public void close() {
            Arrays.fill(buf, (byte) 0);
        }
    }

    /**
     * The Windows console, which is absent if input or output is redirected. JDK 22 to 24 report its absence only with
     * {@code -Djdk.console=java.base}, which the launcher sets.
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
