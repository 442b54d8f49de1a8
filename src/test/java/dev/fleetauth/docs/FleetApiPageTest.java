package dev.fleetauth.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fleetauth.key.KeyFile;
import dev.fleetauth.model.Secret;
import dev.fleetauth.sandbox.FreePort;
import dev.fleetauth.sandbox.Sandbox;
import dev.fleetauth.sandbox.SandboxOptions;
import dev.fleetauth.testing.BrowserProgram;
import dev.fleetauth.testing.Pages;
import dev.fleetauth.testing.Program;
import dev.fleetauth.testing.Programs;
import dev.fleetauth.testing.SessionFolder;
import dev.fleetauth.testing.TestShell.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every command of {@code docs/fleet-api.md}, in its order, with the real program, against the sandbox. */
@Tag("host-program")
@Tag("any-jdk")
public class FleetApiPageTest {

    private static final Path PAGE = Path.of("docs/fleet-api.md");
    private static final Pattern CURL = Pattern.compile("(?m)^.*\\bcurl\\b.*$");
    private static final String PORT = "8600";

    private final String redirectUri = "http://localhost:" + FreePort.next() + "/callback";

    @TempDir
    private Path folder;

    @Test
    void everyCommandWorks() throws Exception {
        for (String program : List.of("bash", "curl", "jq", "openssl")) {
            Programs.require(program);
        }
        var random = new SecureRandom();
        var options = SandboxOptions.TESLA.withRedirectUris(redirectUri);
        try (SessionFolder session = new SessionFolder();
                Sandbox sandbox = Sandbox.start(options, Clock.systemUTC(), random)) {
            KeyFile.create(folder.resolve("store.key"), random);
            writePrograms();
            BrowserProgram browser = new BrowserProgram(folder);
            List<String> blocks = blocks();
            // The first block sets Tesla's addresses; the next one sets the same variables to the sandbox's.
            assertThat(blocks.get(0)).contains("fleet-api.prd.na.vn.cloud.tesla.com");
            String script = blocks.stream().skip(1).collect(Collectors.joining("\n"));
            Path file = folder.resolve("page.sh");
            Files.writeString(
                    file,
                    "set -euo pipefail\ntrap 'echo \"failed: $BASH_COMMAND\" >&2' ERR\n" + filledIn(script, sandbox));

            Result result;
            try (Program page = Program.start(
                    folder, variables(browser, session), List.of("bash", "-c", "cd '" + folder + "' && . ./page.sh"))) {
                browser.openPagesUntilEndOf(page);
                result = page.result().exits(0);
            }

            assertThat(result.out())
                    .containsSubsequence(
                            "created private-key.pem and public-key.pem in " + folder.resolve("keys"),
                            "found " + folder.resolve("keys/public-key.pem"),
                            "registered: Tesla has this key",
                            "https://tesla.com/_ak/",
                            "5YJ3SANDB0X000001 Sandy online",
                            "ok    na          Tesla has this key",
                            "must be registered in the current region (412), at the Fleet API",
                            "fleetauth register --domain DOMAIN",
                            "user out of region (421)",
                            "Unauthorized missing scopes (403)",
                            "a token of 1",
                            " for 5YJ3SANDB0X000001",
                            "HTTP/1.1 200",
                            "04")
                    .contains("region      eu", "base url    https://fleet-api.prd.eu.vn.cloud.tesla.com")
                    .contains("scope requested openid offline_access", "scope missing");
            assertPostman(sandbox);
            for (Secret secret : sandbox.secretsSeen()) {
                assertThat(result.out() + result.err()).doesNotContain(secret.reveal());
            }
        }
    }

    @Test
    void noTokenIsInACommandLine() throws IOException {
        String commands = String.join("\n", blocks()).replace("\\\n", " ");
        assertThat(CURL.matcher(commands).results().map(MatchResult::group))
                .hasSizeGreaterThanOrEqualTo(10)
                .allSatisfy(line -> assertThat(line)
                        .doesNotContain("Bearer", "$(fleetauth", "Authorization", "$FLEETAUTH_ACCESS_TOKEN"));
    }

    private static List<String> blocks() throws IOException {
        return Pages.blocks(PAGE, "sh").stream().map(Pages.Block::code).toList();
    }

    private static String filledIn(String script, Sandbox sandbox) {
        // The first run exits with 4: the key that it created is not hosted yet.
        return script.replaceFirst("(?m)^(fleetauth register .*)$", "$1 || test \\$? = 4")
                .replace("CLIENT_ID=…", "CLIENT_ID=" + sandbox.clientId())
                .replace(
                        "CLIENT_SECRET=…",
                        "CLIENT_SECRET='" + sandbox.clientSecret().reveal() + "'")
                .replace(":" + PORT, ":" + sandbox.base().getPort());
    }

    /** Writes a script {@code fleetauth}, which logs in with a free port, and a fake {@code tesla-control}. */
    private void writePrograms() throws IOException {
        Path bin = Files.createDirectory(folder.resolve("bin"));
        String start = Program.commandLine(Program.LAUNCHER_OPTIONS).stream()
                .map(word -> "'" + word + "'")
                .collect(Collectors.joining(" "));
        write(bin.resolve("fleetauth"), """
                #!/bin/bash
                case " $* " in
                  *' partner '*) ;;
                  ' login '*) set -- "$@" --redirect-uri '%s' ;;
                esac
                exec %s "$@"
                """.formatted(redirectUri, start));
        write(bin.resolve("tesla-control"), """
                #!/bin/sh
                test -s "$TESLA_KEY_FILE" && printf 'a token of %s for %s\\n' "$(wc -c < "$TESLA_TOKEN_FILE")" "$TESLA_VIN"
                """);
    }

    private static void write(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private Map<String, String> variables(BrowserProgram browser, SessionFolder session) {
        return Map.of(
                "PATH",
                folder.resolve("bin") + ":" + System.getenv("PATH"),
                "FLEETAUTH_HOME",
                folder.resolve("home").toString(),
                "FLEETAUTH_KEY_FILE",
                folder.resolve("store.key").toString(),
                "XDG_RUNTIME_DIR",
                session.path(),
                "FLEETAUTH_BROWSER",
                browser.path());
    }

    private void assertPostman(Sandbox sandbox) throws IOException {
        Path file = folder.resolve("fleet-api.postman_environment.json");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        JsonNode environment = new ObjectMapper().readTree(file.toFile());
        assertThat(environment.path("_postman_variable_scope").asText()).isEqualTo("environment");
        JsonNode token = environment.path("values").path(0);
        assertThat(token.path("key").asText()).isEqualTo("access_token");
        assertThat(sandbox.isActive(new Secret(token.path("value").asText()))).isTrue();
        assertThat(environment.path("values").path(1).path("value").asText())
                .isEqualTo(sandbox.base().toString());
    }
}
