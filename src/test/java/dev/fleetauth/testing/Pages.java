package dev.fleetauth.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The README and the pages of {@code docs}, and the code in them. */
public final class Pages {

    public static final Path README = Path.of("README.md");

    /** A heading below the title, or a fenced block, which may be in a list. */
    private static final Pattern PART =
            Pattern.compile("(?ms)^##+ (?<heading>[^\n]+)$|^(?<indent> *)```(?<language>\\w*)\n(?<code>.*?)^ *```$");

    private static final Pattern SPAN = Pattern.compile("`([^`\n]+)`");

    private Pages() {}

    /**
     * A block of code.
     *
     * @param page the page
     * @param heading the heading above it
     * @param language its language; empty if it has none
     * @param code the code, without the block's indentation
     */
    public record Block(Path page, String heading, String language, String code) {
        @Override
        public String toString() {
            return page + ": " + code.replaceFirst("(?s)\n.*", "");
        }
    }

    /** All pages, the README first. */
    public static List<Path> all() throws IOException {
        try (Stream<Path> docs = Files.walk(Path.of("docs"))) {
            return Stream.concat(
                            Stream.of(README),
                            docs.filter(page -> page.toString().endsWith(".md")).sorted())
                    .toList();
        }
    }

    /** The code blocks of a page, in order. */
    public static List<Block> blocks(Path page) throws IOException {
        List<Block> blocks = new ArrayList<>();
        String heading = "";
        Matcher part = PART.matcher(Files.readString(page));
        while (part.find()) {
            if (part.group("heading") != null) {
                heading = part.group("heading");
            } else {
                String code = part.group("code").replaceAll("(?m)^" + part.group("indent"), "");
                blocks.add(new Block(page, heading, part.group("language"), code));
            }
        }
        return blocks;
    }

    /** The code blocks of a page in one language. */
    public static List<Block> blocks(Path page, String language) throws IOException {
        return blocks(page).stream()
                .filter(block -> block.language().equals(language))
                .toList();
    }

    /** The code of the shell blocks under a heading of a page, in order. */
    public static List<String> commands(Path page, String heading) throws IOException {
        return blocks(page, "sh").stream()
                .filter(block -> block.heading().equals(heading))
                .map(Block::code)
                .toList();
    }

    /** A page without its code blocks. */
    public static String prose(Path page) throws IOException {
        return PART.matcher(Files.readString(page))
                .replaceAll(part -> part.group().startsWith("#") ? Matcher.quoteReplacement(part.group()) : "");
    }

    /** The inline code of a page. */
    public static List<String> spans(Path page) throws IOException {
        return SPAN.matcher(prose(page)).results().map(match -> match.group(1)).toList();
    }
}
