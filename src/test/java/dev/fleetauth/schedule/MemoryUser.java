package dev.fleetauth.schedule;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The user of a process, who opens the printed address, allows what is requested, and pastes the resulting address. */
final class MemoryUser {

    private static final Pattern STATE = Pattern.compile("[?&]state=([\\w-]+)");

    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

    /** Standard error, which the user reads. */
    PrintStream messages() {
        return new PrintStream(shown, true, StandardCharsets.UTF_8);
    }

    /** Standard input: the user pastes the address once the process reads it. */
    InputStream input() {
        return new InputStream() {
            private @Nullable ByteArrayInputStream typed;

            private ByteArrayInputStream typed() {
                if (typed == null) {
                    typed = new ByteArrayInputStream(response().getBytes(StandardCharsets.UTF_8));
                }
                return typed;
            }

            @Override
            public int read() {
                return typed().read();
            }

            @Override
            public int read(byte[] into, int from, int length) {
                return typed().read(into, from, length);
            }
        };
    }

    private String response() {
        Matcher state = STATE.matcher(shown.toString(StandardCharsets.UTF_8));
        return state.find() ? "http://localhost:8484/callback?code=code&state=" + state.group(1) : "";
    }
}
