package dev.fleetauth.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.host.time.Deadline;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A shell with job control on a real pseudo-terminal, through util-linux {@code script}, in which a test types. */
public final class PseudoTerminal implements AutoCloseable {

    public static final String CTRL_C = "\003";
    public static final String CTRL_D = "\004";
    public static final String CTRL_Z = "\032";
    public static final String CTRL_BACKSLASH = "\034";

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Process process;
    private final OutputStream keyboard;
    private final Path screen;
    private int seen;

    private PseudoTerminal(Process process, Path screen) {
        this.process = process;
        this.keyboard = process.getOutputStream();
        this.screen = screen;
    }

    /**
     * Starts a shell.
     *
     * @param folder for the screen's content
     * @param shell the shell, with its options
     */
    public static PseudoTerminal start(Path folder, Map<String, String> variables, String shell) {
        Programs.require("script");
        try {
            Path screen = Files.createTempFile(folder, "screen", "");
            ProcessBuilder builder = new ProcessBuilder("script", "-qfec", shell, screen.toString())
                    .redirectOutput(new File("/dev/null"))
                    .redirectErrorStream(true);
            builder.environment().keySet().removeIf(name -> name.startsWith("FLEETAUTH_"));
            builder.environment().putAll(variables);
            return new PseudoTerminal(builder.start(), screen);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Types keys, without a line end. */
    public PseudoTerminal type(String keys) {
        try {
            keyboard.write(keys.getBytes(StandardCharsets.UTF_8));
            keyboard.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the terminal is gone; it showed:\n" + screen(), e);
        }
        return this;
    }

    /** Types a line. */
    public PseudoTerminal enter(String line) {
        return type(line + "\n");
    }

    /** Waits until a text is shown after the text that was awaited before. */
    public PseudoTerminal await(String text) {
        Deadline deadline = Deadline.in(TIMEOUT);
        while (true) {
            int found = screen().indexOf(text, seen);
            if (found >= 0) {
                seen = found + text.length();
                return this;
            }
            pause(deadline, "no '" + text + "'");
        }
    }

    /** Waits until the terminal does, or does not, show what is typed. */
    public PseudoTerminal awaitEcho(Path tty, boolean shown) throws IOException, InterruptedException {
        Deadline deadline = Deadline.in(TIMEOUT);
        while (isEchoing(tty) != shown) {
            pause(deadline, "echo is still " + (shown ? "off" : "on"));
        }
        return this;
    }

    private static boolean isEchoing(Path tty) throws IOException, InterruptedException {
        Process stty = new ProcessBuilder("stty", "-a", "-F", tty.toString()).start();
        String settings = new String(stty.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        stty.waitFor();
        return settings.contains(" echo ");
    }

    private void pause(Deadline deadline, String otherwise) {
        assertThat(deadline.hasPassed())
                .as("%s; the screen:%n%s", otherwise, screen())
                .isFalse();
        try {
            deadline.pause(Duration.ofMillis(20));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** All that was shown so far. */
    public String screen() {
        try {
            return Files.readString(screen, StandardCharsets.ISO_8859_1).replace("\r", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
