package dev.fleetauth.cli.line;

import dev.fleetauth.demo.Playground;
import dev.fleetauth.host.Environment;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Measures how fast the program starts; {@code src/bench/start-up} runs this class. The commands alternate, so that
 * other load on the machine affects all of them equally.
 */
final class StartUp {

    private static final String HELLO = "JVM that prints a line, default CDS";
    private static final String HELLO_WITH_OUR_OPTIONS = "the same with our JVM options";
    private static final String GH = "gh auth token";
    private static final String CURL = "curl, one request to the same server";
    private static final String IMAGE = "image: ";

    /**
     * A refresh over HTTP, whose id token is verified with cached keys. The sandbox's tokens live eight hours, so a
     * second later none is valid for long enough.
     */
    private static final List<String> REFRESHING = List.of("token", "--min-validity", "28799s");

    /** The command lines to measure, of the image and of {@code ./fleetauth} on each JDK. */
    private static final List<List<String>> LINES = List.of(
            List.of("token"),
            List.of("token", "-p", "default", "--format", "header"),
            REFRESHING,
            List.of("--version"),
            List.of("--help"),
            List.of("token", "--help"),
            List.of("__complete", "--", "token", "-p", ""),
            List.of("exec", "--", "/bin/true"),
            List.of("status"),
            List.of("inspect", "--id-token"));

    private static final long OVER_A_SECOND = 1_100;

    /** The number of refreshes before the first measurement: a cold sandbox takes 30 ms for a response. */
    private static final int WARM_UP = 200;

    private final Path folder;
    private final Map<String, String> variables;
    private final Map<String, List<String>> words = new LinkedHashMap<>();
    private final Map<String, List<Double>> times = new LinkedHashMap<>();

    private StartUp(Path folder, Playground playground) {
        this.folder = folder;
        this.variables = Map.of(
                "FLEETAUTH_HOME",
                playground.home().toString(),
                "FLEETAUTH_KEY_FILE",
                playground.keyFile().toString(),
                "FLEETAUTH_NO_INPUT",
                "1",
                "GH_TOKEN",
                "gho_0123456789");
    }

