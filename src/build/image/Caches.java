import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The image's caches of classes as the JVM has them in memory, which lie one on top of the other: a small one for the
 * commonest commands, linked (JEP 483, 514), because a JVM loads the whole of such a cache at each start; and one for the
 * others, of which only what is used is loaded.
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
     * @param runtime what {@code jlink} made
     * @param logs where it is told what is done
     * @param options the options that the launcher gives the JVM
     */
    Caches(Path runtime, Path logs, List<String> options) {
        this.runtime = runtime;
        this.logs = logs;
        this.options = options;
        this.log = logs.resolve("image.log");
    }

    /** Runs the commands that matter, and keeps what was loaded. */
    void train() throws IOException, InterruptedException {
        // Without what the compilers learned, which only a cache that is used alone gives them back.
        run(
                "-D" + Stage.QUICK + "=true",
                "-XX:-AOTRecordTraining",
                "-XX:AOTCacheOutput=" + quick(),
                "-m",
                Stage.CACHE_TRAINING);
        run("-XX:SharedArchiveFile=" + quick(), "-XX:ArchiveClassesAtExit=" + all(), "-m", Stage.CACHE_TRAINING);
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
     * Ends the build if the cache is not used. A JVM that rejects its cache says so in a line that nobody reads, and is
     * slow; one that is told to insist exits. And a cache of something else would not hold our classes.
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
        // What is made at run time, such as a lambda's class, has an address behind its name.
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

    /** Runs the image's JVM with what the launcher gives it. */
    private void run(String... arguments) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(options);
        words.addAll(List.of(arguments));
        Stage.run(List.of(runtime.resolve("bin/java").toString()), words, logs, log);
    }
}
