package dev.fleetauth.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.testing.Pages;
import dev.fleetauth.testing.Program;
import dev.fleetauth.testing.Programs;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every script of {@code docs/scripts.md}, with real programs and the sandbox; only the pauses are shortened. */
@DisabledOnOs(OS.WINDOWS)
@Tag("host-program")
@SuppressWarnings("NullAway.Init") // Initialized by the @BeforeEach method.
@Tag("any-jdk")
class ScriptsTest {

    @TempDir
    Path folder;

    private ShellAndSandbox fixture;
    private Snippets shell;
    private Path work;

    /** The scripts by heading. */
    private final Map<String, String> scripts = new LinkedHashMap<>();

    @BeforeEach
    void read() throws IOException {
        Programs.require("curl");
        fixture = Snippets.expired(folder);
        shell = new Snippets(folder, fixture);
        work = Files.createDirectory(folder.resolve("work"));
        for (Pages.Block block : Pages.blocks(Path.of("docs/scripts.md"), "sh")) {
            scripts.put(block.heading(), block.code());
        }
    }

    @AfterEach
    void end() throws IOException {
        fixture.close();
    }

    @Test
    void everyScriptExceptTheRetryPrintsAResponse() throws Exception {
        assertThat(scripts).hasSize(6);
        for (Map.Entry<String, String> script : scripts.entrySet()) {
            if (!script.getKey().startsWith("Retry")) {
                Result result = run(script.getValue()).exits(0);
                assertThat(result.out()).as(script.getKey()).contains("\"response\"");
            }
        }
        assertThat(fixture.posts("refresh_token")).as("refreshes in total").isEqualTo(1);
        try (var files = Files.list(work)) {
            assertThat(files.filter(file -> file.toString().contains("token"))).isEmpty();
        }
    }

    @Test
    void theExitCodeDeterminesWhatToDo() throws Exception {
        String script = scripts.getOrDefault("Retry, or notify someone", "").replace("5 30 120", "0");
        fixture.sandbox.enqueue(Fault.response(503, "text/plain", "later"));
        assertThat(run(script).exits(0).out()).isEqualTo("there is a token\n");
        fixture.sandbox.revokeAll(fixture.sandbox.clientId());
        fixture.shell.run("logout").exits(0);
        assertThat(run(script).exits(0).err()).contains("login needed: run fleetauth login");
    }

    @Test
    void withoutATokenScriptsFail() throws Exception {
        fixture.shell.run("logout").exits(0);
        for (String heading : List.of("One request", "The current shell", "A file")) {
            Result result = run(scripts.getOrDefault(heading, ""));
            assertThat(result.exitCode()).as(heading).isNotZero();
            assertThat(result.out()).doesNotContain("\"response\"");
        }
    }

    @ParameterizedTest
    @CsvSource({"python, python3", "javascript, node"})
    void programsGetAToken(String language, String interpreter) throws Exception {
        Programs.require(interpreter);
        String code = Pages.blocks(Path.of("docs/scripts.md"), language).get(0).code();
        Path program = Files.writeString(work.resolve("program"), code);
        assertThat(run(interpreter + " '" + program + "'").exits(0).out()).contains("response");
        fixture.shell.run("logout").exits(0);
        assertThat(run(interpreter + " '" + program + "'").exits(4).err()).contains("needs a login");
    }

    private Result run(String script) throws IOException {
        try (Program program = shell.start(work, "bash", script)) {
            return program.result();
        }
    }
}
