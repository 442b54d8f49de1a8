package dev.fleetauth.sandbox;

import static dev.fleetauth.sandbox.TestClient.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.fleetauth.sandbox.server.Parameters;
import dev.fleetauth.testing.Chromium;
import java.awt.image.BufferedImage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages in a real browser, which enforces their content security policy. */
@Tag("host-program")
@Tag("any-jdk")
class PagesInBrowserTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void allowingAndRevokingRedirectToTheListener() throws Exception {
        BlockingQueue<URI> arrived = new LinkedBlockingQueue<>();
        HttpServer listener = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        listener.createContext("/callback", exchange -> {
            arrived.add(exchange.getRequestURI());
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        listener.start();
        String redirectUri = "http://localhost:" + listener.getAddress().getPort() + "/callback";
        try (TestClient client = new TestClient(SandboxOptions.TESLA.withRedirectUris(redirectUri));
                Chromium browser = new Chromium(folder.resolve("profile"))) {
            browser.open(client.authorize(with("redirect_uri", redirectUri)), "light");
            assertThat(browser.evaluate("document.title").asText()).startsWith("Allow access?");
            assertThat(browser.evaluate("document.querySelectorAll('input[type=checkbox]:checked').length")
                            .asInt())
                    .isEqualTo(4);
            browser.evaluate("document.querySelector('input[value=vehicle_device_data]').click()");
            browser.evaluate("document.querySelector('button[value=allow]').click()");
            assertThat(arrived.poll(30, TimeUnit.SECONDS)).hasParameter("code").hasParameter("state", "st/te");
            assertThat(client.sandbox.received().get(1).parameters())
                    .containsEntry("scope", "openid, offline_access, user_data");

            String page = "/user/revoke/consent?revoke_client_id=" + client.sandbox.clientId() + "&back_url="
                    + Parameters.encode(redirectUri);
            browser.open(client.at(page), "light");
            browser.evaluate("document.querySelector('button[value=revoke]').click()");
            assertThat(arrived.poll(30, TimeUnit.SECONDS)).hasNoQuery();
        } finally {
            listener.stop(0);
        }
    }

    @Test
    void theConsentPageFollowsThePreferredColorScheme() throws Exception {
        try (TestClient client = new TestClient(SandboxOptions.TESLA);
                Chromium browser = new Chromium(folder.resolve("profile"))) {
            assertThat(brightness(browser, client, "light")).isGreaterThan(200);
            assertThat(brightness(browser, client, "dark")).isLessThan(60);
            assertThat(browser.evaluate("getComputedStyle(document.querySelector('main')).borderRadius")
                            .asText())
                    .as("the style sheet passes the content security policy")
                    .isEqualTo("12px");
        }
    }

    /** The brightness of a corner of the page, from 0 to 255. */
    private int brightness(Chromium browser, TestClient client, String colorScheme) throws Exception {
        browser.open(client.authorize(with()), colorScheme);
        Path file = folder.resolve(colorScheme + ".png");
        browser.saveScreenshot(file);
        BufferedImage image = ImageIO.read(file.toFile());
        return image.getRGB(2, image.getHeight() - 2) & 0xff;
    }
}
