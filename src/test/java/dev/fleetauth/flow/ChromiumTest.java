package dev.fleetauth.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.sandbox.Mishap;
import dev.fleetauth.sandbox.Sandbox.Endpoint;
import dev.fleetauth.testing.Chromium;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page at the end of a login, in a browser that people use. */
@Tag("host-program")
class ChromiumTest {

    @TempDir
    private Path folder;

    /** Apart from the shell's folder, in which no secret may lie in the clear: a browser keeps where it was. */
    @TempDir
    private Path profile;

    /** The policy lets the page's style through, and it is one that can be read in light and in dark. */
    @ParameterizedTest
    @CsvSource({
        "light, 'rgb(246, 246, 244)', 'rgb(28, 28, 26)', 'rgb(31, 138, 76)'",
        "dark, 'rgb(22, 22, 21)', 'rgb(236, 236, 230)', 'rgb(63, 191, 116)'"
    })
    void itSaysThatTheLoginIsDone(String colours, String background, String text, String success) throws Exception {
        try (var chromium = new Chromium(profile);
                var scene = Scene.tesla(folder)) {
            scene.browser(page -> allow(chromium, page, colours)).login().exits(0);
            chromium.await("document.title === 'Logged in - fleetauth'");
            assertThat(computed(chromium, "body", "backgroundColor")).isEqualTo(background);
            assertThat(computed(chromium, "body", "color")).isEqualTo(text);
            assertThat(computed(chromium, "main", "borderTopColor")).isEqualTo(success);
            assertThat(chromium.evaluate("document.body.innerText").asText())
                    .contains("Logged in", "fleetauth has its tokens. You can close this window.");
            assertThat(scene.sandbox.received(Endpoint.TOKEN)).hasSize(1);
            // -Dfleetauth.pictures=docs/images takes the pictures of the documentation anew.
            Path picture = Path.of(
                    System.getProperty("fleetauth.pictures", profile.toString()), "callback-" + colours + ".png");
            chromium.saveScreenshot(picture);
            assertThat(picture).isRegularFile();
        }
    }

    @Test
    void itSaysThatTheLoginFailedAndNotWhy() throws Exception {
        try (var chromium = new Chromium(profile);
                var scene = Scene.tesla(folder)) {
            scene.sandbox.enqueue(Mishap.accessDenied());
            scene.browser(page -> allow(chromium, page, "light")).login().exits(6);
            chromium.await("document.title === 'Not logged in - fleetauth'");
            assertThat(chromium.evaluate("document.body.innerText").asText())
                    .contains("The terminal says why.")
                    .doesNotContain("Access Denied");
        }
    }

    /** Opens the provider's page and presses Allow; what comes of that is looked at when the login is over. */
    private static boolean allow(Chromium chromium, URI page, String colours) {
        try {
            chromium.open(page, colours);
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
