package dev.fleetauth.cli.line;

import dev.fleetauth.host.Environment;
import dev.fleetauth.model.Failure;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Paths given with a leading {@code ~} that do not exist: a failure shows each as given and as expanded. */
final class GivenPaths {

    /** The text that shows both forms of a path, keyed by either form. */
    private final Map<String, String> names = new HashMap<>();

    private GivenPaths() {}

    /** Collects the paths of a command line and of the environment variables. */
    static GivenPaths in(Environment environment, String... args) {
        var paths = new GivenPaths();
        List<String> given = new ArrayList<>(environment.variables().values());
        for (String arg : args) {
            given.add(arg.startsWith("-") ? arg.substring(arg.indexOf('=') + 1) : arg);
        }
        given.stream().filter(Environment::startsWithTilde).forEach(text -> paths.add(environment, text));
        return paths;
    }

    private void add(Environment environment, String given) {
        try {
            Path path = environment.path(given);
            if (Files.notExists(path)) {
                String both = given + " (" + path + ")";
                names.put(given, both);
                names.put(path.toString(), both);
            }
        } catch (InvalidPathException e) {
            // An invalid path has no expanded form.
        }
    }

    /** The failure, with both forms of each of these paths. */
    Failure named(Failure failure) {
        Object[] fields = failure.fields().values().stream()
                .map(field -> names.getOrDefault(field, field))
                .toArray();
        return names.isEmpty() ? failure : Failure.because(failure.getCause(), failure.kind(), fields);
    }
}
