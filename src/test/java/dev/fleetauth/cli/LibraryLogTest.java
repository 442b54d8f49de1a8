package dev.fleetauth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.testing.Program;
import dev.fleetauth.testing.ShellAndSandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a library logs, such as the headers of a request, could contain secrets. */
class LibraryLogTest {

    @TempDir
    Path folder;

    @Test
    void noLibraryLogsToStandardError() throws IOException {
        Path everything = Files.writeString(
                folder.resolve("logging.properties"),
                "handlers=java.util.logging.ConsoleHandler\n.level=ALL\njava.util.logging.ConsoleHandler.level=ALL\n");
        List<String> options = new ArrayList<>(Program.LAUNCHER_OPTIONS);
        options.add("-Djava.util.logging.config.file=" + everything);
        try (ShellAndSandbox fixture = ShellAndSandbox.strict(Files.createDirectory(folder.resolve("fixture")))
                        .loggedIn();
                Program refresh = Program.start(
                        folder, fixture.shell.variables(), Program.commandLine(options, "refresh", "--quiet"))) {
            assertThat(refresh.result().exits(0).err()).isEmpty();
        }
    }
}
