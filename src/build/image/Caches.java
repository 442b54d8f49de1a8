import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The image's caches of loaded and linked classes (JEP 483, JEP 514): one for all commands, and a small one for the commonest,
 * because a JVM starts the later the more its cache holds.
 */
final class Caches {

    private static final String PROGRAM = "dev.fleetauth/dev.fleetauth.Main";
    private static final String REHEARSAL = "dev.fleetauth/dev.fleetauth.Rehearsal";

    private final Path image;
    private final List<String> options;
    private final Path log;
    private final Path rehearsed;

    /**
     * @param image what {@code jlink} made
     * @param options the options that the launcher gives the JVM
     */
    Caches(Path image, List<String> options) {
        this.image = image;
        this.options = options;
        this.log = image.resolveSibling("image.log");
        this.rehearsed = image.resolveSibling("image-rehearsed");
    }

    /** Runs the commands that matter, and keeps what was loaded. */
    void train() throws IOException, InterruptedException {
        Folders.remove(rehearsed);
        // With linking every class of the cache is loaded at each start, whatever the command: 40 ms for 4000 classes.
        run("-XX:-AOTClassLinking", "-XX:AOTCacheOutput=" + all(), "-m", REHEARSAL, rehearsed.toString());
        run("-Dfleetauth.quick=true", "-XX:AOTCacheOutput=" + quick(), "-m", REHEARSAL);
    }

    /**
     * Ends the build if the cache is not used. A JVM that rejects its cache says so in a line that nobody reads, and is
     * slow; one that is told to insist exits. And a cache of something else would not hold our classes.
     */
    void check() throws IOException, InterruptedException {
        check(all(), "status");
        for (String command : List.of("token", "--help", "--version")) {
            check(quick(), "-Dfleetauth.quick=true", command);
        }
        Folders.remove(rehearsed);
    }

    private void check(Path cache, String... command) throws IOException, InterruptedException {
        Path loaded = image.resolveSibling("image-classes.log");
        List<String> arguments = new ArrayList<>(
                List.of("-XX:AOTCache=" + cache, "-XX:AOTMode=on", "-Xlog:class+load:file=" + loaded.getFileName()));
        arguments.addAll(List.of(command).subList(0, command.length - 1));
        arguments.addAll(List.of("-m", PROGRAM, command[command.length - 1]));
        run(arguments.toArray(String[]::new));
        List<String> ours;
        try (Stream<String> lines = Files.lines(loaded)) {
            ours = lines.filter(line -> line.contains(" dev.fleetauth.")).toList();
        }
        // What is made at run time, such as a lambda's class, has an address behind its name.
        List<String> others = ours.stream()
                .filter(line -> !line.contains("source: shared objects file") && !line.contains("/0x"))
                .toList();
        if (ours.isEmpty() || !others.isEmpty()) {
            throw new IllegalStateException("these do not come from the cache: " + others);
        }
    }

    private Path all() {
        return image.resolve("lib").resolve("fleetauth.aot");
    }

    private Path quick() {
        return image.resolve("lib").resolve("quick.aot");
    }

    private void run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(image.resolve("bin/java").toString()));
        command.addAll(options);
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(image.getParent().toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        // What would change the JVM that is trained, or this program.
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("FLEETAUTH_") || name.contains("JAVA_") || name.startsWith("JDK_"));
        builder.environment().put("FLEETAUTH_HOME", rehearsed.resolve("home").toString());
        builder.environment()
                .put("FLEETAUTH_KEY_FILE", rehearsed.resolve("demo.key").toString());
        int exit = builder.start().waitFor();
        if (exit != 0) {
            throw new IllegalStateException("exit code %d: %s%n%s".formatted(exit, command, Files.readString(log)));
        }
    }
}
