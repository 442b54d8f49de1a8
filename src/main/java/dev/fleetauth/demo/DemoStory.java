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
 * The steps of {@code demo}. Each runs a real command in an environment of its own, with an agent in the browser's place,
 * shows the line a person would type, and is done only when its proof holds: the sandbox's word, not the command's.
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

    public void tell() throws IOException, InterruptedException {
        say("A sandbox that behaves like Tesla's server runs at " + sandbox.base() + ".");

        Path keyFile = playground.keyFile();
        step("1. Make a key file; the store is sealed with it.", 0, "key", "new-file", keyFile.toString());
        prove("key new-file", Files.size(keyFile) > 0, "there is no key file");

        step("2. Log in: an agent plays the browser and presses Allow.", 0, playground.loginLine());
        prove("login", grants("authorization_code") == 1, "the sandbox exchanged no code");

        Secret token = new Secret(step("3. Print a token, as a script would.", 0, "token"));
        say("   " + shortened(token) + " - the sandbox takes it");
        prove("token", sandbox.isActive(token), "the sandbox does not know it");

        step("4. Refresh; the single-use refresh token is replaced.", 0, "refresh");
        Secret fresh = new Secret(step("", 0, "token"));
        say("   " + shortened(fresh) + " - another one");
        prove(
                "refresh",
                grants("refresh_token") == 1 && !fresh.equals(token) && sandbox.isActive(fresh),
                "the sandbox gave no new token");

        String report = step("5. Look into it, and check its signature.", 0, "inspect", "--verify");
        report.lines()
                .filter(line -> line.startsWith("kind") || line.startsWith("verified") || line.startsWith("expires"))
                .forEach(line -> say("   " + line));
        prove("inspect", report.contains("verified "), "nothing was verified");

        int files = filesWithout(sandbox.secretsSeen());
        say("   " + files + " files are kept, and none holds a token that can be read.");

        step("6. Revoke: Tesla's way is a page, on which the agent presses Revoke.", ExitCode.USER_ACTION, "revoke");
        prove("revoke", playground.agent().lastVisit(BROWSER_WAIT).isPresent(), "the page was not finished");
        prove("revoke", !sandbox.isActive(fresh), "the sandbox still takes the token");
        say("   The sandbox confirms: the token is dead.");

        step("7. Without tokens, a script is told that a person is needed.", ExitCode.USER_ACTION, "token");
        say("");
        say("Every step happened. Next: 'fleetauth login --help'.");
    }

    /** Runs a command as a step and gives back what it printed. */
    private String step(String what, int expected, String... args) {
        if (!what.isEmpty()) {
            say("");
            say(what);
        }
        say("   $ fleetauth " + String.join(" ", args));
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int exitCode = playground.run(out, err, args);
        err.toString(StandardCharsets.UTF_8).lines().forEach(line -> say("   " + line));
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

    private int filesWithout(List<Secret> secrets) throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.walk(playground.home())) {
            files = found.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            String content = Files.readString(file, StandardCharsets.ISO_8859_1);
            for (Secret secret : secrets) {
                prove("store", !content.contains(secret.reveal()), file + " holds a secret in the clear");
            }
        }
        return files.size();
    }

    private static String shortened(Secret token) {
        String text = token.reveal();
        return text.substring(0, 8) + "..." + text.substring(text.length() - 8) + " (" + text.length() + " characters)";
    }

    private static void prove(String step, boolean proof, String otherwise) {
        if (!proof) {
            throw Failure.of(Kind.DEMO_FAILED, step, otherwise);
        }
    }

    private void say(String line) {
        outer.out().println(TerminalText.printable(line));
        outer.out().flush();
    }
}
