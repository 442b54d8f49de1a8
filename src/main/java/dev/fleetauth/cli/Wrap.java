package dev.fleetauth.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Text folded at blanks to a width. A word is never broken, nor is a command in single quotes: what is longer than the
 * width gets a line of its own, so that it can be copied in one piece.
 */
final class Wrap {

    private Wrap() {}

    /**
     * The lines of a text.
     *
     * @param width how many columns a line has at most, where words allow it
     * @param hanging what each line but the first begins with, which counts for the width
     */
    static List<String> lines(String text, int width, String hanging) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        boolean isStart = true;
        // What the text is indented by.
        line.append(text, 0, text.length() - text.stripLeading().length());
        for (String piece : pieces(text)) {
            if (!isStart && line.length() + 1 + piece.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
                line.append(hanging);
                isStart = true;
            }
            line.append(isStart ? "" : " ").append(piece);
            isStart = false;
        }
        lines.add(line.toString());
        return lines;
    }

    /** Words, and commands in quotes, which stay together. */
    private static List<String> pieces(String text) {
        String[] words = text.strip().split(" +");
        List<String> pieces = new ArrayList<>();
        for (int i = 0; i < words.length; i++) {
            int last = i;
            if (opens(words[i])) {
                while (last < words.length && !closes(words[last])) {
                    last++;
                }
                last = last == words.length ? i : last;
            }
            pieces.add(String.join(" ", List.of(words).subList(i, last + 1)));
            i = last;
        }
        return pieces;
    }

    private static boolean opens(String word) {
        return word.startsWith("'") || word.startsWith("('");
    }

    private static boolean closes(String word) {
        int quote = word.lastIndexOf('\'');
        // A quote alone, or the one that opens, closes nothing.
        return quote > 1 && word.substring(quote + 1).chars().allMatch(c -> ",.;:)?".indexOf(c) >= 0);
    }
}
