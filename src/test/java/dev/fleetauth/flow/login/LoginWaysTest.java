package dev.fleetauth.flow.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.fleetauth.flow.Consent;
import dev.fleetauth.host.Browser;
import dev.fleetauth.host.Terminal;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Scope;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.Agent.Visit;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.testing.Await;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.StartedBrowser;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestTerminal;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways to log in, and the messages if one fails. */
@Tag("any-jdk")
public class LoginWaysTest {

    private static final Pattern ADDRESS = Pattern.compile("http://\\S+/oauth2/v3/authorize\\?\\S+");

    @TempDir
    Path folder;

    private ShellAndSandbox fixture;
    private TestShell shell;

    @BeforeEach
    void start() {
        fixture = ShellAndSandbox.tesla(folder);
        shell = fixture.shell;
        shell.variable("FLEETAUTH_CLIENT_SECRET", fixture.sandbox.clientSecret().reveal());
    }

    @AfterEach
    void end() throws IOException {
        fixture.close();
    }

    @Test
    void withoutABrowserTheAddressIsOnItsOwnLine() throws Exception {
        var login = shell.start(fixture.loginWords("--no-browser"));
        URI address = URI.create(login.awaitLine(ADDRESS));
        Visit visit = Agent.allowing().visit(address);
        login.end().exits(0).printsNothing();
        assertThat(visit.page()).contains("Logged in");
        fixture.token();
    }

    /** OpenID Connect Core 3.1.3.3 is not enforced for Tesla; a missing id token is reported. */
    @Test
    void aMissingIdTokenIsReported() {
        shell.browser(Agent.allowing());
        fixture.sandbox.enqueue(Fault.member("id_token", ""));
        shell.run(fixture.loginWords()).exits(0).says("The provider sent no id token, although openid was requested");
        shell.run(fixture.loginWords()).exits(0);
    }

    @Test
    void theWholeAddressIsShownEvenWhenQuiet() throws Exception {
        String scopes = String.join(
                " ",
                IntStream.range(0, 200)
                        .mapToObj(i -> "a_rather_long_scope_" + i)
                        .toList());
        var login =
                shell.start(fixture.loginWords("--no-browser", "-q", "--timeout", "1s", "--scope", "openid " + scopes));
        String address = login.awaitLine(ADDRESS);
        assertThat(address).hasSizeGreaterThan(4000).contains("a_rather_long_scope_199");
        login.end().exits(4);
    }

    @Test
    void theAddressIsShownIfNoBrowserStarts() throws Exception {
        shell.browser(page -> false);
        var login = shell.start(fixture.loginWords());
        Agent.allowing().visit(URI.create(login.awaitLine(ADDRESS)));
        login.end().exits(0);
    }

    @Test
    void aRemoteUserIsToldToPasteTheAddress() throws Exception {
        var terminal = new TestTerminal();
        shell.terminal(terminal);
        shell.browser(new Browser() {
            @Override
            public boolean open(URI page) {
                return false;
            }

            @Override
            public String whyRemote() {
                return "this is a container";
            }
        });
        var login = shell.start(fixture.loginWords());
        terminal.type(redirectOf(login.awaitLine(ADDRESS)).toString());
        login.end()
                .exits(0)
                .says(
                        "No browser was opened: this is a container.",
                        "ends up at an address that it cannot open. Paste that address.");
    }

    @Test
    void aResponseCanBePastedAtTheTerminal() throws Exception {
        var terminal = new TestTerminal();
        shell.terminal(terminal);
        var login = shell.start(fixture.loginWords("--paste"));
        terminal.type("");
        terminal.type("http://localhost/callback?code=forged&state=forged");
        terminal.type(redirectOf(login.awaitLine(ADDRESS)).toString());
        login.end()
                .exits(0)
                .says("the pasted text is not the response to this login: its state does not match this login");
        assertThat(terminal.prompts()).allMatch(prompt -> prompt.startsWith("Paste the address"));
        fixture.token();
    }

