package dev.fleetauth.docs;

import dev.fleetauth.key.FakeHelper;
import dev.fleetauth.seal.CheapPassphrase;
import dev.fleetauth.testing.BrowserProgram;
import dev.fleetauth.testing.Pages.Block;
import dev.fleetauth.testing.Program;
import dev.fleetauth.testing.Programs;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestShell.Result;
import dev.fleetauth.testing.TestTerminal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The environment in which a block of commands of a page runs: a sandbox in place of Tesla, a logged-in profile
 * {@code default} and the other profiles that the block needs, a user at the browser, and programs that pages mention.
 */
final class SnippetEnvironment implements AutoCloseable {

    static final Path KEYS = Path.of("docs/keys.md");

    private static final Pattern LOGGED_IN = Pattern.compile("fleetauth login\\b[^\n]* -p (\\w+)");
    private static final Pattern PROFILE = Pattern.compile(" -p (\\w+)");
    private static final Pattern KEY_COMMAND = Pattern.compile("export FLEETAUTH_(KEY|PASSPHRASE)_COMMAND=");
    private static final String PASSPHRASE = "correct horse battery staple";
    private static final String NEW_PASSPHRASE = "a more correct horse battery";

    /** Scripts in place of programs that pages mention. Most save a secret, and print it later. */
    private static final Map<String, String> PROGRAMS = Map.of(
            "pass", "case $1 in insert) cat >\"$KEPT/pass\" ;; show) cat \"$KEPT/pass\" ;; esac",
            "vault", "case $2 in put) cat \"${4#jwk=@}\" >\"$KEPT/vault\" ;; get) cat \"$KEPT/vault\" ;; esac",
            "op", "case $2 in */jwk) cat \"$KEPT/key\" ;; */password) echo '" + PASSPHRASE + "' ;; esac",
            "notify", "echo \"$1\" >&2; exit 9");

    private final ShellAndSandbox fixture;
    private final Snippets shell;
    private final BrowserProgram browser;
    private final Path work;
    private final Path session;
    private final String code;

    /** @param folder an empty directory, for all files */
    SnippetEnvironment(Path folder, Block block) throws IOException {
        for (String program : List.of("bash", "curl")) {
            Programs.require(program);
        }
        fixture = ShellAndSandbox.tesla(Files.createDirectory(folder.resolve("fixture")))
                .loggedIn();
        work = Files.createDirectory(folder.resolve("work"));
        session = Files.createTempDirectory(Path.of("/dev/shm"), "fleetauth");
        browser = new BrowserProgram(folder);
        shell = new Snippets(folder, fixture);
        code = block.code();
        logInOthers();
        addPrograms(Files.createDirectory(folder.resolve("kept")));
        addFiles(folder);
        shell.variable("HOME", folder.toString())
                .variable("XDG_RUNTIME_DIR", session.toString())
                .variable("FLEETAUTH_ISSUER", fixture.issuer())
                .variable("FLEETAUTH_CLIENT_ID", fixture.sandbox.clientId())
                .variable(
                        "FLEETAUTH_CLIENT_SECRET",
                        fixture.sandbox.clientSecret().reveal())
                .variable("FLEETAUTH_BROWSER", browser.path())
                .variable("URL", fixture.issuer() + "/api/1/users/me")
                .variable("RUNNER_TEMP", work.toString());
    }

    private void logInOthers() {
        TreeSet<String> others = new TreeSet<>();
        names(PROFILE).forEach(others::add);
        names(LOGGED_IN).forEach(others::remove);
        others.forEach(name -> fixture.loggedIn("-p", name));
    }

    private Stream<String> names(Pattern pattern) {
        return pattern.matcher(code).results().map(match -> match.group(1));
    }

    private void addPrograms(Path kept) throws IOException {
        for (Map.Entry<String, String> program : PROGRAMS.entrySet()) {
            shell.program(program.getKey(), program.getValue());
        }
        Files.copy(key(), kept.resolve("key"));
        shell.variable("KEPT", kept.toString());
        // A login uses the sandbox in place of Tesla, with a redirect URI on a free port.
        shell.program(
                "fleetauth",
                "case \" $* \" in",
                "*' --type '*) ;;",
                "' login '*) set -- \"$@\" --type third-party --redirect-uri '" + fixture.redirectUri + "' ;;",
                "esac",
                "exec " + Snippets.quoted(Program.commandLine(Program.LAUNCHER_OPTIONS)) + " \"$@\"");
    }

