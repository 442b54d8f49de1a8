package dev.fleetauth.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.fleetauth.model.Secret;
import dev.fleetauth.testing.Pages;
import dev.fleetauth.testing.Program;
import dev.fleetauth.testing.Programs;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestShell.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The recipes of {@code docs/ci.md}, unchanged. Each job starts on an empty machine with an expired token, and the
 * export that it saves in the CI's secret must work for the next job. No script specifies what seals an export; here it
 * is usually a key file, because a passphrase takes a second each time.
 */
@DisabledOnOs(OS.WINDOWS)
@Tag("host-program")
@SuppressWarnings("NullAway.Init") // Initialized by the @BeforeEach method.
@Tag("any-jdk")
class CiRecipesTest {

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    /** A fake gh that saves its standard input as the named secret. */
    private static final String GH = "[ \"$1 $2\" = 'secret set' ] || exit 9; cat >\"$SECRETS/$3\"; echo set \"$3\"";

    @TempDir
    Path folder;

    private ShellAndSandbox fixture;
    private Snippets shell;
    private Path work;
    private Path secrets;
    private List<Pages.Block> blocks = List.of();

    @BeforeEach
    void read() throws IOException {
        Programs.require("curl");
        fixture = Snippets.expired(folder);
        work = Files.createDirectory(folder.resolve("work"));
        secrets = Files.createDirectory(folder.resolve("secrets"));
        blocks = Pages.blocks(Path.of("docs/ci.md"));
        shell = new Snippets(folder, fixture).variable("SECRETS", secrets.toString());
    }

    @AfterEach
    void end() throws IOException {
        fixture.close();
    }

    private String code(String heading, String language, int number) {
        return blocks.stream()
                .filter(block ->
                        block.heading().equals(heading) && block.language().equals(language))
                .skip(number)
                .findFirst()
                .orElseThrow()
                .code();
    }

    /** Exports the profile, sealed, as CI would keep it in a secret. */
    private String exported() {
        return fixture.shell
                .run("export", "--export-key-file", exportKey().toString())
                .exits(0)
                .out();
    }

    private Path exportKey() {
        return folder.resolve("fixture/test.key");
    }

    /** Removes the exported home and its key from the shell's variables. */
    private void onAnEmptyMachine() {
        shell.without("FLEETAUTH_HOME").without("FLEETAUTH_KEY_FILE");
        shell.variable("FLEETAUTH_EXPORT_KEY_FILE", exportKey().toString()).variable("TMPDIR", work.toString());
    }

    private Result run(String interpreter, String script) throws IOException {
        try (Program program = shell.start(work, interpreter, script)) {
            return program.result();
        }
    }

    /** Checks that the saved export works on the next machine, and can be refreshed there. */
    private void assertKept(String export) throws IOException {
        Path other = Files.createTempDirectory(folder, "next");
        TestShell next = new TestShell(other)
                .watch(fixture.sandbox)
                .variable("FLEETAUTH_EXPORT_KEY_FILE", exportKey().toString());
        // This clock starts at a whole second, so it may be a second behind.
        next.clock().advance(Duration.ofSeconds(1));
        next.runWithInput(export, "import", "-").exits(0);
        String token = next.run("token").exits(0).line();
        assertThat(fixture.sandbox.isActive(new Secret(token))).isTrue();
        assertThat(Objects.requireNonNull(next.stored("default")).generation()).isEqualTo(2);
        next.run("refresh").exits(0);
    }

    @Test
    void everyScriptIsListed() {
        assertThat(blocks.stream().filter(block -> block.language().equals("sh")))
                .extracting(Pages.Block::heading)
                .containsExactly(
                        "Initial setup", "GitLab CI", "Kubernetes", "cron", "Refresh tokens of other programs");
    }

    @Test
    void theProfileIsSavedInGitHubSecrets() throws Exception {
        shell.program("gh", GH);
        run("sh", code("Initial setup", "sh", 0)).exits(0);
        try (var files = Files.list(work)) {
            assertThat(files).isEmpty();
        }
        fixture.shell.run("token").exits(3);
        assertThat(Files.readString(secrets.resolve("FLEETAUTH_EXPORT_PASSPHRASE")))
                .hasSizeGreaterThan(40);
        assertThat(Files.readString(secrets.resolve("FLEETAUTH_PROFILE_EXPORT")))
                .startsWith("eyJ");
    }

