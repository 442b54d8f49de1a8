package dev.fleetauth.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.cli.Fleetauth;
import dev.fleetauth.cli.line.Cli;
import dev.fleetauth.cli.line.Commands;
import dev.fleetauth.cli.print.HelpText;
import dev.fleetauth.flow.TeslaServers;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.FreePort;
import dev.fleetauth.testing.Pages.Block;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.ShellWords;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestShell.Result;
import dev.fleetauth.testing.database.Postgres;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/**
 * Runs every example of the help, which the manual pages show too, and expects success. A new example needs no code
 * here if it works with a profile that is logged in at the sandbox.
 */
@EnabledOnOs(OS.LINUX)
@Tag("any-jdk")
class EveryExampleTest {

    private static final String PASSPHRASE = "correct horse battery staple";

    /** Examples that need a shell, or that run another process. */
    private static final Pattern IN_A_SHELL = Pattern.compile("[|<$]| exec | sandbox| serve| --key-command ");

    private static final Pattern TYPED = Pattern.compile(" key (change-passphrase|unlock|set --keyring)");
    private static final Pattern OF_TESLA = Pattern.compile(" --region |fleetauth region ");
    private static final Pattern DATABASE = Pattern.compile("postgresql://\\S+");

    /**
     * Examples that need other servers or files; {@code RegisterHostsTest} and {@code ImportFromTest} run such lines.
     */
    private static final Pattern BY_THEIR_OWN_TEST = Pattern.compile("fleetauth (register|import --from) .*");

    /** Files that examples name. */
    private static final Set<String> FILES =
            Set.of("secret", "pass", "token.txt", "token.env", "car.jwe", "response.txt");

    private static final String EXPORT = "fleetauth export --export-passphrase-file pass --out car.jwe";

    @TempDir
    Path folder;

    static Stream<String> examples() throws IOException {
        var shell = new TestShell(Files.createTempDirectory("fleetauth"));
        var nowhere = OutputStream.nullOutputStream();
        CommandLine program = Commands.all(
                new Fleetauth(shell.environment(InputStream.nullInputStream(), nowhere, nowhere), Cli::run));
        Set<String> examples = new LinkedHashSet<>();
        HelpText.get().lines().filter(line -> line.startsWith("  fleetauth ")).forEach(examples::add);
        addExamples(program, examples);
        return examples.stream()
                .map(String::strip)
                .filter(example -> !BY_THEIR_OWN_TEST.matcher(example).matches());
    }

    private static void addExamples(CommandLine command, Set<String> examples) {
        examples.addAll(List.of(command.getCommandSpec().usageMessage().footer()));
        command.getSubcommands().values().forEach(next -> addExamples(next, examples));
    }

