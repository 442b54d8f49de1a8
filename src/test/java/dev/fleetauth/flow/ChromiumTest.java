package dev.fleetauth.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.sandbox.Mishap;
import dev.fleetauth.sandbox.Sandbox.Endpoint;
import dev.fleetauth.testing.Programs;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page at the end of a login, in a browser that people use. */
@Tag("host-program")
class ChromiumTest {

    @TempDir
    private Path folder;

    /** Apart from the shell's folder, in which no secret may lie: a browser keeps where it was. */
    @TempDir
    private Path profile;

    @BeforeEach
    void needsChromium() {
        Programs.require("chromium");
    }

    @Test
    void itSaysThatTheLoginIsDone() throws Exception {
        try (var scene = Scene.tesla(folder)) {
            var chromium = new Chromium(profile, "--dump-dom");
            scene.browser(chromium).login().exits(0);
            assertThat(chromium.shown()).contains("<h1>Logged in</h1>", "You can close this window.");
            assertThat(chromium.log()).doesNotContain("Content Security Policy");
            assertThat(scene.sandbox.received(Endpoint.TOKEN)).hasSize(1);
        }
    }

    @Test
    void itSaysThatTheLoginFailed() throws Exception {
        try (var scene = Scene.tesla(folder)) {
            var chromium = new Chromium(profile, "--dump-dom");
            scene.sandbox.enqueue(Mishap.accessDenied());
            scene.browser(chromium).login().exits(6);
            assertThat(chromium.shown()).contains("<h1>Not logged in</h1>").doesNotContain("Access Denied");
        }
    }

    /** The policy lets its style through, and its colours are those of the style. */
    @Test
    void itHasItsStyle() throws Exception {
        try (var scene = Scene.tesla(folder)) {
            Path screenshot = profile.resolve("page.png");
            var chromium = new Chromium(profile, "--screenshot=" + screenshot);
            scene.browser(chromium).login().exits(0);
            chromium.shown();
            assertThat(Files.size(screenshot)).isPositive();
            BufferedImage image = ImageIO.read(screenshot.toFile());
            assertThat(image.getRGB(2, 2) & 0xFFFFFF).isIn(0xF6F6F4, 0x161615);
            assertThat(hasPixel(image, 0x1F8A4C) || hasPixel(image, 0x3FBF74))
                    .as("the green of success")
                    .isTrue();
        }
    }

    private static boolean hasPixel(BufferedImage image, int color) {
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                if ((image.getRGB(x, y) & 0xFFFFFF) == color) {
                    return true;
                }
            }
        }
        return false;
    }
}
