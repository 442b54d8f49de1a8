package dev.fleetauth.cli.print;

import static org.assertj.core.api.Assertions.assertThat;

import io.nayuki.qrcodegen.QrCode;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A terminal shows each module of a QR code in its place, light on dark, with a margin around the code. */
@Tag("any-jdk")
class QrTextTest {

    private static final String ADDRESS = "https://tesla.com/_ak/example.com";
    private static final int MARGIN = 4;

    @Test
    void everyModuleIsInItsPlace() {
        QrCode code = QrCode.encodeText(ADDRESS, QrCode.Ecc.LOW);
        var text = new QrText(ADDRESS);
        List<String> lines = text.lines();
        int columns = code.size + 2 * MARGIN;
        assertThat(text.columns()).isEqualTo(columns);
        assertThat(lines).hasSize((columns + 1) / 2).allMatch(line -> line.endsWith("\033[0m"));
        for (int y = 0; y < columns; y++) {
            String line = lines.get(y / 2).replaceAll("\033\\[[0-9;]*m", "");
            assertThat(line).hasSize(columns);
            for (int x = 0; x < columns; x++) {
                String light = y % 2 == 0 ? "\u2580\u2588" : "\u2584\u2588";
                assertThat(light.indexOf(line.charAt(x)) >= 0)
                        .as("light at %d, %d", x, y)
                        .isNotEqualTo(code.getModule(x - MARGIN, y - MARGIN));
            }
        }
    }
}
