import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Checks that the libraries are exactly those that {@code docs/dev/dependencies.md} gives a reason for. */
final class Dependencies {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([^`]+)` \\|");

    private Dependencies() {}

    static void check(Path page, Path libraries) throws IOException {
        Set<String> listed = ROW.matcher(Files.readString(page))
                .results()
                .map((MatchResult row) -> row.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> present = Directories.files(libraries).stream()
                .map(jar -> jar.getFileName().toString().replaceFirst("-[0-9].*", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        if (!listed.equals(present)) {
            throw new IllegalStateException(page + " lists " + listed + ", but there are " + present);
        }
    }
}
