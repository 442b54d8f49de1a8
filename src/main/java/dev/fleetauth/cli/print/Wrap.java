package dev.fleetauth.cli.print;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Wraps text at spaces. Neither a word nor a command in single quotes is ever broken: if it is longer than the width,
 * it gets a line of its own, so that it can be copied in one piece.
 */
public final class Wrap {

    /** A quoted command with its adjacent punctuation, or a word; each with the spaces before it. */
    private static final Pattern PIECE = Pattern.compile(" *(?:\\(?'[^' ]+(?: [^']*)?'[^ \\w]*(?= |$)|[^ ]+)");

    private Wrap() {}

    /**
     * Wraps text into lines.
     *
     * @param width the maximum number of columns, unless a single word or quoted command is longer
     * @param hanging the prefix of every line but the first, which counts toward the width
     */
    public static List<String> lines(String text, int width, String hanging) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        Matcher pieces = PIECE.matcher(text);
        while (pieces.find()) {
            String piece = pieces.group();
            if (line.length() + piece.length() > width && !line.toString().isBlank()) {
                lines.add(line.toString());
                line.setLength(0);
                line.append(hanging).append(piece.stripLeading());
            } else {
                line.append(piece);
            }
        }
        lines.add(line.toString());
        return lines;
    }
}
