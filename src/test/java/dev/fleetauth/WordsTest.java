package dev.fleetauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Rules of language that a program can check. A failure lists every line that violates a rule. */
@Tag("any-jdk")
class WordsTest {

    private static final List<String> MAIN = List.of("src/main");
    private static final List<String> ALL = List.of("src/main", "src/test/java", "docs", "README.md");
    private static final List<String> SOURCES = List.of("src/main/java", "src/test/java");

    /** A pattern that must not occur, what to write instead, and the files and directories to search. */
    record Rule(String pattern, String instead, List<String> places) {
        @Override
        public String toString() {
            return instead;
        }
    }

    // The bracket keeps this file from matching its own patterns.
    static final List<Rule> RULES = List.of(
            new Rule("(?i)\\bwho[e]ver\\b", "a noun: the process, the caller, the user", ALL),
            new Rule("(?i)(?://|\\*).*\\bas (?:\\w+ )?[a]bove\\b", "a comment that stands alone", MAIN),
            new Rule("\\b(?:MOST|LONGEST|LEAST)_[A-Z]", "MAX_, MIN_, _TIMEOUT or _LIMIT", SOURCES),
            new Rule(
                    "(?<!-)\\b(?:[Cc]olour|[Bb]ehaviour|[Ff]avour|[Hh]onour|[Ll]icence|[Cc]ancell(?:ed|ing)\\b|[Uu]ntick"
                            + "|[Ll]abelled|[Mm]isspelt|[Ll]earnt|[Oo]rganis|[Rr]ecognis|[Ss]erialis|[Ii]nitialis"
                            + "|[Oo]ffence|[Ff]or [e]ver\\b)",
                    "American spelling",
                    ALL));

    @ParameterizedTest
    @FieldSource("RULES")
    void noLineViolatesTheRule(Rule rule) throws IOException {
        Pattern pattern = Pattern.compile(rule.pattern());
        List<String> violations = new ArrayList<>();
        for (String place : rule.places()) {
            for (Path file : files(Path.of(place))) {
                violations.addAll(violations(file, pattern));
            }
        }
        assertThat(violations).as("write %s", rule.instead()).isEmpty();
    }

    private static List<Path> files(Path place) throws IOException {
        try (Stream<Path> found = Files.walk(place)) {
            return found.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().matches(".*\\.(?:svg|png|jwe|jar|class)"))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> violations(Path file, Pattern pattern) throws IOException {
        List<String> violations = new ArrayList<>();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            Matcher matcher = pattern.matcher(lines.get(i));
            if (matcher.find()) {
                violations.add(file + ":" + (i + 1) + ": " + lines.get(i).strip());
            }
        }
        return violations;
    }
}