    @Test
    void theGitHubActionsJobGetsATokenAndSavesTheExport() throws Exception {
        JsonNode workflow = YAML.readTree(code("GitHub Actions", "yaml", 0));
        assertThat(workflow.at("/concurrency/cancel-in-progress").asText()).isEqualTo("false");
        JsonNode steps = workflow.at("/jobs/report/steps");
        JsonNode action =
                YAML.readTree(Path.of(".github/actions/token/action.yml").toFile());
        List<String> inputs = new ArrayList<>();
        action.get("inputs").fieldNames().forEachRemaining(inputs::add);
        steps.at("/0/with")
                .fieldNames()
                .forEachRemaining(name -> assertThat(inputs).contains(name));
        assertThat(action.at("/runs/steps/0/run").asText()).isEqualTo("bash \"$GITHUB_ACTION_PATH/token.sh\"");

        Path output = folder.resolve("output");
        onAnEmptyMachine();
        shell.program("gh", "[ \"$GH_TOKEN\" = to-write ] && [ \"$4 $5\" = '--repo o/r' ] || exit 8", GH)
                .variable("PROFILE_EXPORT", exported())
                .variable(
                        "FLEETAUTH_AFTER_REFRESH",
                        steps.at("/0/with/after-refresh").asText())
                .variable("GH_TOKEN", "to-write")
                .variable("GITHUB_REPOSITORY", "o/r")
                .variable("MIN_VALIDITY", "60s")
                .variable("PROGRAM", "fleetauth")
                .variable("RUNNER_TEMP", work.toString())
                .variable("GITHUB_OUTPUT", output.toString());
        String script = Files.readString(Path.of(".github/actions/token/token.sh"));
        Result result = run("bash", script).exits(0);

        String token = Files.readString(output).strip().replaceFirst("^token=", "");
        assertThat(fixture.sandbox.isActive(new Secret(token))).isTrue();
        assertThat(result.out()).isEqualTo("::add-mask::" + token + "\n");
        assertThat(result.err()).contains("set FLEETAUTH_PROFILE_EXPORT").doesNotContain(token);
        try (var files = Files.list(work)) {
            assertThat(files).as("left on the machine").isEmpty();
        }
        shell.variable("TOKEN", token);
        assertThat(run("bash", steps.at("/1/run").asText()).exits(0).out()).contains("\"response\"");
        assertKept(Files.readString(secrets.resolve("FLEETAUTH_PROFILE_EXPORT")));
    }

    @Test
    void theActionRetriesSavingTheExportAndRejectsAnInvalidOne() throws Exception {
        Path output = folder.resolve("output");
        onAnEmptyMachine();
        shell.program("gh", "[ -e '" + folder + "/once' ] || { touch '" + folder + "/once'; exit 1; }", GH)
                .variable("PROFILE_EXPORT", exported())
                .variable("FLEETAUTH_AFTER_REFRESH", "gh secret set KEPT")
                .variable("MIN_VALIDITY", "60s")
                .variable("PROGRAM", "fleetauth")
                .variable("PAUSES", "0")
                .variable("RUNNER_TEMP", work.toString())
                .variable("GITHUB_OUTPUT", output.toString());
        String script = Files.readString(Path.of(".github/actions/token/token.sh"));
        run("bash", script).exits(0);
        assertThat(fixture.posts("refresh_token")).isEqualTo(1);
        assertKept(Files.readString(secrets.resolve("KEPT")));

        shell.variable("PROFILE_EXPORT", "nonsense");
        Files.delete(output);
        assertThat(run("bash", script).exits(7).out()).doesNotContain("add-mask");
        assertThat(output).doesNotExist();
    }

    /** after-refresh is empty if it comes from a secret that does not exist. */
    @Test
    void theActionSendsNothingIfNothingWouldBeSaved() throws Exception {
        onAnEmptyMachine();
        shell.variable("PROFILE_EXPORT", exported())
                .variable("MIN_VALIDITY", "60s")
                .variable("PROGRAM", "fleetauth")
                .variable("RUNNER_TEMP", work.toString())
                .variable("GITHUB_OUTPUT", folder.resolve("output").toString());
        String script = Files.readString(Path.of(".github/actions/token/token.sh"));
        for (String empty : List.of("", " ", "\n")) {
            shell.variable("FLEETAUTH_AFTER_REFRESH", empty);
            assertThat(run("bash", script).exits(2).out()).contains("::error").contains("after-refresh is empty");
        }
        assertThat(fixture.posts("refresh_token")).isZero();
        assertThat(folder.resolve("output")).doesNotExist();
    }

