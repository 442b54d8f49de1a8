package dev.fleetauth.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The program as processes of their own, with the flags that {@code ./fleetauth} gives to the JVM and no variables but those
 * it is told.
 */
public final class RealProgram {

    /** How long anything may take; only a failure takes it. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final List<String> FLAGS = List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-Xshare:auto",
            "-Xlog:disable",
            "-Xlog:all=warning:stderr",
            "-XX:+DisplayVMOutputToStderr",
            "-XX:-CreateCoredumpOnCrash",
            "-Djdk.console=java.base");

    private final Map<String, String> variables = new TreeMap<>();

    /** The program with these variables, and the few that every process needs. */
    public RealProgram(Map<String, String> variables) {
        for (String name : List.of("PATH", "SystemRoot")) {
            Optional.ofNullable(System.getenv(name)).ifPresent(value -> this.variables.put(name, value));
        }
        this.variables.putAll(variables);
    }

    /** Starts a command. */
    public Run start(String... args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.fleetauth.Main"));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().putAll(variables);
        Process process = builder.start();
        process.getOutputStream().close();
        return new Run(process);
    }

    /** One process, whose output is read while it runs. */
    public static final class Run implements AutoCloseable {

        private final Process process;
        private final Lines out;
        private final Lines err;

        private Run(Process process) {
            this.process = process;
            this.out = new Lines(process.inputReader());
            this.err = new Lines(process.errorReader());
        }

        public long pid() {
            return process.pid();
        }

        public boolean isRunning() {
            return process.isAlive();
        }

        /** Waits for the process to end by itself, and tells what it did. */
        public TestShell.Result await() throws InterruptedException {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("it does not end; standard error:\n" + err.text());
            }
            out.join();
            err.join();
            return new TestShell.Result(process.exitValue(), out.text(), err.text());
        }

        /** Waits for a line on standard error; empty if the process ends without it. */
        public Optional<String> awaitOnErr(Predicate<String> wanted) throws InterruptedException {
            return err.await(wanted);
        }

        /** Kills it, which leaves it no time for anything, and waits until it is gone. */
        public TestShell.Result kill() throws InterruptedException {
            // Process.destroyForcibly would close the streams too, and what was said before would be lost.
            process.toHandle().destroyForcibly();
            return await();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    /** A stream that is read to its end. */
    private static final class Lines {

        private final List<String> lines = new ArrayList<>();
        private final Thread reader;
        private boolean ended;

        Lines(BufferedReader from) {
            reader = new Thread(() -> read(from), "lines");
            reader.setDaemon(true);
            reader.start();
        }

        private void read(BufferedReader from) {
            try (from) {
                for (String line = from.readLine(); line != null; line = from.readLine()) {
                    add(line);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                end();
            }
        }

        private synchronized void add(String line) {
            lines.add(line);
            notifyAll();
        }

        private synchronized void end() {
            ended = true;
            notifyAll();
        }

        synchronized Optional<String> await(Predicate<String> wanted) throws InterruptedException {
            while (true) {
                Optional<String> found = lines.stream().filter(wanted).findFirst();
                if (found.isPresent() || ended) {
                    return found;
                }
                wait();
            }
        }

        synchronized String text() {
            return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
        }

        void join() throws InterruptedException {
            reader.join();
        }
    }
}