    private void addFiles(Path folder) throws IOException {
        Files.writeString(work.resolve("phrase.txt"), PASSPHRASE + "\n");
        Files.setPosixFilePermissions(work.resolve("phrase.txt"), PosixFilePermissions.fromString("rw-------"));
        shell.variable("STORE_KEY", Files.readString(key()));
        if (KEY_COMMAND.matcher(code).find()) {
            // The block creates a store with the key that it configures.
            shell.without("FLEETAUTH_KEY_FILE")
                    .variable("FLEETAUTH_HOME", folder.resolve("new").toString());
            if (!code.contains("new-file")) {
                Files.copy(key(), work.resolve("fleetauth.key"));
            }
        }
    }

    private Path key() {
        return Path.of(fixture.shell.variables().getOrDefault("FLEETAUTH_KEY_FILE", ""));
    }

    /** Runs the block. Each command must succeed, unless the block checks exit codes itself. */
    Result run() throws IOException {
        String script = (code.contains("$?") ? "" : "set -euo pipefail\n") + adaptedCode();
        try (Program program = shell.start(work, "bash", script)) {
            browser.openPagesUntilEndOf(program);
            return program.result();
        }
    }

    /** Runs a block that configures a key command, with an existing store that a key file opens. */
    Result runWithStore() throws IOException {
        shell.variable("FLEETAUTH_HOME", fixture.shell.home().toString());
        String script = "set -euo pipefail\n"
                + code.replace(
                        "fleetauth key set",
                        "FLEETAUTH_KEY_FILE=" + Snippets.quoted(List.of(key().toString())) + " fleetauth key set")
                + "fleetauth token >token\n";
        try (Program program = shell.start(work, "bash", script)) {
            browser.openPagesUntilEndOf(program);
            return program.result();
        }
    }

    /** Whether the block configures a key command. */
    static boolean setsAKeyCommand(Block block) {
        return KEY_COMMAND.matcher(block.code()).find();
    }

    /** The block with the addresses and directories of this environment, and with a login if it sets a key command. */
    private String adaptedCode() {
        String here = code.replace("https://fleet-api.prd.na.vn.cloud.tesla.com", fixture.issuer())
                .replace("http://127.0.0.1:8600", fixture.issuer())
                .replace("/var/lib/ci/fleetauth", fixture.shell.home().toString())
                .replace("-i …", "-i \"$API/api/1/vehicles\"")
                .replaceAll("(?m)^fleetauth (?=.*# on the other machine$)", "FLEETAUTH_HOME=elsewhere fleetauth ");
        return KEY_COMMAND.matcher(code).find() ? here + "fleetauth login -p partner --type partner\n" : here;
    }

    /** A shell whose store opens with a passphrase, and whose user enters a new one if prompted. */
    static TestShell withAPassphrase(Path folder) throws IOException {
        TestShell shell = new TestShell(folder);
        Path keyFile = Path.of(shell.variables().getOrDefault("FLEETAUTH_KEY_FILE", ""));
        Path bin = folder.resolveSibling(folder.getFileName() + ".bin");
        for (String helper : List.of("secretservice", "pass")) {
            FakeHelper.install(bin, helper, bin.resolveSibling(bin.getFileName() + "." + helper));
        }
        Path kept = Files.createDirectories(bin.resolveSibling(bin.getFileName() + ".secret-tool"));
        FakeHelper.program(bin, "secret-tool", """
                #!/bin/sh
                case $1 in
                lookup) cat "FOLDER/$7" 2>/dev/null ;;
                store) cat >"FOLDER/$8" ;;
                clear) rm "FOLDER/$7" ;;
                esac
                """.replace("FOLDER", kept.toString()));
        FakeHelper.program(bin, "op", "#!/bin/sh\ncat '" + keyFile + "'\n");
        Files.createDirectory(folder.resolve("keys"));
        shell.allowSecretsIn(folder.resolve("keys/fleetauth.key"))
                .variable("FLEETAUTH_KEY_FILE", null)
                .variable("PATH", bin + ":" + System.getenv("PATH"))
                .storePassphrase(PASSPHRASE);
        var nowhere = OutputStream.nullOutputStream();
        CheapPassphrase.set(
                shell.environment(InputStream.nullInputStream(), nowhere, nowhere), shell.home(), PASSPHRASE);
        return shell.terminal(new TestTerminal(PASSPHRASE, NEW_PASSPHRASE, NEW_PASSPHRASE));
    }

    @Override
    public void close() throws IOException {
        fixture.close();
        try (Stream<Path> files = Files.walk(session)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