    @Test
    void aResponseCanBePastedWhileWaitingForTheBrowser() throws Exception {
        var terminal = new TestTerminal();
        shell.terminal(terminal);
        List<URI> pages = Collections.synchronizedList(new ArrayList<>());
        shell.browser(TestShell.recordingBrowser(pages));
        var login = shell.start(fixture.loginWords());
        login.awaitLine(Pattern.compile("Opening the provider's page in your browser.*"));
        terminal.type(redirectOf(pages.get(0).toString()).getRawQuery());
        login.end().exits(0);
        assertThat(terminal.prompts())
                .singleElement(STRING)
                .matches("Or paste the address that the browser ended up at \\(not shown, [45]:\\d\\d left\\): ");
    }

    @Test
    void withoutATerminalAResponseIsReadFromStandardInput() throws Exception {
        var typing = new PipedOutputStream();
        var login = shell.start(new PipedInputStream(typing), fixture.loginWords("--paste"));
        String redirect = redirectOf(login.awaitLine(ADDRESS)).toString();
        typing.write((redirect + "\n").getBytes(StandardCharsets.UTF_8));
        login.end().exits(0);
        fixture.token();
    }

    @Test
    void anInputThatEndsWithoutAResponseEndsTheLogin() throws Exception {
        shell.runWithInput("neither\n", fixture.loginWords("--paste"))
                .exits(4)
                .says("the pasted text is not the response to this login: it has no state")
                .says("not completed: the input ended\nhint: run 'fleetauth login' again, and paste");
        assertThat(fixture.sandbox.received(Endpoint.TOKEN)).isEmpty();
    }

    @Test
    void aCodeAndItsStateCanBePastedWithoutTheAddress() throws Exception {
        var terminal = new TestTerminal();
        shell.terminal(terminal);
        var login = shell.start(fixture.loginWords("--paste"));
        String query = redirectOf(login.awaitLine(ADDRESS)).getRawQuery();
        terminal.type(value(query, "code") + " " + value(query, "state"));
        login.end().exits(0);
    }

    @Test
    void aCanceledLoginIsReportedAsADenial() throws Exception {
        Agent agent = Agent.canceling();
        shell.browser(agent);
        shell.run(fixture.loginWords()).exits(5).printsNothing().says("access was denied: login_cancelled");
        assertThat(agent.lastVisit(Duration.ofSeconds(20)).orElseThrow().page()).contains("Access was denied");
        shell.run("token").exits(3);
        assertThat(fixture.sandbox.received(Endpoint.TOKEN)).isEmpty();
    }

    @Test
    void aCanceledLoginKeepsThePreviousOne() throws Exception {
        fixture.loggedIn();
        String token = fixture.token();
        shell.browser(Agent.canceling());
        shell.run("login").exits(5);
        assertThat(fixture.token()).isEqualTo(token);
    }

    @Test
    void anUnfinishedLoginTimesOut() throws Exception {
        shell.browser(TestShell.recordingBrowser(new ArrayList<>()));
        shell.run(fixture.loginWords("--timeout", "1s"))
                .exits(4)
                .says("the login was not completed: gave up after 1 s");
        shell.browser(TestShell.NO_BROWSER);
        shell.run("token").exits(3);
    }

    @Test
    void aRedirectUriOnAnotherHostNeedsPaste() {
        shell.run(
                        "login",
                        "--type",
                        "third-party",
                        "--issuer",
                        fixture.issuer(),
                        "--client-id",
                        fixture.sandbox.clientId(),
                        "--redirect-uri",
                        "https://app.example/callback")
                .exits(4)
                .says("https://app.example/callback", "--paste");
        assertThat(fixture.sandbox.received(Endpoint.AUTHORIZATION)).isEmpty();
    }

    @Test
    void ifThePortIsInUseNoBrowserIsOpened() throws Exception {
        int port = URI.create(fixture.redirectUri).getPort();
        try (ServerSocket other = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            shell.run(fixture.loginWords())
                    .exits(6)
                    .says(
                            fixture.redirectUri,
                            "it is in use by java (process "
                                    + ProcessHandle.current().pid() + ")",
                            "--paste");
            assertThat(fixture.sandbox.received(Endpoint.AUTHORIZATION)).isEmpty();
            other.setSoTimeout(1);
        }
    }

