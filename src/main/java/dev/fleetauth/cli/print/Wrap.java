package dev.fleetauth.cli.print;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Text folded at blanks to a width. A word is never broken, nor is a command in single quotes: what is longer than the
 * width gets a line of its own, so that it can be copied in one piece.
 */
public final class Wrap {

    /** A command in quotes, with what stands directly around it, or a word; each with the blanks before it. */
    private static final Pattern PIECE = Pattern.compile(" *(?:\\(?'[^' ]+(?: [^']*)?'[^ \\w]*(?= |$)|[^ ]+)");

    private Wrap() {}

    /**
     * The lines of a text.
     *
     * @param width how many columns a line has at most, where words allow it
     * @param hanging what each line but the first begins with, which counts for the width
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
