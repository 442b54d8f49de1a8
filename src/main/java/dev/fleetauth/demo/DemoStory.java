package dev.fleetauth.demo;

import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.cli.print.TerminalText;
import dev.fleetauth.host.Environment;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Secret;
import dev.fleetauth.sandbox.Sandbox;
import dev.fleetauth.sandbox.provider.Endpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The steps of {@code demo}. Each prints a command line, runs that command in its own environment with an agent in
 * place of the browser, and fails unless the exit code and the results are as expected.
 */
public final class DemoStory {

    private static final Duration BROWSER_WAIT = Duration.ofSeconds(20);

    private final Environment outer;
    private final Playground playground;
    private final Sandbox sandbox;

    public DemoStory(Environment outer, Playground playground) {
        this.outer = outer;
        this.playground = playground;
        this.sandbox = playground.sandbox();
    }

    /**
     * Runs all steps.
     *
     * @throws Failure of kind {@code DEMO_FAILED} if a step does not have the expected result
     */
    public void run() throws IOException, InterruptedException {
        print("A sandbox that behaves like Tesla's server is running at " + sandbox.base() + ".");

        Path keyFile = playground.keyFile();
        step("1. Create a key file, which seals the store.", 0, "key", "new-file", keyFile.toString());
        check("key new-file", Files.size(keyFile) > 0, "there is no key file");

        step("2. Log in: an automated browser presses Allow.", 0, playground.loginLine());
        check("login", grants("authorization_code") == 1, "the sandbox exchanged no code");

        Secret token = new Secret(step("3. Print a token, as a script would.", 0, "token"));
        print("   " + shortened(token) + " - the sandbox accepts it");
        check("token", sandbox.isActive(token), "the sandbox does not accept it");

        step("4. Refresh; the single-use refresh token is replaced.", 0, "refresh");
        Secret fresh = new Secret(step("", 0, "token"));
        print("   " + shortened(fresh) + " - a new token");
        check(
                "refresh",
                grants("refresh_token") == 1 && !fresh.equals(token) && sandbox.isActive(fresh),
                "the sandbox issued no new token");

        String report = step("5. Inspect it, and verify its signature.", 0, "inspect", "--verify");
        report.lines()
                .filter(line -> line.startsWith("kind") || line.startsWith("verified") || line.startsWith("expires"))
                .forEach(line -> print("   " + line));
        check("inspect", report.contains("verified "), "nothing was verified");

        int files = countFilesWithout(sandbox.secretsSeen());
        print("   " + files + " files are stored, and none contains a readable token.");

        step(
                "6. Revoke: Tesla has a page for this, on which the automated browser presses Revoke.",
                ExitCode.USER_ACTION,
                "revoke");
        check("revoke", playground.agent().lastVisit(BROWSER_WAIT).isPresent(), "the page was not completed");
        check("revoke", !sandbox.isActive(fresh), "the sandbox still accepts the token");
        print("   The sandbox confirms: the token is no longer valid.");

        step("7. Without tokens, the exit code tells a script that a user is needed.", ExitCode.USER_ACTION, "token");
        print("");
        print("All steps succeeded. Next: 'fleetauth login --help'.");
    }

    /** Runs a command as a step and returns its output. */
    private String step(String what, int expected, String... args) {
        if (!what.isEmpty()) {
            print("");
            print(what);
        }
        print("   $ fleetauth " + String.join(" ", args));
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int exitCode = playground.run(out, err, args);
        err.toString(StandardCharsets.UTF_8).lines().forEach(line -> print("   " + line));
        if (exitCode != expected) {
            throw Failure.of(Kind.DEMO_FAILED, args[0], "exit code " + exitCode + " instead of " + expected);
        }
        return out.toString(StandardCharsets.UTF_8).strip();
    }

    private long grants(String grantType) {
        return sandbox.received(Endpoint.TOKEN).stream()
                .filter(request -> grantType.equals(request.parameters().get("grant_type")))
                .count();
    }

    private int countFilesWithout(List<Secret> secrets) throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.walk(playground.home())) {
            files = found.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            String content = Files.readString(file, StandardCharsets.ISO_8859_1);
            for (Secret secret : secrets) {
                check("store", !content.contains(secret.reveal()), file + " contains an unencrypted secret");
            }
        }
        return files.size();
    }

    private static String shortened(Secret token) {
        String text = token.reveal();
        return text.substring(0, 8) + "..." + text.substring(text.length() - 8) + " (" + text.length() + " characters)";
    }

    private static void check(String step, boolean isConfirmed, String otherwise) {
        if (!isConfirmed) {
            throw Failure.of(Kind.DEMO_FAILED, step, otherwise);
        }
    }

    private void print(String line) {
        outer.out().println(TerminalText.printable(line));
        outer.out().flush();
    }
}
