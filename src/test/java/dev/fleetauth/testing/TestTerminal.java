package dev.fleetauth.testing;

import dev.fleetauth.host.Terminal;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A terminal with scripted input: the user types these lines in order, and then nothing. */
public final class TestTerminal implements Terminal {

    /** Ends the input when it is typed. */
    public static final String CTRL_D = "\004";

    private final BlockingQueue<String> typed = new LinkedBlockingQueue<>();
    private final List<String> prompts = new ArrayList<>();
    private final List<String> typedSecrets = new ArrayList<>();
    private boolean showsErrors;
    private OptionalInt outputColumns = OptionalInt.empty();
    private OptionalInt errorColumns = OptionalInt.empty();

    /** A terminal at which these lines will be typed. */
    public TestTerminal(String... lines) {
        typed.addAll(List.of(lines));
    }

    /** Types another line, even while a prompt is waiting. */
    public void type(String line) {
        typed.add(line);
    }

    /** The prompts so far. */
    public synchronized List<String> prompts() {
        return List.copyOf(prompts);
    }

    /** What was typed so far at prompts that do not show it. */
    public synchronized List<String> typedSecrets() {
        return List.copyOf(typedSecrets);
    }

    /** Shows standard output on this terminal, with this number of columns. */
    public TestTerminal showingOutput(int columns) {
        outputColumns = OptionalInt.of(columns);
        return this;
    }

    @Override
    public OptionalInt outputColumns() {
        return outputColumns;
    }

    /** Shows standard error on this terminal. */
    public TestTerminal showingErrors() {
        showsErrors = true;
        return this;
    }

    /** Shows standard error on this terminal, with this number of columns. */
    public TestTerminal showingErrors(int columns) {
        errorColumns = OptionalInt.of(columns);
        return showingErrors();
    }

    @Override
    public OptionalInt errorColumns() {
        return errorColumns;
    }

    @Override
    public boolean isPresent() {
        return true;
    }

    @Override
    public boolean showsErrors() {
        return showsErrors;
    }

    @Override
    public String readLine(String prompt) throws IOException {
        synchronized (this) {
            prompts.add(prompt);
        }
        try {
            String line = typed.take();
            if (line.equals(CTRL_D)) {
                throw new EOFException("the user ended the input");
            }
            return line;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the input was interrupted", e);
        }
    }

    @Override
    public char[] readSecret(String prompt) throws IOException {
        String line = readLine(prompt);
        synchronized (this) {
            typedSecrets.add(line);
        }
        return line.toCharArray();
    }
}