    @Test
    void examplesAreFound() throws IOException {
        assertThat(examples()).hasSizeGreaterThan(35);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anExampleSucceeds(String example) throws Exception {
        if (IN_A_SHELL.matcher(example).find()) {
            inAShell(example);
        } else if (DATABASE.matcher(example).find()) {
            onADatabase(example);
        } else if (TYPED.matcher(example).find()) {
            atATerminal(example);
        } else if (OF_TESLA.matcher(example).find()) {
            atTesla(example);
        } else {
            atTheSandbox(example);
        }
    }

    private void inAShell(String example) throws Exception {
        String code = example.replace("https://api.example/vehicles", "\"$API/api/1/vehicles\"");
        if (example.contains(" sandbox ")) {
            String port = Integer.toString(FreePort.next());
            code = example.replace("8080", port) + " &\n"
                    + "until curl -fs http://127.0.0.1:" + port + "/ >page; do kill -0 $!; sleep 0.05; done\n"
                    + "kill $!\nwait $! || [ $? = 143 ]\n";
        }
        if (example.startsWith("fleetauth serve")) {
            code = example + " 2>log &\n"
                    + "until grep -q '^serving on' log; do kill -0 $!; sleep 0.05; done\n"
                    + "kill $!\nwait $! || [ $? = 143 ]\n";
        }
        String before = """
                # These profiles have to be there: fleetauth status -p home -p work
                cat >../bin/python3 <<'END'
                case $1 in
                charge.py) [ -n "$FLEETAUTH_ACCESS_TOKEN" ] ;;
                sync.py) [ -n "$HOME_TOKEN" ] && [ -n "$WORK_TOKEN" ] ;;
                *) false ;;
                esac
                END
                echo '[ -s "$TESLA_TOKEN_FILE" ] && [ "$1" = wake ]' >../bin/tesla-control
                chmod +x ../bin/python3 ../bin/tesla-control
                fleetauth token >token.txt
                echo '{"error":"login_required"}' >response.txt
                cp "$FLEETAUTH_KEY_FILE" "$KEPT/pass"
                """;
        String after = example.startsWith("eval ") ? "\ncomplete -p fleetauth\n" : "\n";
        try (var environment =
                new SnippetEnvironment(folder, new Block(Path.of("help"), "", "sh", before + code + after))) {
            expectSuccess(environment.run());
        }
    }

    private void onADatabase(String example) throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder)) {
            fixture.loggedIn();
            String address = Postgres.database();
            if (!example.contains(" init ")) {
                fixture.shell.run("store", "init", "--store", address).exits(0);
            }
            expectSuccess(fixture.shell.run(words(DATABASE.matcher(example).replaceAll(address))));
        }
    }

    private void atATerminal(String example) throws Exception {
        TestShell shell = SnippetEnvironment.withAPassphrase(Files.createDirectory(folder.resolve("typed")));
        // The key of an unlocked store may be kept only in memory.
        Path memory = Files.createTempDirectory(Path.of("/dev/shm"), "fleetauth");
        try {
            expectSuccess(shell.variable("XDG_RUNTIME_DIR", memory.toString()).run(words(example)));
            shell.run("key", "lock").exits(0);
        } finally {
            deleteAll(memory);
        }
    }

    private static void deleteAll(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void atTesla(String example) throws Exception {
        var shell = new TestShell(folder);
        try (var tesla = new TeslaServers(example.contains("cn") ? "cn" : "com", shell.clock())) {
            tesla.fleetApi = TeslaServers.json("{\"response\":{\"region\":\"eu\"}}");
            shell.variable("HTTPS_PROXY", tesla.proxy())
                    .variable(
                            "FLEETAUTH_CACERT",
                            Files.writeString(folder.resolve("ca.pem"), TeslaServers.certificates())
                                    .toString())
                    .variable("FLEETAUTH_CLIENT_SECRET", "the-secret-of-the-client")
                    .browser(tesla.user());
            String login = "fleetauth login --client-id a-client --redirect-uri http://localhost:" + FreePort.next()
                    + "/callback";
            if (example.contains(" region ")) {
                shell.run(words(login)).exits(0);
            }
            expectSuccess(
                    shell.run(words(example.replace("fleetauth login", login).replace(" --client-id ID", ""))));
        }
    }

    private void atTheSandbox(String example) throws Exception {
        // With a revocation endpoint, no user has to end the grant.
        try (ShellAndSandbox fixture =
                example.contains(" revoke") ? ShellAndSandbox.strict(folder) : ShellAndSandbox.tesla(folder)) {
            writeSecret("secret", fixture.sandbox.clientSecret().reveal());
            writeSecret("pass", PASSPHRASE);
            for (String name : List.of("secret", "pass", "token.txt", "token.env", ".fleetauth.key")) {
                fixture.shell.allowSecretsIn(folder.resolve(name));
            }
            fixture.shell
                    .variable("FLEETAUTH_ISSUER", fixture.issuer())
                    .variable("FLEETAUTH_CLIENT_ID", fixture.sandbox.clientId());
            fixture.loggedIn();
            if (example.contains(" client ")) {
                fixture.loggedIn("-p", "car").loggedIn("-p", "van");
                if (!example.contains(" client add ")) {
                    fixture.shell.run("client", "add", "logger").exits(0);
                }
            }
            if (example.contains(" -p old ")) {
                fixture.loggedIn("-p", "old");
            }
            if (example.contains(" --undo") || example.contains(" import ")) {
                fixture.shell.run(words(EXPORT)).exits(0);
            }
            if (example.contains(" import ")) {
                fixture.shell.variable(
                        "FLEETAUTH_HOME", folder.resolve("elsewhere").toString());
            }
            if (example.contains(" --no-browser")) {
                TestShell.Running login = fixture.shell.start(words(example));
                Agent.allowing().visit(URI.create(login.awaitLine(Pattern.compile("http\\S+"))));
                expectSuccess(login.end());
            } else {
                expectSuccess(fixture.shell.browser(Agent.allowing()).run(words(example)));
            }
        }
    }

    private void writeSecret(String name, String secret) throws IOException {
        Path file = Files.writeString(folder.resolve(name), secret + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    /** The words after the program's name, as a shell in the test's directory would expand them. */
    private String[] words(String example) {
        List<String> words = new ArrayList<>(ShellWords.commands(example).get(0));
        words.remove(0);
        words.replaceAll(word ->
                FILES.contains(word) ? folder.resolve(word).toString() : word.replaceFirst("^~", folder.toString()));
        return words.toArray(String[]::new);
    }

    private static void expectSuccess(Result result) {
        assertThat(result.exits(0).err()).doesNotContain("fleetauth: error:");
    }
}
