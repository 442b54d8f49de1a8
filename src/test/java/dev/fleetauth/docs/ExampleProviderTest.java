package dev.fleetauth.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.testing.Pages;
import dev.fleetauth.testing.Program;
import dev.fleetauth.testing.Programs;
import dev.fleetauth.testing.TestShell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The commands of {@code docs/providers.md} log in to a provider that is not Tesla. */
@Tag("any-jdk")
class ExampleProviderTest {

    @Test
    @EnabledOnOs(OS.LINUX)
    @Tag("host-program")
    void thePagesCommandsLogIn(@TempDir Path folder) throws Exception {
        for (String program : List.of("bash", "curl")) {
            Programs.require(program);
        }
        List<String> commands = Pages.commands(Path.of("docs/providers.md"), "Any OpenID provider");
        assertThat(commands).hasSize(1);
        Path work = Files.createDirectory(folder.resolve("work"));
        Path secret = Files.writeString(work.resolve("secret.txt"), ExampleProvider.SECRET + "\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        try (ExampleProvider provider = new ExampleProvider()) {
            Path root = Files.writeString(folder.resolve("root.pem"), provider.root());
            Snippets shell = new Snippets(folder, new TestShell(folder), List.of());
            shell.program("browser", "exec curl -sSfL -b '' -o /dev/null --cacert '" + root + "' \"$1\"")
                    .variable("FLEETAUTH_BROWSER", folder.resolve("bin/browser").toString())
                    .variable("FLEETAUTH_CACERT", root.toString())
                    // In lower case, since these names take precedence over any that are set in this environment.
                    .variable("https_proxy", provider.proxy())
                    .variable("no_proxy", "127.0.0.1")
                    .variable("HOME", folder.toString());
            String script =
                    "set -euo pipefail\n" + commands.get(0) + "fleetauth token -p other\nfleetauth token -p service\n";
            try (Program program = shell.start(work, "bash", script)) {
                assertThat(program.result().exits(0).out()).isEqualTo("access-of-my-app\naccess-of-my-job\n");
            }
        }
    }
}
