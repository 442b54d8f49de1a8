package dev.fleetauth.cli.line;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.cli.Fleetauth;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/**
 * {@code ~} is the user's home directory in every path: shells do not expand it in {@code --option=~/path}, and most
 * programs that read dotenv files do not either.
 */
@DisabledOnOs(OS.WINDOWS)
@Tag("any-jdk")
class TildeTest {

    private static final String PASSPHRASE = "correct horse battery staple";

    /** The options and arguments that a test below gives a path. Add a new one here and to a test. */
    private static final Set<String> OPTIONS = Set.of(
            "--auth-code-file",
            "--cacert",
            "--client-key",
            "--client-secret-file",
            "--export-key-file",
            "--export-passphrase-file",
            "--from",
            "--home",
            "--key-file",
            "--keyring",
            "--man-pages",
            "--new-key",
            "--out",
            "--public-key",
            "--refresh-token-file",
            "--socket",
            "FILE",
            "PATH");

    private static final Pattern PATH_LABEL = Pattern.compile("FILE|DIR|PATH|HELPER");

    @TempDir
    private Path folder;

    private ShellAndSandbox fixture;
    private TestShell shell;

    @BeforeEach
    void logIn() throws IOException {
        fixture = ShellAndSandbox.tesla(folder).loggedIn();
        shell = fixture.shell;
        secret("phrase", PASSPHRASE);
    }

    @AfterEach
    void end() throws IOException {
        fixture.close();
    }