    /**
     * Measures, and prints a table.
     *
     * @param args the number of rounds
     */
    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("fleetauth-start-up");
        try (Playground playground = Playground.open(Cli::run, Environment.ofThisProcess())) {
            require(playground.run("key", "new-file", playground.keyFile().toString()));
            require(playground.run(playground.loginLine()));
            for (int i = 0; i < WARM_UP; i++) {
                require(playground.run("refresh"));
            }
            new StartUp(folder, playground).measure(playground, Integer.parseInt(args[0]));
        }
    }

    private static void require(int exitCode) {
        if (exitCode != 0) {
            throw new IllegalStateException("exit code " + exitCode);
        }
    }

    private void measure(Playground playground, int rounds)
            throws IOException, InterruptedException, GeneralSecurityException {
        String image = Path.of("target/image/bin/fleetauth").toAbsolutePath().toString();
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Path hello = Files.writeString(
                folder.resolve("Hello.java"),
                "class Hello { public static void main(String[] args) { System.out.println(\"hello\"); } }");
        run(List.of(java + "c", "-d", folder.toString(), hello.toString()), Map.of());
        words.put(HELLO, List.of(java, "-cp", folder.toString(), "Hello"));
        words.put(
                HELLO_WITH_OUR_OPTIONS,
                List.of(
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-XX:-UsePerfData",
                        "-cp",
                        folder.toString(),
                        "Hello"));
        words.put(GH, List.of("gh", "auth", "token"));
        words.put(
                CURL,
                List.of("curl", "-sS", "-o", "/dev/null", playground.sandbox().base() + "/"));
        LINES.forEach(line -> words.put(IMAGE + String.join(" ", line), with(image, line)));
        String clone = Path.of("fleetauth").toAbsolutePath().toString();
        for (String jdk : System.getenv().getOrDefault("JDKS", "").split(" ", -1)) {
            if (!jdk.isEmpty()) {
                String name = Path.of(jdk).getFileName() + ": ";
                LINES.forEach(line -> words.put(
                        name + String.join(" ", line), with("env", with("JAVA_HOME=" + jdk, with(clone, line)))));
            }
        }
        for (int round = -2; round < rounds; round++) {
            for (Map.Entry<String, List<String>> entry : words.entrySet()) {
                if (entry.getValue().containsAll(REFRESHING)) {
                    Thread.sleep(OVER_A_SECOND);
                }
                double millis = run(entry.getValue(), variables);
                if (round >= 0) {
                    times.computeIfAbsent(entry.getKey(), unused -> new ArrayList<>())
                            .add(millis);
                }
            }
        }
        printTimes(rounds);
        printMemory(image);
        printRequests(playground, image);
        printSizes();
        printPassphraseCost(image);
    }

    private static List<String> with(String first, List<String> others) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(others);
        return all;
    }

    private void printTimes(int rounds) {
        System.out.printf("%nmedians and minimums of %d rounds; ratios of the medians%n", rounds);
        System.out.printf("%-56s %8s %8s %8s %8s %8s%n", "", "ms", "min", "/ hello", "/ gh", "/ image");
        for (Map.Entry<String, List<Double>> entry : times.entrySet()) {
            String name = entry.getKey();
            String line = IMAGE + name.substring(name.indexOf(": ") + 2);
            double median = median(name);
            System.out.printf(
                    "%-56s %8.1f %8.1f %8.2f %8.2f %8s%n",
                    name,
                    median,
                    entry.getValue().stream()
                            .mapToDouble(Double::doubleValue)
                            .min()
                            .orElseThrow(),
                    median / median(HELLO),
                    median / median(GH),
                    times.containsKey(line) ? "%.2f".formatted(median / median(line)) : "");
        }
    }

    private double median(String what) {
        double[] sorted = Objects.requireNonNull(times.get(what)).stream()
                .mapToDouble(Double::doubleValue)
                .sorted()
                .toArray();
        return (sorted[sorted.length / 2] + sorted[(sorted.length - 1) / 2]) / 2;
    }

    private void printMemory(String image) throws IOException, InterruptedException {
        Thread.sleep(OVER_A_SECOND);
        for (List<String> line : List.of(List.of("token"), REFRESHING)) {
            Path memory = folder.resolve("memory");
            run(
                    with(
                            "/usr/bin/time",
                            with("-f", with("%M", with("-o", with(memory.toString(), with(image, line)))))),
                    variables);
            System.out.printf(
                    "peak memory of %s: %.1f MiB%n",
                    String.join(" ", line),
                    Long.parseLong(Files.readString(memory).strip()) / 1024.0);
        }
    }

    private void printRequests(Playground playground, String image) throws IOException, InterruptedException {
        int before = playground.sandbox().received().size();
        Thread.sleep(OVER_A_SECOND);
        run(with(image, REFRESHING), variables);
        System.out.printf(
                "requests of a refresh: %d%n", playground.sandbox().received().size() - before);
    }

    private static void printSizes() throws IOException {
        printSize("the image", Path.of("target/image"));
        printSize("libraries", Path.of("target/lib"));
        printSize("the jar", Path.of("target/fleetauth.jar"));
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".tar.gz")).toList()) {
                printSize("the archive", file);
            }
        }
    }

    private static void printSize(String what, Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            long bytes = files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
            System.out.printf("size of %s: %.1f MB%n", what, bytes / 1e6);
        }
    }

    /** Seals the store with a passphrase, and compares the time of {@code token} with that of the key derivation. */
    private void printPassphraseCost(String image) throws IOException, InterruptedException, GeneralSecurityException {
        Map<String, String> both = new LinkedHashMap<>(variables);
        Path passphrase = Files.writeString(folder.resolve("passphrase"), "correct horse battery staple");
        passphrase.toFile().setReadable(false, false);
        passphrase.toFile().setReadable(true, true);
        run(List.of(image, "key", "set", "--passphrase-command", "cat '" + passphrase + "'"), both);
        both.remove("FLEETAUTH_KEY_FILE");
        both.put("FLEETAUTH_PASSPHRASE_FILE", passphrase.toString());
        List<Double> locked = new ArrayList<>();
        List<Double> alone = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            locked.add(run(List.of(image, "token"), both));
            alone.add(iterations());
        }
        locked.sort(null);
        // The first runs are slow, until the code is compiled.
        alone.subList(0, 2).clear();
        alone.sort(null);
        System.out.printf(
                "token, passphrase of 600 000 iterations: %.0f ms; the iterations alone, in a warm JVM: %.0f ms; ratio %.2f%n",
                locked.get(3), alone.get(2), locked.get(3) / alone.get(2));
    }

    /** Derives a key from a passphrase, and returns how long it took, in milliseconds. */
    private static double iterations() throws GeneralSecurityException {
        long start = System.nanoTime();
        SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                .generateSecret(
                        new PBEKeySpec("correct horse battery staple".toCharArray(), new byte[16], 600_000, 256));
        return (System.nanoTime() - start) / 1e6;
    }

    /** Runs a command, and returns how long it took, in milliseconds. */
    private static double run(List<String> words, Map<String, String> variables)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(words)
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.INHERIT);
        builder.environment().keySet().removeIf(name -> name.startsWith("FLEETAUTH_"));
        builder.environment().putAll(variables);
        long start = System.nanoTime();
        int exitCode = builder.start().waitFor();
        double millis = (System.nanoTime() - start) / 1e6;
        if (exitCode != 0) {
            throw new IllegalStateException(words + " ended with " + exitCode);
        }
        return millis;
    }
}
