package dev.fleetauth.host;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Converts output to ASCII for a locale that lacks some characters: characters outside ASCII become JSON escapes, so
 * that JSON keeps its meaning and users lose nothing.
 */
final class EscapingOutput extends FilterOutputStream {

    private int codePoint;
    private int missing;

    /** @param out receives ASCII for the UTF-8 that is written to this stream */
    EscapingOutput(OutputStream out) {
        super(out);
    }

    static PrintStream to(FileDescriptor descriptor) {
        OutputStream file = new BufferedOutputStream(new FileOutputStream(descriptor));
        return new PrintStream(new EscapingOutput(file), true, StandardCharsets.UTF_8);
    }

    @Override
    public void write(int value) throws IOException {
        int b = value & 0xff;
        if (b < 0x80) {
            out.write(b);
        } else if (b < 0xc0) {
            codePoint = (codePoint << 6) | (b & 0x3f);
            missing--;
            if (missing == 0) {
                writeEscaped();
            }
        } else {
            // The number of leading ones is the number of bytes.
            missing = Integer.numberOfLeadingZeros(~(b << 24)) - 1;
            codePoint = b & (0x3f >> missing);
        }
    }

    private void writeEscaped() throws IOException {
        for (char half : Character.toChars(codePoint)) {
            out.write(("\\u" + HexFormat.of().toHexDigits(half)).getBytes(StandardCharsets.US_ASCII));
        }
    }
}