    private void secret(String name, String secret) throws IOException {
        shell.allowSecretsIn(Files.writeString(folder.resolve(name), secret));
        Files.setPosixFilePermissions(folder.resolve(name), PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void everyOptionThatTakesAPathIsListed() {
        var nowhere = OutputStream.nullOutputStream();
        Set<String> found = new TreeSet<>();
        add(
                Commands.all(new Fleetauth(
                                shell.environment(InputStream.nullInputStream(), nowhere, nowhere), Cli::run))
                        .getCommandSpec(),
                found);
        assertThat(found).containsExactlyInAnyOrderElementsOf(OPTIONS);
    }

    private static void add(CommandSpec command, Set<String> found) {
        command.options().forEach(option -> add(option, option.longestName(), found));
        command.positionalParameters().forEach(argument -> add(argument, argument.paramLabel(), found));
        command.subcommands().values().forEach(next -> add(next.getCommandSpec(), found));
    }

    private static void add(ArgSpec arg, String name, Set<String> found) {
        if (PATH_LABEL.matcher(arg.paramLabel()).matches()) {
            found.add(name);
        }
    }

    @Test
    void theHomeAndStoreMayBeginWithATilde() throws IOException {
        shell.variable("FLEETAUTH_HOME", "~/home").variable("FLEETAUTH_KEY_FILE", "~/test.key");
        String token = fixture.token();
        shell.variable("FLEETAUTH_HOME", null);
        assertThat(fixture.token("--home=~/home")).isEqualTo(token);
        assertThat(fixture.token("--store=file:~/home")).isEqualTo(token);
        shell.variable("FLEETAUTH_STORE", "file:~/home");
        assertThat(fixture.token()).isEqualTo(token);
        assertThat(folder.resolve("home")).isDirectory();
        assertThat(Path.of("~")).doesNotExist();
    }

    @Test
    void pagesSocketsAndClientKeysMayBeginWithATilde() throws IOException {
        shell.run("docs", "--man-pages=~/pages").exits(0);
        assertThat(folder.resolve("pages/fleetauth.1")).isNotEmptyFile();
        Path plain = Files.createFile(folder.resolve("plain"));
        assertThat(shell.run("serve", "--socket=~/plain/token.sock").err()).contains(plain.toString());
        shell.run("login", "-p", "key", "--issuer", fixture.issuer(), "--client-id", "a", "--client-key=~/absent.pem")
                .exits(3)
                .says(folder.resolve("absent.pem").toString());
    }

    @Test
    void filesMayBeginWithATilde() throws IOException {
        shell.allowSecretsIn(folder.resolve("out"));
        shell.run("token", "--out=~/out").exits(0).printsNothing();
        assertThat(folder.resolve("out")).isNotEmptyFile();
        shell.run("inspect", "~/out").exits(0);
        shell.run("export", "--export-key-file=~/test.key", "--out=~/car.jwe").exits(0);
        shell.run("import", "--export-key-file=~/test.key", "--replace", "~/car.jwe")
                .exits(0);
        shell.variable("FLEETAUTH_EXPORT_KEY_FILE", "~/test.key");
        shell.run("export", "--copy", "--out=~/car.jwe").exits(0);
        shell.variable("FLEETAUTH_EXPORT_KEY_FILE", null).variable("FLEETAUTH_EXPORT_PASSPHRASE_FILE", "~/phrase");
        shell.run("export", "--copy", "--out=~/car.jwe").exits(0);
        shell.run("import", "--export-passphrase-file=~/phrase", "--replace", "~/car.jwe")
                .exits(0);
        secret("secret", fixture.sandbox.clientSecret().reveal());
        String[] partner = {
            "login",
            "-p",
            "partner",
            "--type",
            "partner",
            "--issuer",
            fixture.issuer(),
            "--client-id",
            fixture.sandbox.clientId()
        };
        shell.variable("FLEETAUTH_CLIENT_SECRET_FILE", "~/secret");
        shell.run(partner).exits(0);
        shell.allowSecretsIn(folder.resolve("new.key"));
        shell.run("key", "set", "--key-file=~/new.key").exits(0);
        assertThat(folder.resolve("new.key")).isNotEmptyFile();
        shell.run("key", "new-file", "~/test.key").exits(7);
        shell.variable("FLEETAUTH_KEY_FILE", null);
        fixture.token();
        assertThat(Path.of("~")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "login --type fleet-user-code --client-id x --auth-code-file=~/absent",
                "login -p new --client-id x --client-secret-file=~/absent --no-browser",
                "login -p new --client-id x --cacert=~/absent",
                "login -p new --client-id x --cacert ~/absent",
                "discover --cacert=~/absent",
                "export --export-key-file=~/absent",
                "export --export-passphrase-file=~/absent",
                "import ~/absent",
                "import --refresh-token-file=~/absent --client-id x",
                "import --from=~/absent",
                "inspect ~/absent",
                "token --out=~/absent/file",
                "key set --keyring=~/absent",
                "status FLEETAUTH_KEY_FILE=~/absent",
                "login --type partner --home=~/new --client-id x FLEETAUTH_PASSPHRASE_FILE=~/absent",
                "login --type partner --home=~/new --client-id x FLEETAUTH_KEYRING=~/absent",
                "status FLEETAUTH_STORE=postgresql://me@localhost:1/fleet FLEETAUTH_STORE_PASSWORD_FILE=~/absent",
                "discover FLEETAUTH_CACERT=~/absent",
                "export FLEETAUTH_EXPORT_KEY_FILE=~/absent",
                "export FLEETAUTH_EXPORT_PASSPHRASE_FILE=~/absent",
                "login -p new --client-id x FLEETAUTH_CLIENT_SECRET_FILE=~/absent"
            })
    void aMissingPathIsNamedAsGivenAndAsExpanded(String line) {
        shell.variable("FLEETAUTH_CLIENT_SECRET", "the-secret-of-the-client");
        if (line.contains(" FLEETAUTH_") && !line.contains("EXPORT")) {
            shell.variable("FLEETAUTH_KEY_FILE", null);
        }
        List<String> words = new ArrayList<>();
        for (String word : List.of(line.split(" ", -1))) {
            if (word.startsWith("FLEETAUTH_")) {
                shell.variable(word.replaceFirst("=.*", ""), word.replaceFirst("[^=]*=", ""));
            } else {
                words.add(word);
            }
        }
        String name = line.contains("/absent/file") ? "~/absent/file" : "~/absent";
        assertThat(shell.run(words.toArray(String[]::new)).err())
                .as(line)
                .contains(name + " (" + folder.resolve(name.substring(2)) + ")");
    }
}
