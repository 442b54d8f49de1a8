package dev.fleetauth.testing;

import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.sandbox.Agent;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

/** A program that real processes take for a browser, and the person in front of it. */
public final class BrowserProgram {

    private static final Duration LONGEST = Duration.ofMinutes(2);

    private final Path program;
    private final Path asked;

    /** @param folder where the program lies, and what it was asked for */
    public BrowserProgram(Path folder) throws IOException {
        program = folder.resolve("browser");
        asked = folder.resolve("page");
        Files.writeString(program, """
                #!/bin/sh
                printf '%%s' "$1" > '%1$s.new' && mv '%1$s.new' '%1$s'
                """.formatted(asked));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }

    /** What {@code FLEETAUTH_BROWSER} is set to. */
    public String path() {
        return program.toString();
    }

    /** Opens each page that the browser is asked for, and allows what is asked, until a program has ended. */
    public void attend(Program running) throws IOException {
        Deadline deadline = Deadline.in(LONGEST);
        try {
            while (running.isRunning() && !deadline.hasPassed()) {
                if (Files.exists(asked)) {
                    URI address = URI.create(Files.readString(asked));
                    Files.delete(asked);
                    Agent.allowing().visit(address);
                }
                deadline.pause(Duration.ofMillis(20));
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
