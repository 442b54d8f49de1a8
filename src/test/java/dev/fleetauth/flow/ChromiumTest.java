package dev.fleetauth.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.testing.Chromium;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.StartedBrowser;
import dev.fleetauth.testing.TestShell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page at the end of a login, in Chromium. */
@Tag("host-program")
@Tag("any-jdk")
class ChromiumTest {

    private static final Pattern ADDRESS = Pattern.compile("http\\S+[?&]state=\\S+");

    @TempDir
    private Path folder;

    /** Outside the shell's directory, in which no plaintext secret may be: a browser saves its history. */
    @TempDir
    private Path profile;

    /** The content security policy allows the page's style, which has the colors of each color scheme. */
    @ParameterizedTest
    @CsvSource({
        "light, 'rgb(246, 246, 244)', 'rgb(28, 28, 26)', 'rgb(31, 138, 76)'",
        "dark, 'rgb(22, 22, 21)', 'rgb(236, 236, 230)', 'rgb(63, 191, 116)'"
    })
    void thePageReportsSuccess(String colorScheme, String background, String text, String success) throws Exception {
        try (var chromium = new Chromium(profile);
                var fixture = ShellAndSandbox.tesla(folder).ready()) {
            fixture.browser(page -> allow(chromium, page, colorScheme)).login().exits(0);
            chromium.await("document.title === 'Logged in - fleetauth'");
            assertThat(computed(chromium, "body", "backgroundColor")).isEqualTo(background);
            assertThat(computed(chromium, "body", "color")).isEqualTo(text);
            assertThat(computed(chromium, "main", "borderTopColor")).isEqualTo(success);
            assertThat(chromium.evaluate("document.body.innerText").asText())
                    .contains("Logged in", "fleetauth has received its tokens. You can close this window.");
            assertThat(fixture.sandbox.received(Endpoint.TOKEN)).hasSize(1);
            // -Dfleetauth.pictures=docs/images updates the pictures in the docs.
            Path picture = Path.of(
                    System.getProperty("fleetauth.pictures", profile.toString()), "callback-" + colorScheme + ".png");
            chromium.saveScreenshot(picture);
            assertThat(picture).isRegularFile();
        }
    }

    @Test
    void thePageReportsAFailureWithoutItsReason() throws Exception {
        try (var chromium = new Chromium(profile);
                var fixture = ShellAndSandbox.tesla(folder).ready()) {
            fixture.sandbox.enqueue(Fault.accessDenied());
            fixture.browser(page -> allow(chromium, page, "light")).login().exits(6);
            chromium.await("document.title === 'Not logged in - fleetauth'");
            assertThat(chromium.evaluate("document.body.innerText").asText())
                    .contains("See the terminal for the reason.")
                    .doesNotContain("Access Denied");
        }
    }

    /** The browser that was started shows nothing, and the printed address is opened in another one. */
    @Test
    void thePrintedAddressCanBeOpenedByHand() throws Exception {
        try (var chromium = new Chromium(profile);
                var fixture = ShellAndSandbox.tesla(folder).ready()) {
            List<URI> pages = Collections.synchronizedList(new ArrayList<>());
            fixture.browser(TestShell.recordingBrowser(pages));
            var login = start(fixture);
            URI printed = URI.create(login.awaitLine(ADDRESS));
            StartedBrowser.at(pages.get(0));
            allow(chromium, printed, "light");
            login.end().exits(0);
            chromium.await("document.title === 'Logged in - fleetauth'");
        }
    }

    @Test
    void thePageShowsAnErrorDescriptionAsText() throws Exception {
        try (var chromium = new Chromium(profile);
                var fixture = ShellAndSandbox.tesla(folder).ready()) {
            fixture.browser(TestShell.recordingBrowser(new ArrayList<>()));
            var login = start(fixture);
            String state = login.awaitLine(ADDRESS).replaceAll(".*[?&]state=([^&]+).*", "$1");
            chromium.open(
                    URI.create(fixture.redirectUri
                            + "?error=invalid_scope&error_description=%3Ch1%20id=x%3Eno%3C/h1%3E&state=" + state),
                    "light");
            chromium.await("document.title === 'Not logged in - fleetauth'");
            assertThat(chromium.evaluate("document.body.innerText").asText())
                    .contains(
                            "invalid_scope: <h1 id=x>no</h1>",
                            "a scope is unknown",
                            "request fewer scopes with --scope")
                    .doesNotContain("access was denied");
            assertThat(chromium.evaluate("document.querySelectorAll('h1').length")
                            .asInt())
                    .isEqualTo(1);
            login.end().exits(5);
        }
    }

    private static TestShell.Running start(ShellAndSandbox fixture) {
        return fixture.shell.start(
                "login",
                "--type",
                "third-party",
                "--issuer",
                fixture.sandbox.base().toString(),
                "--client-id",
                fixture.sandbox.clientId(),
                "--redirect-uri",
                fixture.redirectUri);
    }

    /** Opens the provider's page and presses Allow; the caller checks the result after the login. */
    private static boolean allow(Chromium chromium, URI page, String colorScheme) {
        try {
            chromium.open(page, colorScheme);
            chromium.evaluate("document.querySelector('button[value=allow]').click()");
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String computed(Chromium chromium, String element, String property) throws IOException {
        return chromium.evaluate("getComputedStyle(document.querySelector('" + element + "'))." + property)
                .asText();
    }
}
