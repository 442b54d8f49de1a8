package dev.fleetauth.cli.print;

import io.nayuki.qrcodegen.QrCode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** A QR code for a terminal: two modules per character, in explicit colors that work on light and dark terminals. */
public final class QrText {

    /** The quiet zone around the code, in modules (ISO/IEC 18004, 6.3.8). */
    private static final int QUIET = 4;

    private static final String START = "\033[38;5;231;48;5;16m";
    private static final String END = "\033[0m";
    private static final char UPPER = '\u2580';
    private static final char LOWER = '\u2584';
    private static final char BOTH = '\u2588';

    private final QrCode code;

    QrText(String text) {
        code = QrCode.encodeText(text, QrCode.Ecc.LOW);
    }

    /**
     * The lines of the QR code of a string; empty if there is no terminal, or if it is too narrow.
     *
     * @param columns the width of the terminal; empty for no terminal
     */
    public static List<String> lines(String text, OptionalInt columns) {
        if (columns.isEmpty()) {
            return List.of();
        }
        var code = new QrText(text);
        return code.columns() <= columns.getAsInt() ? code.lines() : List.of();
    }

    int columns() {
        return code.size + 2 * QUIET;
    }

    /** The lines of the code. Light modules are drawn, in white on black. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (int y = -QUIET; y < code.size + QUIET; y += 2) {
            StringBuilder line = new StringBuilder(START);
            for (int x = -QUIET; x < code.size + QUIET; x++) {
                boolean upper = !code.getModule(x, y);
                boolean lower = y + 1 < code.size + QUIET && !code.getModule(x, y + 1);
                line.append(upper ? lower ? BOTH : UPPER : lower ? LOWER : ' ');
            }
            lines.add(line.append(END).toString());
        }
        return lines;
    }
}