    @Test
    void ifThePortIsInUsePasteIsOfferedAtATerminal() throws Exception {
        var terminal = new TestTerminal();
        shell.terminal(terminal);
        List<URI> pages = Collections.synchronizedList(new ArrayList<>());
        shell.browser(TestShell.recordingBrowser(pages));
        int port = URI.create(fixture.redirectUri).getPort();
        try (ServerSocket other = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            var login = shell.start(fixture.loginWords());
            login.awaitLine(Pattern.compile("Cannot listen on .*: it is in use by java" + " \\(process \\d+\\)"));
            String address = login.awaitLine(ADDRESS);
            assertThat(canBind("::1", port)).as("nothing listens on ::1 either").isTrue();
            terminal.type(redirectOf(address).toString());
            login.end().exits(0).says("No browser was opened: the response would go to the program that uses the port");
            assertThat(pages).isEmpty();
            other.setSoTimeout(1);
        }
    }

    /** A standard provider allows any port of this machine (RFC 8252 7.3). */
    @Test
    void ifThePortIsInUseAFreePortIsOfferedIfAllowed(@TempDir Path other) throws Exception {
        try (ShellAndSandbox strict = ShellAndSandbox.strict(other);
                var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var terminal = new TestTerminal("y");
            strict.shell.terminal(terminal).browser(Agent.allowing());
            strict.shell.variable(
                    "FLEETAUTH_CLIENT_SECRET", strict.sandbox.clientSecret().reveal());
            List<String> words = new ArrayList<>(List.of(strict.loginWords()));
            String registered = "http://127.0.0.1:" + taken.getLocalPort() + "/callback";
            int option = words.indexOf("--redirect-uri");
            if (option < 0) {
                words.addAll(List.of("--redirect-uri", registered));
            } else {
                words.set(option + 1, registered);
            }
            strict.shell
                    .run(words.toArray(String[]::new))
                    .exits(0)
                    .says("Cannot listen on " + registered + ": it is in use by java" + " (process ");
            assertThat(terminal.prompts().get(0)).contains("Use a free port?");
        }
    }

    @Test
    void theAddressIsPrintedEvenIfABrowserStartsAndWorksInAnother() throws Exception {
        List<URI> pages = Collections.synchronizedList(new ArrayList<>());
        shell.browser(TestShell.recordingBrowser(pages));
        var login = shell.start(fixture.loginWords());
        String address = login.awaitLine(ADDRESS);
        StartedBrowser started = StartedBrowser.at(pages.get(0));
        assertThat(value(started.address().getRawQuery(), "state"))
                .isNotEqualTo(value(URI.create(address).getRawQuery(), "state"));
        Agent.allowing().visit(URI.create(address));
        login.end().exits(0).says("If no page appears, open this address in any browser:");
        fixture.token();
    }

