package dev.fleetauth.testing;

import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.sandbox.Agent;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

/** A program that real processes start as the browser, and the user of that browser. */
public final class BrowserProgram {

    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final Path program;
    private final Path addressFile;

    /** @param folder the directory of the program, and of the file with the address that it is to open */
    public BrowserProgram(Path folder) throws IOException {
        program = folder.resolve("browser");
        addressFile = folder.resolve("page");
        Files.writeString(program, """
                #!/bin/sh
                printf '%%s' "$1" > '%1$s.new' && mv '%1$s.new' '%1$s'
                """.formatted(addressFile));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }

    /** The value of {@code FLEETAUTH_BROWSER}. */
    public String path() {
        return program.toString();
    }

    /** Opens each page for which the browser is started, and allows what is requested, until a program has ended. */
    public void openPagesUntilEndOf(Program running) throws IOException {
        Deadline deadline = Deadline.in(TIMEOUT);
        try {
            while (running.isRunning() && !deadline.hasPassed()) {
                if (Files.exists(addressFile)) {
                    URI address = URI.create(Files.readString(addressFile));
                    Files.delete(addressFile);
                    Agent.allowing().visit(address);
                }
                deadline.pause(Duration.ofMillis(20));
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
