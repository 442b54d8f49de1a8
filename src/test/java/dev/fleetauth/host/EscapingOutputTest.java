package dev.fleetauth.host;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class EscapingOutputTest {

    @Test
    void nonAsciiIsWrittenAsJsonEscapes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(new EscapingOutput(bytes), true, UTF_8);
        out.print("{\"a\": \"größe ✓ 🚗\"}\n");

        assertThat(bytes.toString(US_ASCII)).isEqualTo("{\"a\": \"gr\\u00f6\\u00dfe \\u2713 \\ud83d\\ude97\"}\n");
        assertThat(out.checkError()).isFalse();
    }
}
