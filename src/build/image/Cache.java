import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The image's cache of loaded and linked classes (JEP 483, JEP 514). */
final class Cache {

    private static final String PROGRAM = "dev.fleetauth/dev.fleetauth.Main";
    private static final String REHEARSAL = "dev.fleetauth/dev.fleetauth.Rehearsal";

    private final Path image;
    private final List<String> options;
    private final Path log;

    /**
     * @param image what {@code jlink} made
     * @param options the options that the launcher gives the JVM
     */
    Cache(Path image, List<String> options) {
        this.image = image;
        this.options = options;
        this.log = image.resolveSibling("image.log");
    }

    /** Runs the commands that matter, and keeps what was loaded. */
    void train() throws IOException, InterruptedException {
        // With linking every class of the cache is loaded at each start, whatever the command: 40 ms for 4000 classes.
        run("-XX:-AOTClassLinking", "-XX:AOTCacheOutput=" + file(), "-m", REHEARSAL);
    }

    /**
     * Ends the build if the cache is not used. A JVM that rejects its cache says so in a line that nobody reads, and is
     * slow; one that is told to insist exits. And a cache of something else would not hold our classes.
     */
    void check() throws IOException, InterruptedException {
        Path loaded = image.resolveSibling("image-classes.log");
        run(
                "-XX:AOTCache=" + file(),
                "-XX:AOTMode=on",
                "-Xlog:class+load:file=" + loaded.getFileName(),
                "-m",
                PROGRAM,
                "--help");
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

    private Path file() {
        return image.resolve("lib").resolve("fleetauth.aot");
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
        int exit = builder.start().waitFor();
        if (exit != 0) {
            throw new IllegalStateException("exit code %d: %s%n%s".formatted(exit, command, Files.readString(log)));
        }
    }
}
