package dev.fleetauth.store;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.file.Disk;
import dev.fleetauth.key.KeyFile;
import dev.fleetauth.key.KeySources;
import dev.fleetauth.model.ClientAuthentication;
import dev.fleetauth.model.Endpoints;
import dev.fleetauth.model.Grant;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Settings;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.seal.Forge;
import dev.fleetauth.seal.Passphrase;
import dev.fleetauth.seal.SealedProfile;
import dev.fleetauth.seal.StoreKeys;
import dev.fleetauth.store.file.FileBackend;
import dev.fleetauth.store.file.FileStore;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures the run time of commands in stores of one profile and of many: {@code src/bench/many-profiles} starts it.
 * The commands run as users run them, alternately, so that other load on the machine affects all of them alike.
 */
final class ManyProfiles {

    private static final int TOKEN_ROUNDS = 25;
    private static final int STATUS_ROUNDS = 7;
    private static final int MIN_PROFILES = 10;

    /** About as long as Tesla's tokens. */
    private static final String ACCESS_TOKEN = "e".repeat(1_100);

    private static final String ID_TOKEN = "i".repeat(900);

    private final Path launcher;
    private final Path folder;

    private ManyProfiles(Path launcher, Path folder) {
        this.launcher = launcher;
        this.folder = folder;
    }

    /**
     * Makes the stores and measures.
     *
     * @param args the launcher, an empty folder, and the numbers of profiles, the smallest first
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        var bench = new ManyProfiles(Path.of(args[0]).toAbsolutePath(), Path.of(args[1]));
        int[] counts = Arrays.stream(args).skip(2).mapToInt(Integer::parseInt).toArray();
        bench.make(counts);
        bench.measureToken(counts[0], counts[counts.length - 1]);
        bench.measureStatus(
                Arrays.stream(counts).filter(count -> count >= MIN_PROFILES).toArray());
    }

    private void make(int[] counts) throws IOException {
        KeyFile.create(keyFile(), Forge.RANDOM);
        for (int count : counts) {
            Environment env = environment();
            Disk disk = new Disk();
            var files = new StoreFiles(env, home(count), disk, System.err::println);
            new FileStore(env, home(count), true, System.err::println).checkWritable(name(0));
            KeySources sources = new KeySources(env, files.home(), true, Passphrase.ITERATIONS, System.err::println);
            StoreKeys keys = new OpenKeys(env, new FileBackend(env, files), sources, new Unlocked(env, files)).keys();
            for (int i = 0; i < count; i++) {
                // Without a lock and without flushing, which would take minutes.
                disk.writeUnflushed(
                        files.home().resolve("profiles/" + name(i) + ".jwe"),
                        SealedProfile.seal(profile(name(i)), keys, env.random()).getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    /** This process's environment, except for the key source. */
    private Environment environment() {
        Environment env = Environment.ofThisProcess();
        return new Environment(
                env.in(),
                env.out(),
                env.err(),
                Map.of("FLEETAUTH_KEY_FILE", keyFile().toString()),
                env.clock(),
                env.random(),
                env.terminal(),
                env.browser(),
                env.userHome(),
                env.system());
    }

    private Path keyFile() {
        return folder.resolve("key.jwk");
    }

    private Path home(int count) {
        return folder.resolve("home-" + count);
    }

    private static ProfileName name(int number) {
        return new ProfileName("car-" + number);
    }

    private static Profile profile(ProfileName name) {
        URI token = URI.create("https://fleet-auth.prd.vn.cloud.tesla.com/oauth2/v3/token");
        Scope scope = Scope.parse("openid offline_access user_data vehicle_device_data vehicle_cmds");
        var settings = new Settings(
                "third-party",
                "https://auth.tesla.com/oauth2/v3",
                "na",
                Grant.AUTHORIZATION_CODE,
                "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
                new Secret("ta-secret.0123456789abcdef"),
                null,
                ClientAuthentication.POST,
                scope,
                "https://fleet-api.prd.na.vn.cloud.tesla.com",
                null,
                null,
                Map.of(),
                new Endpoints(token, token, token, null, null),
                null);
        Instant now = Instant.now();
        var tokens = new Tokens(
                new Secret(ACCESS_TOKEN),
                "Bearer",
                now,
                Duration.ofHours(8),
                new Secret("NA_" + "r".repeat(60)),
                now,
                now.plus(Duration.ofDays(90)),
                new Secret(ID_TOKEN),
                "subject",
                scope);
        return new Profile(name, 1, new Session("session-of-" + name, settings, tokens), null);
    }

    private void measureToken(int few, int many) throws IOException, InterruptedException {
        Map<Integer, List<Double>> times = new LinkedHashMap<>();
        for (int round = 0; round < TOKEN_ROUNDS; round++) {
            for (int count : round % 2 == 0 ? new int[] {few, many} : new int[] {many, few}) {
                time(times, count, "token", "-p", name(count / 2).toString());
            }
        }
        System.out.printf("token -p NAME   %7d profiles  %8.1f ms%n", few, median(times, few));
        System.out.printf(
                "token -p NAME   %7d profiles  %8.1f ms  ratio %.3f%n",
                many, median(times, many), median(times, many) / median(times, few));
    }

    private void measureStatus(int[] counts) throws IOException, InterruptedException {
        Map<Integer, List<Double>> times = new LinkedHashMap<>();
        for (int round = 0; round < STATUS_ROUNDS; round++) {
            for (int count : counts) {
                time(times, count, "status");
            }
        }
        double base = median(times, counts[0]);
        for (int count : counts) {
            double median = median(times, count);
            System.out.printf("status          %7d profiles  %8.1f ms", count, median);
            if (count > counts[0]) {
                System.out.printf(
                        "  %.4f ms for each profile above %d", (median - base) / (count - counts[0]), counts[0]);
            }
            System.out.println();
        }
    }

    private void time(Map<Integer, List<Double>> times, int count, String... command)
            throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(launcher.toString()));
        line.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("FLEETAUTH_HOME", home(count).toString());
        builder.environment().put("FLEETAUTH_KEY_FILE", keyFile().toString());
        long start = System.nanoTime();
        int exitCode = builder.start().waitFor();
        if (exitCode != 0) {
            throw new IOException(line + " ended with " + exitCode);
        }
        times.computeIfAbsent(count, key -> new ArrayList<>()).add((System.nanoTime() - start) / 1e6);
    }

    private static double median(Map<Integer, List<Double>> times, int count) {
        List<Double> sorted =
                times.getOrDefault(count, List.of()).stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
