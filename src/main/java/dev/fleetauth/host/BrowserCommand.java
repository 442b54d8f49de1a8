package dev.fleetauth.host;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Parses a browser's command line as a user writes it. {@code %s}, in quotes or not, stands for the address; if there
 * is no {@code %s}, the address is appended. The address itself never becomes part of what a shell parses.
 */
final class BrowserCommand {

    private static final String PLACEHOLDER = "%s";

    private BrowserCommand() {}

    /**
     * The arguments that open a page with a command line for {@code sh}, or with a program given by its absolute path.
     */
    static List<String> of(String command, String page) {
        Path program = Path.of(command.strip());
        if (program.isAbsolute() && Files.isRegularFile(program) && Files.isExecutable(program)) {
            // A path may contain spaces.
            return List.of(program.toString(), page);
        }
        String line = withArgument(command);
        // As git runs its helpers: the page is the shell's argument $1, which the shell does not parse again.
        return List.of("sh", "-c", line.equals(command) ? command + " \"$1\"" : line, "fleetauth", page);
    }

    /**
     * The command line with the shell's {@code $1} in place of {@code %s}, closing and reopening quotes around it as
     * needed.
     */
    private static String withArgument(String command) {
        var line = new StringBuilder();
        char quote = 0;
        for (int i = 0; i < command.length(); i++) {
            char c = command.charAt(i);
            if (command.startsWith(PLACEHOLDER, i)) {
                line.append(
                        switch (quote) {
                            case '\'' -> "'\"$1\"'";
                            case '"' -> "${1}";
                            default -> "\"$1\"";
                        });
                i++;
                continue;
            }
            line.append(c);
            if (c == '\\' && quote != '\'' && i + 1 < command.length()) {
                line.append(command.charAt(++i));
            } else {
                quote = next(quote, c);
            }
        }
        return line.toString();
    }

    /** Splits a list at colons that are not in quotes; empty parts are omitted. */
    static List<String> alternatives(String list) {
        List<String> parts = new ArrayList<>();
        char quote = 0;
        int start = 0;
        for (int i = 0; i <= list.length(); i++) {
            if (i == list.length() || (quote == 0 && list.charAt(i) == ':')) {
                parts.add(list.substring(start, i));
                start = i + 1;
            } else if (list.charAt(i) == '\\' && quote != '\'' && i + 1 < list.length()) {
                i++;
            } else {
                quote = next(quote, list.charAt(i));
            }
        }
        parts.removeIf(String::isBlank);
        return parts;
    }

    /**
     * The arguments that open a page on Windows, where a path contains backslashes and only double quotes group words.
     */
    static List<String> words(String command, String page) {
        if (command.indexOf('"') < 0 && !command.contains(PLACEHOLDER)) {
            return List.of(command, page);
        }
        List<String> words = new ArrayList<>();
        var word = new StringBuilder();
        boolean isQuoted = false;
        for (int i = 0; i < command.length(); i++) {
            char c = command.charAt(i);
            if (c == '"') {
                isQuoted = !isQuoted;
            } else if (c != ' ' || isQuoted) {
                word.append(c);
            } else if (!word.isEmpty()) {
                words.add(word.toString());
                word.setLength(0);
            }
        }
        if (!word.isEmpty()) {
            words.add(word.toString());
        }
        if (!command.contains(PLACEHOLDER)) {
            words.add(PLACEHOLDER);
        }
        words.replaceAll(each -> each.replace(PLACEHOLDER, page));
        return words;
    }

    /** The quote that is open after a character; 0 for none. */
    private static char next(char quote, char c) {
        if (quote == 0) {
            return c == '\'' || c == '"' ? c : 0;
        }
        return c == quote ? 0 : quote;
    }
}
