package dev.fleetauth.flow;

import dev.fleetauth.host.Browser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A real Chromium for the last step of a login: the consent page is answered over plain HTTP, since pressing a button would
 * take a driver, and Chromium goes where that leads, which is the callback.
 */
final class Chromium implements Browser {

    private static final List<String> FLAGS = List.of(
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--enable-logging=stderr",
            "--window-size=800,600");

    private final Path folder;
    private final String action;
    private final CompletableFuture<String> shown = new CompletableFuture<>();

    /**
     * A browser that is opened once.
     *
     * @param folder where it keeps what it keeps
     * @param action what it does with the page: {@code --dump-dom} or {@code --screenshot=FILE}
     */
    Chromium(Path folder, String action) {
        this.folder = folder;
        this.action = action;
    }

    @Override
    public boolean open(URI page) {
        Thread thread = new Thread(
                () -> {
                    try {
                        shown.complete(show(Consent.allowed(page)));
                    } catch (IOException | RuntimeException e) {
                        shown.completeExceptionally(e);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        shown.completeExceptionally(e);
                    }
                },
                "chromium");
        thread.setDaemon(true);
        thread.start();
        return true;
    }

    /** What it printed. */
    String shown() throws Exception {
        return shown.get(120, TimeUnit.SECONDS);
    }

    /** What it wrote to its log. */
    String log() throws IOException {
        return Files.readString(folder.resolve("chromium.log"), StandardCharsets.UTF_8);
    }

    private String show(URI page) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("chromium"));
        command.addAll(FLAGS);
        command.add("--user-data-dir=" + folder.resolve("chromium"));
        command.add(action);
        command.add(page.toString());
        Path out = folder.resolve("chromium.out");
        Process chromium = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(folder.resolve("chromium.log").toFile())
                .start();
        if (!chromium.waitFor(100, TimeUnit.SECONDS)) {
            chromium.descendants().forEach(ProcessHandle::destroyForcibly);
            chromium.destroyForcibly();
            throw new UncheckedIOException(new IOException("it did not end"));
        }
        return Files.readString(out, StandardCharsets.UTF_8);
    }
}