    @Test
    void aServerErrorIsNotReportedAsADenial() throws Exception {
        shell.browser(TestShell.recordingBrowser(new ArrayList<>()));
        var login = shell.start(fixture.loginWords());
        String state = value(URI.create(login.awaitLine(ADDRESS)).getRawQuery(), "state");
        String query = "error=server_error&error_description=%3Cb%3Eoops%3C/b%3E%20%26&state=" + state;
        String page = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(fixture.redirectUri + "?" + query))
                                .build(),
                        BodyHandlers.ofString())
                .body();
        assertThat(page)
                .contains("server_error: &lt;b&gt;oops&lt;/b&gt; &amp;")
                .contains("Meaning: the provider had an internal error.", "What to do: try again later.")
                .doesNotContain("<b>", "not allowed");
        var result = login.end()
                .exits(6)
                .says(
                        "returned an error for the login: server_error, <b>oops</b> &",
                        "the provider had an internal error");
        assertThat(result.err()).doesNotContain("access was denied");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPastedAddressMayBeSplitOverLines(boolean atTerminal) throws Exception {
        var terminal = new TestTerminal();
        var typing = new PipedOutputStream();
        var in = new PipedInputStream(typing);
        if (atTerminal) {
            shell.terminal(terminal);
        }
        var login = shell.start(in, fixture.loginWords("--paste"));
        String redirect = redirectOf(login.awaitLine(ADDRESS)).toString();
        for (String line : List.of("'" + redirect.substring(0, 60), redirect.substring(60) + "'")) {
            if (atTerminal) {
                terminal.type(line);
            } else {
                typing.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
        login.end().exits(0);
    }

    @Test
    void onlyFiveWrongPastedLinesAreReportedAndTheOthersCounted() {
        var result = shell.runWithInput("x=1\n".repeat(100_000), fixture.loginWords("--paste"))
                .exits(4)
                .says("Further pasted lines that were not the response: 99995.");
        assertThat(result.err().lines().filter(line -> line.startsWith("the pasted text")))
                .hasSize(5);
    }

    @Test
    void anotherUserIsRejected() throws Exception {
        fixture.loggedIn();
        String before = fixture.token();
        fixture.sandbox.user("someone-else-entirely");
        Agent agent = Agent.allowing();
        shell.browser(agent);
        shell.run("login").exits(5).says("belongs to the subject", "someone-else-entirely", "--replace");
        assertThat(agent.lastVisit(Duration.ofSeconds(20)).orElseThrow().page()).contains("Not logged in");
        assertThat(fixture.token()).isEqualTo(before);

        shell.run("login", "--replace").exits(0);
        assertThat(fixture.token()).isNotEqualTo(before);
    }

    @Test
    void anotherUserIsAcceptedAfterConfirmation() throws Exception {
        fixture.loggedIn();
        String before = fixture.token();
        fixture.sandbox.user("someone-else-entirely");

        var refusing = new TestTerminal();
        shell.browser(Agent.allowing()).terminal(refusing);
        var refused = shell.start("login");
        awaitPrompt(refusing, "Replace its session with");
        refusing.type("n");
        refused.end().exits(5);
        assertThat(fixture.token()).isEqualTo(before);

        var agreeing = new TestTerminal();
        shell.terminal(agreeing);
        var agreed = shell.start("login");
        awaitPrompt(agreeing, "Replace its session with one for someone-else-entirely? [y/N]");
        agreeing.type("y");
        agreed.end().exits(0);
        assertThat(fixture.token()).isNotEqualTo(before);
        assertThat(agreeing.typedSecrets())
                .as("the response is not taken for a pasted address")
                .isEmpty();
    }

    @Test
    void anotherClientOrIssuerIsRejected() throws Exception {
        fixture.loggedIn();
        String before = fixture.token();
        int requests = fixture.sandbox.received().size();
        shell.run("login", "--client-id", "another-client").exits(5).says("belongs to the client", "another-client");
        shell.run("login", "--issuer", fixture.issuer() + "/", "--type", "third-party", "--client-id", "x")
                .exits(5)
                .says("belongs to the issuer");
        assertThat(fixture.sandbox.received()).hasSize(requests);
        assertThat(fixture.token()).isEqualTo(before);

        shell.terminal(new TestTerminal("no"));
        shell.run("login", "--client-id", "another-client").exits(5);

        shell.terminal(new TestTerminal("yes")).browser(Agent.allowing());
        shell.variable("FLEETAUTH_CLIENT_SECRET", fixture.sandbox.clientSecret().reveal());
        shell.run("login", "--client-id", fixture.sandbox.publicClientId()).exits(0);
        assertThat(stored().session().settings().clientId()).isEqualTo(fixture.sandbox.publicClientId());
        shell.run("login", "--replace", "--client-id", fixture.sandbox.clientId())
                .exits(0);
    }

    @Test
    void anotherIssuerIsAcceptedWithReplace(@TempDir Path other) throws Exception {
        try (ShellAndSandbox strict = ShellAndSandbox.strict(other)) {
            fixture.loggedIn();
            shell.watch(strict.sandbox);
            shell.variable(
                    "FLEETAUTH_CLIENT_SECRET", strict.sandbox.clientSecret().reveal());
            List<String> words = new ArrayList<>(List.of(strict.loginWords()));
            shell.run(words.toArray(String[]::new)).exits(5).says("belongs to the issuer " + fixture.issuer());
            words.add("--replace");
            shell.browser(Agent.allowing());
            shell.run(words.toArray(String[]::new)).exits(0);
            assertThat(stored().session().settings().issuer()).isEqualTo(strict.issuer());
            assertThat(stored().session().settings().region()).isNull();
        }
    }

    @Test
    void requestedAndGrantedScopesAreReported() throws Exception {
        shell.browser(Agent.allowingAllBut(new Scope(List.of("vehicle_location", "vehicle_cmds"))));
        shell.run(fixture.loginWords())
                .exits(0)
                .says("\u2713 openid", "\u2717 vehicle_location", "\u2717 vehicle_cmds");
        assertThat(shell.run("status").exits(0).out()).contains("not granted    vehicle_location vehicle_cmds");
        fixture.expire();
        shell.run("refresh").exits(0);
        assertThat(stored().session().scopeMissing().values()).containsExactly("vehicle_location", "vehicle_cmds");
    }

    @Test
    void scopesMayBeSeparatedBySpacesOrCommas() throws Exception {
        shell.browser(Agent.allowing());
        shell.run(fixture.loginWords("--scope", "openid,user_data", "--scope", "vehicle_cmds energy_cmds"))
                .exits(0)
                .says(
                        "Granted, as requested: openid user_data vehicle_cmds energy_cmds",
                        "The provider sent no refresh token");
        fixture.expire();
        shell.run("token").exits(4).says("it has no refresh token");
        shell.run("login").exits(0).says("Granted, as requested: openid user_data vehicle_cmds energy_cmds");
    }

    @Test
    void theSecretComesFromAFileOrStandardInput() throws Exception {
        shell.variable("FLEETAUTH_CLIENT_SECRET", null).browser(Agent.allowing());
        Path file = Files.writeString(
                folder.resolve("secret"), fixture.sandbox.clientSecret().reveal() + "\n");
        shell.allowSecretsIn(file);
        shell.run(fixture.loginWords("--client-secret-file", file.toString())).exits(0);
        shell.runWithInput(
                        fixture.sandbox.clientSecret().reveal() + "\r\n",
                        fixture.loginWords("-p", "two", "--client-secret-file", "-"))
                .exits(0);
        shell.run(fixture.loginWords("-p", "three")).exits(3).says("the client secret is not set");
        shell.run(fixture.loginWords("-p", "three", "--client-secret-file", "missing"))
                .exits(3)
                .says("cannot be read");
    }

    @Test
    void missingSettingsArePromptedForAtATerminal() throws Exception {
        shell.variable("FLEETAUTH_CLIENT_SECRET", null).browser(Agent.allowing());
        var terminal = new TestTerminal(
                fixture.sandbox.clientId(), fixture.sandbox.clientSecret().reveal());
        shell.terminal(terminal);
        shell.run("login", "--type", "third-party", "--issuer", fixture.issuer(), "--redirect-uri", fixture.redirectUri)
                .exits(0);
        assertThat(terminal.prompts().get(0))
                .contains("https://developer.tesla.com/dashboard", "there, exactly: " + fixture.redirectUri)
                .endsWith("\nClient id: ");
        assertThat(terminal.prompts().get(1)).isEqualTo("Client secret (not shown): ");
        shell.run("login", "--no-input", "-p", "two").exits(3).says("the client id and the client secret are not set");
    }

    @Test
    void allMissingSettingsAreReportedTogether() {
        shell.variable("FLEETAUTH_CLIENT_SECRET", null).variable("FLEETAUTH_KEY_FILE", null);
        shell.run("login", "--type", "business")
                .exits(3)
                .says(
                        "the client id, the client secret, the auth code from Consent Management and the key of the store"
                                + " are not set",
                        "the client id with --client-id or FLEETAUTH_CLIENT_ID; the client secret with",
                        "; the key of the store with FLEETAUTH_KEY_FILE,");
        shell.run("login", "--client-id", "x").exits(3).says("the client secret and the key of the store are not set");
        assertThat(shell.home()).doesNotExist();
    }

    @Test
    void anInvalidAnswerIsPromptedForAgainAndEarlierOnesAreKept() throws Exception {
        shell.variable("FLEETAUTH_CLIENT_SECRET", null).variable("FLEETAUTH_KEY_FILE", null);
        Path keyFile = folder.resolve("mykey");
        shell.allowSecretsIn(keyFile).browser(Agent.allowing());
        var terminal = new TestTerminal(
                "",
                " ",
                fixture.sandbox.clientId(),
                "",
                fixture.sandbox.clientSecret().reveal(),
                "nowhere",
                "File",
                "~/mykey");
        shell.terminal(terminal).withoutKeySource();
        shell.run("login", "--type", "third-party", "--issuer", fixture.issuer(), "--redirect-uri", fixture.redirectUri)
                .exits(0)
                .says("Created the key file " + keyFile, "Keep a copy");
        assertThat(terminal.prompts().get(1)).isEqualTo("Nothing was entered. Try again.\nClient id: ");
        assertThat(terminal.prompts().get(7)).startsWith("The key file, created if it does not exist [");
        shell.terminal(Terminal.NONE);
        shell.run("token").exits(0);
        assertThat(shell.run("key", "show").exits(0).out()).contains("key file    " + keyFile);
        Files.delete(keyFile);
        shell.run("token").exits(7).says("the key file " + keyFile + ", which the store names, does not exist");
        shell.run("doctor").exits(7);
    }

    @Test
    void aRegionMayBeNamedInformally() {
        var terminal = new TestTerminal("Atlantis", "europe", TestTerminal.CTRL_D);
        shell.terminal(terminal);
        shell.run("login").exits(5).says("canceled at the prompt for the client id", "run the command again");
        assertThat(terminal.prompts().get(1)).startsWith("That is not one of the answers: enter na, eu or cn.\n");
        assertThat(terminal.prompts().get(2)).contains("developer.tesla.com", "http://localhost:8484/callback");
        shell.terminal(new TestTerminal("CHINA", TestTerminal.CTRL_D));
        shell.run("login").exits(5);
        shell.terminal(new TestTerminal("x", "y", "z"));
        shell.run("login").exits(2).says("no valid answer to the prompt for Tesla's region", "enter na, eu or cn");
    }

    @Test
    void aWrongSecretIsReportedWithAHint() throws Exception {
        shell.variable("FLEETAUTH_CLIENT_SECRET", "ta-secret.this-is-not-the-one")
                .browser(Agent.allowing());
        shell.run(fixture.loginWords())
                .exits(5)
                .says("refused the request: unauthorized_client", "hint: check the client id");
        shell.run("token").exits(3);
    }

    private Profile stored() {
        return Objects.requireNonNull(shell.stored("default"));
    }

    /** Allows everything on the consent page, and returns the address of the redirect without following it. */
    public static URI redirectOf(String address) throws IOException, InterruptedException {
        return Consent.allowed(StartedBrowser.at(URI.create(address)).address());
    }

    private static String value(String query, String name) {
        return Pattern.compile("(?:^|&)" + name + "=([^&]*)")
                .matcher(query)
                .results()
                .map(match -> match.group(1))
                .findFirst()
                .orElseThrow();
    }

    private static void awaitPrompt(TestTerminal terminal, String text) {
        Await.until("prompted: " + text, () -> terminal.prompts().stream().anyMatch(prompt -> prompt.contains(text)));
    }

    private static boolean canBind(String address, int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName(address))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