    /** The first run may build the program, and must not get the secrets. */
    @Test
    void theActionPassesToKeyAndImportOnlyWhatTheyNeed() throws Exception {
        onAnEmptyMachine();
        shell.program("noting", "env >>'" + folder + "/'\"$2\"; exec fleetauth \"$@\"")
                .variable("PROFILE_EXPORT", "the-export")
                .variable("FLEETAUTH_EXPORT_PASSPHRASE", "the-passphrase")
                .variable("GH_TOKEN", "to-write")
                .variable("FLEETAUTH_AFTER_REFRESH", "cat")
                .variable("MIN_VALIDITY", "60s")
                .variable("PROGRAM", "noting")
                .variable("RUNNER_TEMP", work.toString())
                .variable("GITHUB_OUTPUT", folder.resolve("output").toString());
        run("bash", Files.readString(Path.of(".github/actions/token/token.sh")));

        assertThat(folder.resolve("key"))
                .content()
                .contains("FLEETAUTH_HOME=")
                .doesNotContain("the-export", "the-passphrase", "to-write");
        assertThat(folder.resolve("import"))
                .content()
                .contains("the-passphrase")
                .doesNotContain("the-export", "to-write");
    }

    @Test
    void theGitLabJobGetsATokenAndSavesTheExport() throws Exception {
        JsonNode job = YAML.readTree(code("GitLab CI", "yaml", 0)).get("report");
        assertThat(job.get("interruptible").asText()).isEqualTo("false");
        assertThat(job.get("resource_group").asText()).isNotEmpty();
        Path keep = Files.createDirectory(work.resolve("ci")).resolve("keep-export.sh");
        Files.writeString(keep, code("GitLab CI", "sh", 0));
        try (MockWebServer gitLab = new MockWebServer()) {
            gitLab.enqueue(new MockResponse.Builder().body("{}").build());
            gitLab.start();
            onAnEmptyMachine();
            job.get("variables").properties().forEach(variable -> {
                if (!variable.getKey().equals("API")) {
                    shell.variable(variable.getKey(), variable.getValue().asText());
                }
            });
            shell.variable("FLEETAUTH_PROFILE_EXPORT", exported())
                    .variable("VARIABLES_TOKEN", "to-write")
                    .variable("CI_API_V4_URL", gitLab.url("/api/v4").toString())
                    .variable("CI_PROJECT_ID", "17");
            assertThat(run("sh", job.at("/script/0").asText()).exits(0).out()).contains("\"response\"");

            RecordedRequest request = gitLab.takeRequest();
            assertThat(request.getMethod()).isEqualTo("PUT");
            assertThat(request.getUrl().encodedPath())
                    .isEqualTo("/api/v4/projects/17/variables/FLEETAUTH_PROFILE_EXPORT");
            assertThat(request.getHeaders().get("PRIVATE-TOKEN")).isEqualTo("to-write");
            String body = Objects.requireNonNull(request.getBody()).utf8();
            assertKept(body.replaceFirst("(?s).*name=\"value\"\r\n\r\n(\\S+)\\s.*", "$1"));
        }
    }

    @Test
    void theKubernetesJobGetsATokenAndSavesTheExport() throws Exception {
        List<JsonNode> manifests = new ArrayList<>();
        YAML.readerFor(JsonNode.class)
                .<JsonNode>readValues(code("Kubernetes", "yaml", 0))
                .forEachRemaining(manifests::add);
        assertThat(manifests).hasSize(4);
        JsonNode cronJob = manifests.get(3);
        assertThat(cronJob.at("/spec/concurrencyPolicy").asText()).isEqualTo("Forbid");
        JsonNode container = cronJob.at("/spec/jobTemplate/spec/template/spec/containers/0");

        // A fake kubectl that keeps Secrets in files and applies only manifests that it printed.
        shell.program(
                "kubectl",
                "case \"$1 $2\" in",
                "'create secret')",
                "  name=$4; from=${5#--from-file=}; key=${from%%=*}; file=${from#*=}",
                "  if [ \"${6-}\" = --dry-run=client ]; then echo \"$name/$key\"; cat \"$file\";",
                "  else mkdir -p \"$SECRETS/$name\"; cat \"$file\" >\"$SECRETS/$name/$key\"; fi ;;",
                "'apply --server-side') read -r where; mkdir -p \"$SECRETS/${where%/*}\"; cat >\"$SECRETS/$where\" ;;",
                "*) exit 9 ;;",
                "esac");
        run("sh", code("Kubernetes", "sh", 0)).exits(0);
        String passphrase = Files.readString(secrets.resolve("fleetauth-passphrase/passphrase"));
        Path export = secrets.resolve("fleetauth-export/export");

        onAnEmptyMachine();
        shell.without("FLEETAUTH_EXPORT_KEY_FILE");
        for (JsonNode variable : container.get("env")) {
            JsonNode secret = variable.at("/valueFrom/secretKeyRef");
            String value = secret.isMissingNode()
                    ? variable.get("value").asText()
                    : Files.readString(secrets.resolve(secret.get("name").asText())
                            .resolve(secret.get("key").asText()));
            if (!variable.get("name").asText().equals("API")) {
                shell.variable(variable.get("name").asText(), value);
            }
        }
        shell.variable("WORK", work.toString());
        assertThat(container.get("command").toString()).isEqualTo("[\"sh\",\"-c\"]");
        assertThat(run("sh", container.at("/args/0").asText()).exits(0).out()).contains("\"response\"");
        Path other = Files.createTempDirectory(folder, "next");
        TestShell next =
                new TestShell(other).watch(fixture.sandbox).variable("FLEETAUTH_EXPORT_PASSPHRASE", passphrase.strip());
        next.run("import", export.toString()).exits(0);
        next.run("refresh").exits(0);
    }

