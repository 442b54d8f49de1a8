package dev.fleetauth.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.StartedBrowser;
import dev.fleetauth.testing.TestShell;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What another user of this machine, who can read the browser's arguments or learns the state, cannot do. */
@Tag("any-jdk")
class StartPageTest {

    private static final Pattern OPENED = Pattern.compile("Opening the provider's page in your browser.*");
    private static final Pattern ADDRESS = Pattern.compile("http\\S+[?&]state=\\S+");

    @TempDir
    private Path folder;

    private final List<URI> pages = Collections.synchronizedList(new ArrayList<>());
    private ShellAndSandbox fixture;

    @BeforeEach
    void recordPages() {
        fixture = ShellAndSandbox.tesla(folder).ready();
        fixture.browser(TestShell.recordingBrowser(pages));
    }

    @AfterEach
    void end() throws IOException {
        fixture.close();
    }

    private TestShell.Running login() throws InterruptedException {
        TestShell.Running login = fixture.shell.start(
                "login",
                "--type",
                "third-party",
                "--issuer",
                fixture.sandbox.base().toString(),
                "--client-id",
                fixture.sandbox.clientId(),
                "--redirect-uri",
                fixture.redirectUri);
        login.awaitLine(OPENED);
        return login;
    }

    private URI page() {
        return pages.get(pages.size() - 1);
    }

    private static int status(URI address, String cookie) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
        connection.setRequestProperty("Cookie", cookie);
        connection.setInstanceFollowRedirects(false);
        return connection.getResponseCode();
    }

    /** The callback's address for an authorization request. */
    private URI callback(URI request, String outcome) {
        String state = request.getRawQuery().replaceAll("(^|.*&)state=([^&]+).*", "$2");
        return URI.create(fixture.redirectUri + "?" + outcome + "&state=" + state);
    }

    @Test
    void theAddressPassedToTheBrowserRevealsNothingAboutTheRequest() throws Exception {
        TestShell.Running login = login();
        URI page = page();
        assertThat(page.getAuthority())
                .isEqualTo(URI.create(fixture.redirectUri).getAuthority());
        assertThat(page.getPath()).hasSize(44);
        assertThat(page.getRawQuery()).isNull();
        Agent.allowing().visit(page);
        login.end().exits(0);
    }

    /** A program that knows the state, but not the cookie, sends an error or the code of another account. */
    @ParameterizedTest
    @ValueSource(strings = {"error=access_denied", "code=other"})
    void aResponseFromAnotherBrowserIsRejected(String outcome) throws Exception {
        TestShell.Running login = login();
        StartedBrowser browser = StartedBrowser.at(page());

        assertThat(status(callback(browser.address(), outcome), "")).isEqualTo(403);
        assertThat(status(callback(browser.address(), outcome), "fleetauth=x; " + browser.cookie() + "x"))
                .isEqualTo(403);

        assertThat(fixture.sandbox.received(Endpoint.TOKEN)).isEmpty();
        assertThat(status(callback(browser.address(), "error=login_cancelled"), "a=b; " + browser.cookie()))
                .isEqualTo(200);
        login.end()
                .exits(5)
                .says("a response was rejected because it came from a different browser", "login_cancelled");
    }

    /** The state of the started browser is accepted only with its cookie; the printed address has another state. */
    @Test
    void onlyThePrintedAddressWorksInAnyBrowser() throws Exception {
        TestShell.Running login = login();
        URI printed = URI.create(login.awaitLine(ADDRESS));
        StartedBrowser browser = StartedBrowser.at(page());
        assertThat(status(callback(browser.address(), "code=other"), "")).isEqualTo(403);
        Agent.allowing().visit(printed);
        login.end().exits(0);
    }

    /** Neither visitor of the start page can continue, but the login can. */
    @Test
    void ifTheStartPageIsOpenedTwiceAnAddressIsPrintedInstead() throws Exception {
        TestShell.Running login = login();
        StartedBrowser first = StartedBrowser.at(page());

        assertThat(status(page(), "")).isEqualTo(410);

        assertThat(status(callback(first.address(), "code=other"), first.cookie()))
                .isEqualTo(400);
        assertThat(status(page(), "")).isEqualTo(404);
        Agent.allowing().visit(URI.create(login.awaitLine(ADDRESS)));
        login.end().exits(0).says("opened twice, perhaps by another program");
    }

    @Test
    void ifNoBrowserStartsThereIsNoStartPage() throws Exception {
        fixture.browser(page -> {
            pages.add(page);
            return false;
        });
        TestShell.Running login = fixture.shell.start(
                "login",
                "--type",
                "third-party",
                "--issuer",
                fixture.sandbox.base().toString(),
                "--client-id",
                fixture.sandbox.clientId(),
                "--redirect-uri",
                fixture.redirectUri);
        String address = login.awaitLine(ADDRESS);
        assertThat(status(page(), "")).isEqualTo(404);
        Agent.allowing().visit(URI.create(address));
        login.end().exits(0);
    }

    @Test
    void headAndPostDoNotCountAsOpeningTheStartPage() throws Exception {
        TestShell.Running login = login();
        for (String method : List.of("HEAD", "POST")) {
            HttpURLConnection connection = (HttpURLConnection) page().toURL().openConnection();
            connection.setRequestMethod(method);
            assertThat(connection.getResponseCode()).isEqualTo(405);
        }
        Agent.allowing().visit(page());
        login.end().exits(0);
    }
}
