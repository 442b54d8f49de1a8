import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The two class caches of the image. A small linked one (JEP 483, 514) is for the most common commands, since a JVM loads all
 * of it at each start; a second one on top of it contains the other classes, which are loaded on demand.
 */
final class Caches {

    /** What a dynamic archive begins with, in the order of bytes of every processor that releases are for. */
    private static final int DYNAMIC_ARCHIVE = 0xf00baba8;

    private static final String PROGRAM = "dev.fleetauth/dev.fleetauth.Main";

    private final Path runtime;
    private final Path logs;
    private final List<String> options;
    private final Path log;

    /**
     * @param runtime the runtime that {@code jlink} created
     * @param logs the directory for logs
     * @param options the options that the launcher gives the JVM
     */
    Caches(Path runtime, Path logs, List<String> options) {
        this.runtime = runtime;
        this.logs = logs;
        this.options = options;
        this.log = logs.resolve("image.log");
    }

    /** Runs the common commands, and stores the classes that they loaded. */
    void train() throws IOException, InterruptedException {
        // Without compiler profiles, which the JVM uses only if it has a single cache.
        run(
                "-D" + TrainingRun.QUICK + "=true",
                "-XX:-AOTRecordTraining",
                "-XX:AOTCacheOutput=" + quick(),
                "-m",
                TrainingRun.CACHE_TRAINING);
        run("-XX:SharedArchiveFile=" + quick(), "-XX:ArchiveClassesAtExit=" + all(), "-m", TrainingRun.CACHE_TRAINING);
        forgetBase(all());
    }

    /**
     * Removes from the header of the second cache the path of the first. The launcher names both, and a JVM that does not
     * find a file at the path of the build, as on every other machine, says so at each start.
     */
    private static void forgetBase(Path cache) throws IOException {
        try (var file = new RandomAccessFile(cache.toFile(), "rw")) {
            if (Integer.reverseBytes(file.readInt()) != DYNAMIC_ARCHIVE) {
                throw new IllegalStateException("not a dynamic archive as this JDK has them: " + cache);
            }
            // After the checksum, version and size of the header: where the path begins in it, and how long it is.
            file.seek(4 * Integer.BYTES);
            file.writeLong(0);
        }
    }

    /**
     * Fails the build if the caches are not used. A JVM that rejects its cache only warns and is slow; with -Xshare:on it
     * exits. The classes are checked too, since the cache could lack ours.
     */
    void check() throws IOException, InterruptedException {
        for (String command : List.of(
                "token",
                "refresh",
                "status",
                "inspect --id-token",
                "token --help",
                "--help",
                "--version",
                "__complete to")) {
            check(command.split(" "));
        }
    }

    private void check(String... command) throws IOException, InterruptedException {
        Path loaded = logs.resolve("image-classes.log");
        List<String> words = new ArrayList<>(List.of(
                "-Xshare:on",
                "-XX:SharedArchiveFile=" + quick() + File.pathSeparator + all(),
                "-Xlog:class+load:file=" + loaded.getFileName(),
                "-m",
                PROGRAM));
        words.addAll(List.of(command));
        run(words.toArray(String[]::new));
        List<String> ours;
        try (Stream<String> lines = Files.lines(loaded)) {
            ours = lines.filter(line -> line.contains(" dev.fleetauth.")).toList();
        }
        // Classes generated at run time, such as those of lambdas, have an address after their name.
        List<String> others = ours.stream()
                .filter(line -> !line.contains("source: shared objects file") && !line.contains("/0x"))
                .toList();
        if (ours.isEmpty() || !others.isEmpty()) {
            throw new IllegalStateException("these do not come from the cache: " + others);
        }
    }

    private Path all() {
        return runtime.resolve("lib").resolve("all.jsa");
    }

    private Path quick() {
        return runtime.resolve("lib").resolve("quick.aot");
    }

    /** Runs the JVM of the image with the launcher's options. */
    private void run(String... arguments) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(options);
        words.addAll(List.of(arguments));
        TrainingRun.run(List.of(runtime.resolve("bin/java").toString()), words, logs, log);
    }
}