    @Test
    void theCronScriptGetsATokenAndReportsThatALoginIsNeeded() throws Exception {
        Path home = Files.createDirectory(folder.resolve("person"));
        Path key = home.resolve("fleetauth.key");
        Files.copy(folder.resolve("fixture/test.key"), key);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        fixture.shell.allowSecretsIn(key);
        shell.without("FLEETAUTH_KEY_FILE").variable("HOME", home.toString()).variable("TMPDIR", work.toString());
        String script = code("cron", "sh", 0);
        assertThat(run("sh", script).exits(0).out()).contains("\"response\"");
        fixture.shell.run("logout").exits(0);
        assertThat(run("sh", script).exits(4).err()).contains("needs a login");
        assertThat(code("cron", "text", 0)).containsPattern("(?m)^17 \\*/6 \\* \\* \\* ");
    }

    @Test
    void theSystemdServiceGetsATokenAndReturnsTheProgramsExitCode() throws Exception {
        String service = code("systemd", "ini", 0);
        shell.without("FLEETAUTH_HOME").without("FLEETAUTH_KEY_FILE");
        Path state = Files.createDirectories(folder.resolve("state/report"));
        Files.createSymbolicLink(state.resolve("fleetauth"), fixture.shell.home());
        Path credentials = Files.createDirectory(folder.resolve("credentials"));
        Path key = Files.copy(folder.resolve("fixture/test.key"), credentials.resolve("fleetauth.key"));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("r--------"));
        Pattern.compile("(?m)^Environment=(\\w+)=(.*)$")
                .matcher(service)
                .results()
                .forEach(line -> shell.variable(
                        line.group(1),
                        line.group(2)
                                .replace("%S", folder.resolve("state").toString())
                                .replace("%d", credentials.toString())));
        assertThat(service).contains("LoadCredential=fleetauth.key:");
        shell.program(
                "report",
                "printf 'header = \"Authorization: Bearer %s\"\\n' \"$FLEETAUTH_ACCESS_TOKEN\" |"
                        + " curl -sS --fail -K - \"$API/api/1/users/me\"; exit 5");
        String start = service.replaceFirst("(?s).*\nExecStart=(.*?)\n.*", "$1").replace("/usr/local/bin/", "");
        assertThat(run("sh", start).exits(5).out()).contains("\"response\"");
        String never = service.replaceFirst("(?s).*\nRestartPreventExitStatus=(.*?)\n.*", "$1");
        assertThat(never.split(" ", -1)).contains("3", "4", "5", "7").doesNotContain("6");
    }

    @Test
    void theRefreshTokenOfAnotherProgramIsImported() throws Exception {
        Secret token =
                Objects.requireNonNull(Objects.requireNonNull(Objects.requireNonNull(fixture.shell.stored("default"))
                                .session()
                                .tokens())
                        .refreshToken());
        onAnEmptyMachine();
        Path file = Files.writeString(work.resolve("other-program.txt"), token.reveal() + "\n");
        shell.variable("FLEETAUTH_HOME", folder.resolve("there").toString())
                .variable("FLEETAUTH_KEY_FILE", exportKey().toString())
                .variable("FLEETAUTH_ISSUER", fixture.issuer())
                .variable("CLIENT_ID", fixture.sandbox.clientId());
        assertThat(run("sh", code("Refresh tokens of other programs", "sh", 0))
                        .exits(0)
                        .err())
                .contains("is spent");
        Files.delete(file);
    }
}
